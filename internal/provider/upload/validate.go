// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"encoding/base64"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Purposes whose inputs the API wants as JSON Lines.
const (
	purposeBatch    = "batch"
	purposeFineTune = "fine-tune"
)

// purposes returns the values that the API is known to accept. The API's list
// grows, so any other value is only a warning.
func purposes() []string {
	return []string{"assistants", purposeBatch, purposeFineTune, "vision", "user_data", "evals"}
}

// ValidateConfig reports what is wrong with the configuration by itself.
func (r *uploadResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(shared.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.validateSource(&resp.Diagnostics)
	shared.CheckTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}

// validateSource checks what says what is uploaded.
func (m *model) validateSource(diags *diag.Diagnostics) {
	var set []string
	unknown := false
	for _, s := range m.sources() {
		if s.value.IsUnknown() {
			unknown = true
		} else if !s.value.IsNull() {
			set = append(set, s.attribute)
		}
	}
	// What isn't known yet may still be null: Terraform asks again when it is known.
	inline := len(set) == 1 && set[0] != "path" || len(set) == 0 && unknown && m.Path.IsNull()
	switch {
	case len(set) == 0 && !unknown:
		// Terraform itself makes this mistake, in what it generates for an import.
		diags.AddAttributeError(path.Root("path"), "path is not set",
			"Set path, or one of content, content_base64 and content_wo. "+
				"OpenAI doesn't know which local file a File was made from, so a generated configuration has path = null. "+
				"Fill in the local file that has the same content; the File is then adopted as it is, without an upload. "+
				"For a File without a local copy, set path to any name and add it to ignore_changes.")
	case len(set) > 1:
		diags.AddAttributeError(path.Root(set[1]), set[0]+" and "+set[1]+" are both set",
			"Exactly one of path, content, content_base64 and content_wo says what is uploaded. Remove the others.")
	case inline && m.Filename.IsNull():
		diags.AddAttributeError(path.Root("filename"), "filename is not set",
			"Without path there is no file to take the name from. Set filename to the name that the File is to have.")
	case inline && !m.ContentSHA256.IsNull() && !m.ContentSHA256.IsUnknown():
		diags.AddAttributeError(path.Root("content_sha256"), "content_sha256 is for local files",
			"It pins what a local file must have. The hash of content in the configuration is known from there: remove content_sha256.")
	}
}

// base64Validator refuses what isn't Base64 of something.
type base64Validator struct{}

// Description implements validator.String.
func (base64Validator) Description(context.Context) string { return "must be Base64" }

// MarkdownDescription implements validator.String.
func (v base64Validator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString implements validator.String.
func (base64Validator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	// The text of an error would quote the content.
	if content, err := base64.StdEncoding.DecodeString(req.ConfigValue.ValueString()); err != nil || len(content) == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "content_base64 is not Base64",
			"It must be standard Base64 with padding, such as the output of base64encode or filebase64. Nothing was sent.")
	}
}
