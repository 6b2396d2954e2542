// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/openai/openai-go/v3/auth"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
)

// identity is the configuration of workload_identity.
type identity struct {
	IdentityProviderID types.String   `tfsdk:"identity_provider_id"`
	ServiceAccountID   types.String   `tfsdk:"service_account_id"`
	TokenFile          types.String   `tfsdk:"token_file"`
	Azure              *azureIdentity `tfsdk:"azure"`
	GCP                *gcpIdentity   `tfsdk:"gcp"`
}

type azureIdentity struct {
	Resource   types.String `tfsdk:"resource"`
	ClientID   types.String `tfsdk:"client_id"`
	ObjectID   types.String `tfsdk:"object_id"`
	ResourceID types.String `tfsdk:"resource_id"`
}

type gcpIdentity struct {
	Audience types.String `tfsdk:"audience"`
}

func identityAttribute() schema.Attribute {
	sibling := func(name string) path.Expression { return path.MatchRelative().AtParent().AtName(name) }
	text := func(description string, validators ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, MarkdownDescription: description,
			Validators: append(validators, stringvalidator.LengthAtLeast(1)),
		}
	}
	required := func(description string) schema.StringAttribute {
		attribute := text(description)
		attribute.Optional, attribute.Required = false, true
		return attribute
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Authenticates without an API key: OpenAI exchanges a token of the platform that Terraform runs on for " +
			"access tokens, which are renewed while an upload lasts. Takes precedence over `OPENAI_API_KEY`, and excludes `api_key`. " +
			"Exactly one of `token_file`, `azure` and `gcp` says where the platform's token comes from.",
		Validators: []validator.Object{objectvalidator.ConflictsWith(path.MatchRoot("api_key"))},
		Attributes: map[string]schema.Attribute{
			"identity_provider_id": required("ID of the workload identity provider at OpenAI."),
			"service_account_id":   required("ID of the service account at OpenAI that the access tokens are for."),
			"token_file": text("Path to a file with the platform's token, such as a projected service account token of Kubernetes. " +
				"It is read whenever an access token is needed, so that the platform may replace it."),
			"azure": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "Takes the token of an Azure managed identity from the machine's metadata server. " +
					"Where the machine has several identities, set one of the IDs.",
				Attributes: map[string]schema.Attribute{
					// The SDK's default is Azure's management API: a token for that isn't to be given away.
					"resource": required("Application ID URI that the token is for, as the identity provider at OpenAI expects it."),
					"client_id": text("Client ID of a user-assigned identity.",
						stringvalidator.ConflictsWith(sibling("object_id"), sibling("resource_id"))),
					"object_id":   text("Object ID of a user-assigned identity.", stringvalidator.ConflictsWith(sibling("resource_id"))),
					"resource_id": text("Azure resource ID of a user-assigned identity."),
				},
			},
			"gcp": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Takes an identity token of the attached service account from Google Cloud's metadata server.",
				Attributes: map[string]schema.Attribute{
					"audience": text("Audience that the token is for. Default: `" + auth.DefaultAudience + "`."),
				},
			},
		},
	}
}

// checkSource checks that exactly one attribute says where the platform's token is.
func checkSource(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	root := path.Root("workload_identity")
	var whole types.Object
	diags := config.GetAttribute(ctx, root, &whole)
	if diags.HasError() || whole.IsNull() || whole.IsUnknown() {
		return diags
	}
	var set []string
	for _, name := range []string{"token_file", "azure", "gcp"} {
		switch value := whole.Attributes()[name]; {
		case value.IsUnknown():
			return nil
		case !value.IsNull():
			set = append(set, name)
		}
	}
	const detail = "Exactly one of token_file, azure and gcp says where the platform's token comes from. "
	switch len(set) {
	case 0:
		diags.AddAttributeError(root, "The platform's token is missing", detail+"Set one of them.")
	case 1:
	default:
		diags.AddAttributeError(root.AtName(set[1]), "The platform's token comes from several places", detail+
			strings.Join(set, " and ")+" are set: remove all but one.")
	}
	return diags
}

// workload returns the client's form of i, nil for nil. An error is about the token file.
func (i *identity) workload() (*openai.WorkloadIdentity, error) {
	if i == nil {
		return nil, nil
	}
	w := &openai.WorkloadIdentity{
		IdentityProviderID: i.IdentityProviderID.ValueString(), ServiceAccountID: i.ServiceAccountID.ValueString(),
	}
	if a := i.Azure; a != nil {
		w.Azure = &auth.AzureManagedIdentityTokenProviderConfig{
			Resource: a.Resource.ValueString(), ClientID: a.ClientID.ValueString(),
			ObjectID: a.ObjectID.ValueString(), MSIResID: a.ResourceID.ValueString(),
		}
	}
	if i.GCP != nil {
		w.GCP = &auth.GCPIDTokenProviderConfig{Audience: i.GCP.Audience.ValueString()}
	}
	var err error
	w.TokenFile, err = localfile.Expand(i.TokenFile.ValueString())
	return w, err
}
