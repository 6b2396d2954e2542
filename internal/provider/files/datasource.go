// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package files is the data source openai_files: a list of Files.
//
// The list is whole, or there is an error: it is never cut short.
package files

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

const defaultReadTimeout = 5 * time.Minute

var (
	_ datasource.DataSourceWithConfigure      = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

type dataSource struct {
	service *shared.Service
}

// model is the data source in configuration and state.
type model struct {
	Purpose       types.String         `tfsdk:"purpose"`
	Filename      types.String         `tfsdk:"filename"`
	FilenameRegex types.String         `tfsdk:"filename_regex"`
	CreatedAfter  types.String         `tfsdk:"created_after"`
	CreatedBefore types.String         `tfsdk:"created_before"`
	Order         types.String         `tfsdk:"order"`
	Limit         types.Int64          `tfsdk:"limit"`
	Files         []shared.FileDetails `tfsdk:"files"`
	IDs           []types.String       `tfsdk:"ids"`
	Timeouts      timeouts.Value       `tfsdk:"timeouts"`
}

// NewDataSource returns the data source openai_files.
func NewDataSource() datasource.DataSource { return &dataSource{} }

// Metadata implements datasource.DataSource.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_files"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.service = shared.Configured(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	newFilter(config, &resp.Diagnostics)
	shared.CheckTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}
