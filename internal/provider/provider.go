// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform provider "openai": its schema, its
// configuration, and the list of what it serves. Each resource has a folder of
// its own below.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/file"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/filecontent"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/files"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/filesprune"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/mimetype"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/upload"
)

// Address is the provider's address in the Registry.
const Address = "registry.terraform.io/upload-backed/openai"

var (
	_ provider.Provider                       = (*openaiProvider)(nil)
	_ provider.ProviderWithActions            = (*openaiProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*openaiProvider)(nil)
	_ provider.ProviderWithFunctions          = (*openaiProvider)(nil)
	_ provider.ProviderWithListResources      = (*openaiProvider)(nil)
	_ provider.ProviderWithValidateConfig     = (*openaiProvider)(nil)
)

type openaiProvider struct {
	version string
}

// Metadata implements provider.Provider.
func (p *openaiProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "openai"
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *openaiProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Turns local files into OpenAI Files.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "API key. Environment: `OPENAI_API_KEY`. It is needed only when a File is read, uploaded or deleted; " +
					"a plan that doesn't call the API works without one.",
			},
			"base_url": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Base URL of the API. Environment: `OPENAI_BASE_URL`. Default: `https://api.openai.com/v1`. " +
					"`http://` is refused unless the host is loopback or `allow_http` is true.",
			},
			"workload_identity": identityAttribute(),
			"data_residency": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Region of the project's data: `us`, `eu`, `ae`, `au`, `in` or `jp`, whose API is at " +
					"`https://<region>.api.openai.com/v1`, or `global`. The project must be enabled for it. " +
					"Takes precedence over `OPENAI_BASE_URL`, and excludes `base_url`.",
				Validators: []validator.String{
					stringvalidator.OneOf(openai.Residencies()...),
					stringvalidator.ConflictsWith(path.MatchRoot("base_url")),
				},
			},
			"organization": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Organization ID, sent as the `OpenAI-Organization` header. Environment: `OPENAI_ORG_ID`.",
			},
			"project": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Project ID, sent as the `OpenAI-Project` header. Environment: `OPENAI_PROJECT_ID`.",
			},
			"allow_http": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Allow `base_url` to be `http://` on a host other than loopback. The key and the files are then sent unencrypted. Default: false.",
			},
			"ca_cert_file": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Path to a PEM bundle of certificates that are trusted in addition to the system's.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"max_retries": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Maximum number of retries of one request after a failure that may be temporary, 0 to 20. Default: 20, with which an upload survives an outage of a minute.",
				Validators:          []validator.Int64{int64validator.Between(0, 20)},
			},
			"max_concurrent_parts": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Maximum number of parts sent at the same time, across all resources of this provider configuration, 1 to 64. Default: 8.",
				Validators:          []validator.Int64{int64validator.Between(1, 64)},
			},
			"part_size": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Size of a part in bytes, 1 MiB (1048576) to 64 MiB (67108864). " +
					"By default it is chosen from the file's size, at most 64,000,000 bytes.",
				Validators: []validator.Int64{int64validator.Between(1<<20, 64<<20)},
			},
		},
	}
}

// Resources implements provider.Provider.
func (p *openaiProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{upload.NewResource}
}

// DataSources implements provider.Provider.
func (p *openaiProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{file.NewDataSource, files.NewDataSource, jsonl.NewDataSource}
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *openaiProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{filecontent.NewEphemeralResource}
}

// ListResources implements provider.ProviderWithListResources.
func (p *openaiProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{upload.NewListResource}
}

// Actions implements provider.ProviderWithActions.
func (p *openaiProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{filesprune.NewAction}
}

// Functions implements provider.ProviderWithFunctions.
func (p *openaiProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{mimetype.NewFunction}
}
