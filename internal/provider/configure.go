// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// model is the provider's configuration.
type model struct {
	APIKey             types.String `tfsdk:"api_key"`
	WorkloadIdentity   *identity    `tfsdk:"workload_identity"`
	BaseURL            types.String `tfsdk:"base_url"`
	DataResidency      types.String `tfsdk:"data_residency"`
	Organization       types.String `tfsdk:"organization"`
	Project            types.String `tfsdk:"project"`
	AllowHTTP          types.Bool   `tfsdk:"allow_http"`
	CACertFile         types.String `tfsdk:"ca_cert_file"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`
	MaxConcurrentParts types.Int64  `tfsdk:"max_concurrent_parts"`
	PartSize           types.Int64  `tfsdk:"part_size"`
}

// ValidateConfig checks what the configuration alone shows.
func (p *openaiProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	resp.Diagnostics.Append(checkSource(ctx, req.Config)...)
	var baseURL types.String
	var allowHTTP types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("base_url"), &baseURL)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("allow_http"), &allowHTTP)...)
	if resp.Diagnostics.HasError() || baseURL.IsUnknown() || baseURL.IsNull() || allowHTTP.IsUnknown() {
		return
	}
	if err := openai.CheckBaseURL(baseURL.ValueString(), allowHTTP.ValueBool()); err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("base_url"), "Unusable base_url", shared.Sentence(err))
	}
}

// Configure makes the client and the upload engine. Values that aren't known yet,
// or a missing key, are reported by the first call that needs them.
func (p *openaiProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	svc, diags := p.service(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData = svc
	resp.DataSourceData = svc
	resp.EphemeralResourceData = svc
	resp.ListResourceData = svc
	resp.ActionData = svc
}

func (p *openaiProvider) service(ctx context.Context, req provider.ConfigureRequest) (*shared.Service, diag.Diagnostics) {
	if name := firstUnknown(req.Config); name != "" {
		return shared.Unavailable(unknownConfiguration(name)), nil
	}
	var config model
	diags := req.Config.Get(ctx, &config)
	if diags.HasError() {
		return nil, diags
	}
	var apiKey string
	if config.WorkloadIdentity == nil {
		if apiKey = fromEnvironment(config.APIKey, "OPENAI_API_KEY"); apiKey == "" {
			return shared.Unavailable(missingKey()), nil
		}
	}
	slots := int(valueOr(config.MaxConcurrentParts, engine.DefaultSlots))
	retries := int(valueOr(config.MaxRetries, engine.DefaultRetries))
	caCertFile, err := localfile.Expand(config.CACertFile.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("ca_cert_file"), "Unusable ca_cert_file", shared.Sentence(err))
		return nil, diags
	}
	workload, err := config.WorkloadIdentity.workload()
	if err != nil {
		diags.AddAttributeError(path.Root("workload_identity").AtName("token_file"), "Unusable token_file", shared.Sentence(err))
		return nil, diags
	}
	client, err := openai.New(openai.Config{
		APIKey:           apiKey,
		WorkloadIdentity: workload,
		BaseURL:          config.baseURL(),
		Organization:     fromEnvironment(config.Organization, "OPENAI_ORG_ID"),
		Project:          fromEnvironment(config.Project, "OPENAI_PROJECT_ID"),
		AllowHTTP:        config.AllowHTTP.ValueBool(),
		CACertFile:       caCertFile,
		MaxRetries:       retries,
		Slots:            slots,
		UserAgent:        userAgent(p.version, req.TerraformVersion),
		Observe:          logRequests(ctx),
	})
	if err != nil {
		diags.Append(configurationError(config, err))
		return nil, diags
	}
	return shared.NewService(client, &engine.Uploader{
		Backend:  client,
		Slots:    engine.NewSlots(slots),
		Retries:  retries,
		PartSize: config.PartSize.ValueInt64(),
		Claims:   engine.NewClaims(),
	}), diags
}

// firstUnknown returns the name of an argument that isn't known yet, or not all of it.
func firstUnknown(config tfsdk.Config) string {
	var arguments map[string]tftypes.Value
	// It is an object, as the schema says.
	_ = config.Raw.As(&arguments)
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		if !arguments[name].IsFullyKnown() {
			return name
		}
	}
	return ""
}

// baseURL returns the base URL, empty for the default one.
func (m model) baseURL() string {
	if !m.DataResidency.IsNull() {
		return openai.ResidencyURL(m.DataResidency.ValueString())
	}
	return fromEnvironment(m.BaseURL, "OPENAI_BASE_URL")
}

// fromEnvironment returns the configured value, else the variable's. A
// variable that is set but empty counts as unset.
func fromEnvironment(configured types.String, variable string) string {
	if !configured.IsNull() {
		return configured.ValueString()
	}
	return os.Getenv(variable)
}

func valueOr(configured types.Int64, otherwise int64) int64 {
	if configured.IsNull() {
		return otherwise
	}
	return configured.ValueInt64()
}

func userAgent(version, terraformVersion string) string {
	agent := "terraform-provider-openai/" + version
	if terraformVersion != "" {
		agent += " terraform/" + terraformVersion
	}
	return agent
}

// logRequests returns a hook that logs each request at DEBUG: never a header
// or a body, so neither the key nor a file's bytes.
func logRequests(ctx context.Context) func(openai.RequestEvent) {
	// Configure's context ends with Configure, but requests continue after it; only its logger is
	// needed.
	ctx = context.WithoutCancel(ctx)
	return func(e openai.RequestEvent) {
		tflog.Debug(ctx, "OpenAI request", map[string]any{
			"method": e.Method, "path": e.Path, "status": e.Status,
			"duration_ms": e.Duration.Milliseconds(), "request_id": e.RequestID,
		})
	}
}

func unknownConfiguration(name string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root(name), "Provider configuration not known yet",
		fmt.Sprintf("The provider's %s is known only after apply, as it comes from a resource that has not been applied yet, "+
			"and this step has to call the API. Apply that resource first (-target), plan with -refresh=false, or set %s to a known value.", name, name))
}

func missingKey() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("api_key"), "No OpenAI API key",
		"This step has to call the OpenAI API, and there is no key. Set api_key in the provider's configuration "+
			"(from a variable, not in the file) or the environment variable OPENAI_API_KEY; or set workload_identity, "+
			"which needs no key. Nothing was sent.")
}

// configurationError puts what the client refused on the attribute, or names
// the variable that the value came from.
func configurationError(config model, err error) diag.Diagnostic {
	bad, ok := errors.AsType[*openai.ConfigError](err)
	if !ok {
		return diag.NewErrorDiagnostic("Unusable provider configuration", shared.Sentence(err))
	}
	detail := shared.Sentence(err)
	switch {
	case bad.Field == "base_url" && config.BaseURL.IsNull():
		detail += " The value comes from the environment variable OPENAI_BASE_URL."
	case bad.Field == "api_key" && config.APIKey.IsNull():
		detail += " The value comes from the environment variable OPENAI_API_KEY."
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(bad.Field), "Unusable "+bad.Field, detail)
}
