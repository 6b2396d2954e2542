// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Limits of expires_after.seconds, from the OpenAPI document (FileExpirationAfter).
const (
	minExpirySeconds = 3600
	maxExpirySeconds = 2592000
)

// Schema implements resource.Resource. What a change of an attribute leads to
// is decided in decide.go, in one place, as most attributes depend on each other.
func (r *uploadResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	limits, _ := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Read: true, Delete: true,
		CreateDescription: "Time limit for an upload, not counting the wait for other uploads. Default: 60m. An upload also ends when its Upload expires, after an hour.",
		ReadDescription:   "Time limit for reading the File. Default: 5m.",
		DeleteDescription: "Time limit for deleting the File, including the wait for a File that is still being processed. Default: 10m.",
	}).(schema.SingleNestedAttribute)
	limits.MarkdownDescription = shared.TimeoutsDescription
	resp.Schema = schema.Schema{
		MarkdownDescription: "Uploads a local file to OpenAI and keeps it there as a File: " +
			"`POST /uploads`, its parts in parallel, `complete`. A change of the file's content replaces the File.",
		Attributes: map[string]schema.Attribute{
			"path": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Local file to upload. Exactly one of `path`, `content`, `content_base64` and `content_wo` must be set. `~` is expanded, a relative path is relative to the directory in which Terraform runs, and symbolic links are followed. " +
					"On Windows `/` works as well as `\\`, which must be doubled in a quoted string. " +
					"A new path to the same content under the same `filename` uploads nothing.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"content": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Text to upload, in UTF-8, such as the output of `jsonencode`. Needs `filename`. It is stored in the state, in plain text. " +
					"Terraform puts text into the Unicode form NFC; where every byte counts, use `content_base64`. " +
					"A change replaces the File, and is known in the plan.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"content_base64": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Like `content`, for bytes that aren't text, in Base64.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), base64Validator{}},
			},
			"content_wo": schema.StringAttribute{
				Optional:  true,
				WriteOnly: true,
				MarkdownDescription: "Like `content`, but it is stored neither in the state nor in plans: only its hash is. It may be an ephemeral value. " +
					"A change of the hash replaces the File. If the value changes between plan and apply, that is uploaded; an update of another argument ends in an error then, and has to be planned again. " +
					"Needs Terraform or OpenTofu 1.11.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"purpose": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "What the File is for: `assistants`, `batch`, `fine-tune`, `vision`, `user_data`, `evals`, " +
					"or another value that the API accepts. A change replaces the File.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"mime_type": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "MIME type sent to the API. By default it is detected from `filename`, or from the content if the name has no known extension. " +
					"A change replaces the File; a detected value is kept as long as `filename` is the same.",
				Validators: []validator.String{stringvalidator.RegexMatches(
					regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;\s*[A-Za-z0-9!#$&^_.+-]+=("[^"]*"|[A-Za-z0-9!#$&^_.+-]+))*$`),
					"must be a MIME type such as \"text/jsonl\"")},
			},
			"filename": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "The File's name at OpenAI. Default: the last element of `path`. A change replaces the File. " +
					"No path separators or control characters.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
					stringvalidator.RegexMatches(filenamePattern, "must not contain path separators or control characters"),
					stringvalidator.NoneOf(".", ".."),
				},
			},
			"expires_after": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "When OpenAI deletes the File by itself. Without it, Files with purpose `batch` expire after 30 days and others never. " +
					"A change replaces the File.",
				Attributes: map[string]schema.Attribute{
					"seconds": schema.Int64Attribute{
						Required:            true,
						MarkdownDescription: "Lifetime of the File in seconds from the anchor, 3600 (an hour) to 2592000 (30 days).",
						Validators:          []validator.Int64{int64validator.Between(minExpirySeconds, maxExpirySeconds)},
					},
					"anchor": schema.StringAttribute{
						Optional:            true,
						Computed:            true,
						Default:             stringdefault.StaticString(anchorCreatedAt),
						MarkdownDescription: "What the lifetime is counted from: `created_at`, the only value and the default.",
						Validators:          []validator.String{stringvalidator.OneOf(anchorCreatedAt)},
					},
				},
			},
			"content_sha256": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "SHA-256 of the content, 64 lower-case hexadecimal digits. Not needed to notice changes: the provider hashes the file itself. " +
					"If configured, it pins the content: a file with another hash is never uploaded, and the local file isn't needed as long as the hash is the one in the state.",
				Validators: []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9a-f]{64}$`), "must be 64 lower-case hexadecimal digits")},
			},
			"skip_destroy": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Leave the File at OpenAI when the resource is destroyed or replaced, for jobs and vector stores that still use it. " +
					"It counts once it has been applied. Default: false.",
			},
			"wait_for_processing": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Wait after the upload until OpenAI has processed the File, within `timeouts.create`, so that what depends on it doesn't fail. " +
					"Default: true.",
			},
			"preflight": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Check every line of a File with the purpose `batch` or `fine-tune` before anything is sent: in the plan, if the content is known then. " +
					"A content that OpenAI would refuse, if only later, is an error that names the lines. Default: true.",
			},
			"timeouts":  limits,
			"id":        computedString("ID of the File; the same as `file_id`."),
			"file_id":   computedString("ID of the File, for the resources and calls that take one."),
			"upload_id": computedString("ID of the Upload that made the File. Null for an imported File."),
			"bytes": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: shared.BytesDescription,
			},
			"created_at": computedString(shared.CreatedAtDescription),
			"expires_at": computedString(shared.ExpiresAtDescription),
			"status":     computedString(shared.StatusDescription),
		},
	}
}

func computedString(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *uploadResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: "ID of the File."},
		},
	}
}
