// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command local stands for hashicorp/local, which some examples use, where no
// registry is available. Its local_file does what they need.
package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest/testdata/standin"
)

func main() { standin.Serve("hashicorp/local", file{}) }

type file struct{}

type model struct {
	Filename types.String `tfsdk:"filename"`
	Content  types.String `tfsdk:"content"`
}

func (file) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "local_file"
}

func (file) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"filename": schema.StringAttribute{Required: true, PlanModifiers: replace},
		"content":  schema.StringAttribute{Required: true, PlanModifiers: replace},
	}}
}

func (file) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	err := os.MkdirAll(filepath.Dir(m.Filename.ValueString()), 0o700)
	if err == nil {
		err = os.WriteFile(m.Filename.ValueString(), []byte(m.Content.ValueString()), 0o600)
	}
	if err != nil {
		resp.Diagnostics.AddError("The file can't be written", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (file) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (file) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("A file is replaced, never updated", "")
}

func (file) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if err := os.Remove(m.Filename.ValueString()); err != nil && !os.IsNotExist(err) {
		resp.Diagnostics.AddError("The file can't be removed", err.Error())
	}
}
