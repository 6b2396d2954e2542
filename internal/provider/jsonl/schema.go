// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Schema implements datasource.DataSource.
func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Checks the lines of a batch input or a fine-tuning set as [`openai_upload`](../resources/upload.md) does, and reports what is wrong in place of an error: " +
			"for `check` blocks, preconditions, and pipelines that only want the report. It sends nothing and needs no API key.",
		Attributes: map[string]schema.Attribute{
			"path": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Local file to check. Exactly one of `path` and `content` must be set.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1), stringvalidator.ExactlyOneOf(path.MatchRoot("path"), path.MatchRoot("content")),
				},
			},
			"content": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Text to check. It is stored in the state, in plain text.",
			},
			"purpose": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "What the content is for, `batch` or `fine-tune`.",
				Validators:          []validator.String{stringvalidator.OneOf("batch", "fine-tune")},
			},
			"valid":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether there are no errors. Warnings don't count."},
			"bytes":    number("Size of the content in bytes."),
			"lines":    number("Number of lines that aren't blank."),
			"errors":   number("Number of problems for which OpenAI refuses the content, or the batch or job that uses it."),
			"warnings": number("Number of problems that OpenAI may accept."),
			"models": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Models that a batch names, in order of appearance, at most 100. Empty for fine-tuning sets.",
			},
			"problems": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: fmt.Sprintf("The first %d problems. None contains any of the content.", shared.MaxProblems),
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"line":     number("Number of the line, from 1; 0 for a problem of the content as a whole."),
					"column":   number("Number of a byte in the line, from 1."),
					"code":     text("Kind of problem, such as `invalid_json_line`; as OpenAI calls it, where it does."),
					"severity": text("`error` or `warning`."),
					"wanted":   text("What should be there."),
				}},
			},
		},
	}
}
