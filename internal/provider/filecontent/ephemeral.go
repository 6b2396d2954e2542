// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package filecontent is the ephemeral resource openai_file_content: a File's
// content, which is in memory only and never in a state or a plan.
package filecontent

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*contentResource)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*contentResource)(nil)
)

type contentResource struct {
	service *shared.Service
}

// model is the ephemeral resource in configuration and result.
type model struct {
	ID            types.String   `tfsdk:"id"`
	MaxBytes      types.Int64    `tfsdk:"max_bytes"`
	Content       types.String   `tfsdk:"content"`
	ContentBase64 types.String   `tfsdk:"content_base64"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// NewEphemeralResource returns the ephemeral resource openai_file_content.
func NewEphemeralResource() ephemeral.EphemeralResource { return &contentResource{} }

// Metadata implements ephemeral.EphemeralResource.
func (r *contentResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_file_content"
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (r *contentResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	r.service = shared.Configured(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig implements ephemeral.EphemeralResourceWithValidateConfig.
func (r *contentResource) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	shared.CheckTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}
