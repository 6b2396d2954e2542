// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command foreign stands for another provider named "openai", which has to be
// installable while its openai_file is moved, and is asked for its schema only.
package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest/testdata/standin"
)

func main() { standin.Serve("mkdev-me/openai", file{}) }

// file must never be read or changed: its Files are another resource's by then.
type file struct{}

func (file) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "openai_file"
}

func (file) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":         schema.StringAttribute{Computed: true},
		"file":       schema.StringAttribute{Optional: true},
		"filepath":   schema.StringAttribute{Optional: true},
		"filename":   schema.StringAttribute{Computed: true},
		"purpose":    schema.StringAttribute{Required: true},
		"bytes":      schema.Int64Attribute{Computed: true},
		"created_at": schema.Int64Attribute{Computed: true},
	}}
}

func (file) Create(_ context.Context, _ resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.AddError("The other provider was asked to create", "")
}

func (file) Read(_ context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	resp.Diagnostics.AddError("The other provider was asked to read", "")
}

func (file) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("The other provider was asked to update", "")
}

func (file) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.AddError("The other provider was asked to delete", "")
}
