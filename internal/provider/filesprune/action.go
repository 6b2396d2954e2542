// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package filesprune is the action openai_files_prune: it deletes the Files that
// nothing keeps.
//
// What it deletes is decided before the first deletion, and only by a configuration
// that is wholly known and has a filter.
package filesprune

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

var (
	_ action.ActionWithConfigure      = (*pruneAction)(nil)
	_ action.ActionWithModifyPlan     = (*pruneAction)(nil)
	_ action.ActionWithValidateConfig = (*pruneAction)(nil)
)

type pruneAction struct {
	service *shared.Service
}

// NewAction returns the action openai_files_prune.
func NewAction() action.Action { return &pruneAction{} }

// Metadata implements action.Action.
func (a *pruneAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_files_prune"
}

// Configure implements action.ActionWithConfigure.
func (a *pruneAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.service = shared.Configured(req.ProviderData, &resp.Diagnostics)
}

// Schema implements action.Action. Values are checked by [newSelection] and not by
// validators, which Terraform doesn't call again once all values are known.
func (a *pruneAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deletes the Files that match every filter (`purpose`, `filename_regex`, `older_than`; at least one is needed) and aren't in `keep`. " +
			"By default it only says what it would delete.",
		Attributes: map[string]schema.Attribute{
			"purpose": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: shared.PurposeFilterDescription,
			},
			"filename_regex": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: shared.FilenameRegexDescription,
			},
			"older_than": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Only Files that were created longer ago than this, such as \"720h\" (30 days). Units: `h`, `m`, `s`. " +
					"The time is the API's, so this machine's clock doesn't matter. By default any.",
			},
			"keep": schema.SetAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				MarkdownDescription: "IDs of Files that are kept, whatever the filters say, such as `[for u in openai_upload.all : u.id]`.",
			},
			"dry_run": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Only say what would be deleted. Default: true.",
			},
		},
	}
}

// ValidateConfig implements action.ActionWithValidateConfig.
func (a *pruneAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	_, resp.Diagnostics = newSelection(ctx, req.Config)
}

// ModifyPlan implements action.ActionWithModifyPlan. It checks what wasn't known before.
func (a *pruneAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	_, diags := newSelection(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
}
