// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// listModel is the configuration of a list.
type listModel struct {
	shared.Filter

	Filename types.String `tfsdk:"filename"`
}

// ListResourceConfigSchema implements list.ListResource.
func (r *uploadResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the Files at OpenAI, the newest first, whatever made them.",
		Attributes: map[string]schema.Attribute{
			"purpose": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: shared.PurposeFilterDescription,
			},
			"filename": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only Files with exactly this name. By default any. Conflicts with `filename_regex`.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.ConflictsWith(path.MatchRoot("filename_regex")),
				},
			},
			"filename_regex": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: shared.FilenameRegexDescription,
			},
		},
	}
}

// ValidateListResourceConfig implements list.ListResourceWithValidateConfig.
// Terraform calls it again before List, with known values.
func (r *uploadResource) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	_, diags := config.Compile()
	resp.Diagnostics.Append(diags...)
}

// List implements list.ListResource. It asks for no page after the last result
// that is wanted.
func (r *uploadResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	matches, unusable := config.Compile()
	diags.Append(unusable...)
	client, ok := r.service.Client(&diags)
	if !ok || diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		var found int64
		for file, err := range client.Files(ctx, config.Purpose.ValueString()) {
			switch {
			case err != nil:
				push(list.ListResult{Diagnostics: listFailed(ctx, err)})
				return
			case !matches(file), !config.Filename.IsNull() && file.Filename != config.Filename.ValueString():
				continue
			case expired(file): // An import would find nothing.
				continue
			}
			found++
			if !push(listed(ctx, req, file)) || found == req.Limit {
				return
			}
		}
	}
}

// listed is the result for file. What the resource doesn't know of an imported File is
// null here, too.
func listed(ctx context.Context, req list.ListRequest, file engine.File) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = displayName(file.Filename)
	id := types.StringValue(file.ID)
	result.Diagnostics.Append(result.Identity.Set(ctx, identity{ID: id})...)
	if req.IncludeResource {
		var state model
		result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("id"), id)...)
		result.Diagnostics.Append(result.Resource.Get(ctx, &state)...)
		state.refresh(file)
		result.Diagnostics.Append(result.Resource.Set(ctx, &state)...)
	}
	return result
}

// displayName is a File's name, quoted if a terminal would do something else than show it.
func displayName(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}

func listFailed(ctx context.Context, err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("Listing the Files failed",
		shared.Explain(shared.OrCause(ctx, err))+" The list isn't complete. Nothing was changed. Query again.")}
}
