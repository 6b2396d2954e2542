// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command foreign stands for another provider named "openai", which has to be
// installable while its openai_file is moved, and is asked for its schema only.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func main() {
	factory := func() provider.Provider { return foreign{} }
	err := providerserver.Serve(context.Background(), factory, providerserver.ServeOpts{Address: "registry.terraform.io/mkdev-me/openai"})
	if err != nil {
		log.Fatal(err)
	}
}

type foreign struct{}

func (foreign) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "openai"
}

func (foreign) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (foreign) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (foreign) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (foreign) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return file{} }}
}

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
