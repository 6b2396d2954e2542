// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filecontent

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

const (
	defaultMaxBytes = 1 << 20

	// maxMaxBytes bounds the memory: the provider and Terraform hold the content
	// several times.
	maxMaxBytes = 16 << 20

	defaultOpenTimeout = 5 * time.Minute
)

// Schema implements ephemeral.EphemeralResource.
func (r *contentResource) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	limits, _ := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		OpenDescription: "Time limit for reading the content. Default: 5m.",
	}).(schema.SingleNestedAttribute)
	limits.MarkdownDescription = shared.TimeoutsDescription
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the content of a File, which is never written to a state or a plan. It needs Terraform 1.10 or OpenTofu 1.11.\n\n" +
			"OpenAI doesn't return the content of Files of every purpose; a refusal is an error. " +
			"The content is read in each plan and each apply, as nothing keeps it.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the File. It is an error if there is no such File.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"max_bytes": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "The most that is read, in bytes, 1 to 16777216 (16 MiB). " +
					"Longer content is an error and never cut. Default: 1048576 (1 MiB).",
				Validators: []validator.Int64{int64validator.Between(1, maxMaxBytes)},
			},
			"timeouts": limits,
			"content": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The content as text; null if it isn't valid UTF-8. Terraform puts text into the Unicode form NFC, so its bytes may differ.",
			},
			"content_base64": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The content in Base64, whatever it is, byte for byte.",
			},
		},
	}
}
