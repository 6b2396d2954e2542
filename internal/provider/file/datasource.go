// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package file is the data source openai_file: everything that the API knows about
// one File.
package file

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"

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
	shared.FileDetails

	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// NewDataSource returns the data source openai_file.
func NewDataSource() datasource.DataSource { return &dataSource{} }

// Metadata implements datasource.DataSource.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_file"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.service = shared.Configured(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig implements datasource.DataSourceWithValidateConfig.
func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	shared.CheckTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}
