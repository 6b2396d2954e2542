// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Purposes whose inputs the API wants as JSON Lines.
const (
	purposeBatch    = "batch"
	purposeFineTune = "fine-tune"
)

// purposes returns the inputs that the API is known to take. Its list grows,
// so another value is a warning only.
func purposes() []string {
	return []string{"assistants", purposeBatch, purposeFineTune, "vision", "user_data", "evals"}
}

type knownPurpose struct{}

// Description implements validator.String.
func (knownPurpose) Description(context.Context) string {
	return "should be one of " + strings.Join(purposes(), ", ")
}

// MarkdownDescription implements validator.String.
func (v knownPurpose) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (v knownPurpose) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue
	if value.IsNull() || value.IsUnknown() || value.ValueString() == "" || slices.Contains(purposes(), value.ValueString()) {
		return
	}

	resp.Diagnostics.AddAttributeWarning(req.Path, "Unknown purpose",
		fmt.Sprintf("This version of the provider doesn't know the purpose %q: it %s. It is sent as it is; OpenAI refuses what it doesn't know.",
			value.ValueString(), v.Description(ctx)))
}

// ValidateConfig explains the one mistake that Terraform itself produces: a
// configuration that was generated for an import has path = null.
func (r *uploadResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var local types.String

	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("path"), &local)...)

	if resp.Diagnostics.HasError() || !local.IsNull() {
		return
	}

	resp.Diagnostics.AddAttributeError(path.Root("path"), "path is not set",
		"OpenAI doesn't know which local file a File was made from, so a generated configuration has path = null. "+
			"Fill in the local file that has the same content; the File is then adopted as it is, without an upload.")
}
