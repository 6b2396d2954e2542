// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package jsonl is the data source openai_jsonl: what is wrong with the lines of a
// batch input or a fine-tuning set. It asks nobody, and needs no API key.
package jsonl

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

type dataSource struct {
	service *shared.Service
}

// model is the data source in configuration and state.
type model struct {
	Path     types.String   `tfsdk:"path"`
	Content  types.String   `tfsdk:"content"`
	Purpose  types.String   `tfsdk:"purpose"`
	Valid    types.Bool     `tfsdk:"valid"`
	Bytes    types.Int64    `tfsdk:"bytes"`
	Lines    types.Int64    `tfsdk:"lines"`
	Models   []types.String `tfsdk:"models"`
	Errors   types.Int64    `tfsdk:"errors"`
	Warnings types.Int64    `tfsdk:"warnings"`
	Problems []problem      `tfsdk:"problems"`
}

// problem has nothing of the line, so that the state doesn't.
type problem struct {
	Line     types.Int64  `tfsdk:"line"`
	Column   types.Int64  `tfsdk:"column"`
	Code     types.String `tfsdk:"code"`
	Severity types.String `tfsdk:"severity"`
	Wanted   types.String `tfsdk:"wanted"`
}

// NewDataSource returns the data source openai_jsonl.
func NewDataSource() datasource.DataSource { return &dataSource{} }

// Metadata implements datasource.DataSource.
func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_jsonl"
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.service = shared.Configured(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	format := jsonl.FormatOf(m.Purpose.ValueString())
	var seen shared.Inspected
	var err error
	if m.Path.IsNull() {
		seen, err = shared.Inspect(ctx, shared.Text(m.Content.ValueString()), format)
	} else {
		seen, err = d.service.InspectFile(ctx, m.Path.ValueString(), format)
	}
	if bad, ok := errors.AsType[*localfile.Error](err); ok && bad.Problem == localfile.Empty {
		// Nothing to upload is something to report.
		seen, err = shared.Inspect(ctx, shared.Text(nil), format)
	}
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("path"), "File can't be read",
			shared.Sentence(err)+" Nothing was changed. Provide the file, or let this data source depend on what makes it.")
		return
	}
	m.set(*seen.Report)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (m *model) set(report jsonl.Report) {
	m.Valid = types.BoolValue(report.Errors == 0)
	m.Bytes, m.Lines = types.Int64Value(report.Bytes), types.Int64Value(report.Lines)
	m.Errors, m.Warnings = types.Int64Value(report.Errors), types.Int64Value(report.Warnings)
	m.Models, m.Problems = []types.String{}, []problem{} // Not null, if there is none.
	for _, name := range report.Models {
		m.Models = append(m.Models, types.StringValue(name))
	}
	for _, p := range report.Problems {
		severity := "error"
		if p.Warning {
			severity = "warning"
		}
		m.Problems = append(m.Problems, problem{
			Line: types.Int64Value(p.Line), Column: types.Int64Value(int64(p.Column)),
			Code: types.StringValue(p.Code), Severity: types.StringValue(severity), Wanted: types.StringValue(p.Wanted),
		})
	}
}
