// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package standin serves what stands for another provider in the tests.
package standin

import (
	"context"
	"log"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Serve serves a provider that has one resource until Terraform is done with it.
// source is the provider's address in the public registry, such as "hashicorp/local".
func Serve(source string, only resource.Resource) {
	factory := func() provider.Provider { return standIn{name: path.Base(source), only: only} }
	err := providerserver.Serve(context.Background(), factory, providerserver.ServeOpts{Address: "registry.terraform.io/" + source})
	if err != nil {
		log.Fatal(err)
	}
}

type standIn struct {
	name string
	only resource.Resource
}

func (s standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

func (standIn) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (standIn) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (standIn) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (s standIn) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return s.only }}
}
