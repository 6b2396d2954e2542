// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

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
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Terraform itself makes this mistake, in what it generates for an import.
	if config.Path.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("path"), "path is not set",
			"OpenAI doesn't know which local file a File was made from, so a generated configuration has path = null. "+
				"Fill in the local file that has the same content; the File is then adopted as it is, without an upload. "+
				"For a File without a local copy, set path to any name and add it to ignore_changes.")
	}
	shared.CheckTimeouts(config.Timeouts.Attributes(), &resp.Diagnostics)
}
