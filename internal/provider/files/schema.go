// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package files

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// oldestFirst is the order in which the oldest File comes first.
const oldestFirst = "asc"

// Schema implements datasource.DataSource.
func (d *dataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the Files at OpenAI, however many there are. Without arguments it lists all Files of the project that the API key belongs to.",
		Attributes: map[string]schema.Attribute{
			"purpose": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only Files with this purpose. Any value is passed to the API.",
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"filename": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only Files with exactly this name. Conflicts with `filename_regex`.",
				Validators:          []validator.String{stringvalidator.ConflictsWith(path.MatchRoot("filename_regex"))},
			},
			"filename_regex": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: shared.FilenameRegexDescription,
			},
			"created_after": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only Files that were created later than this time, RFC 3339.",
			},
			"created_before": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only Files that were created earlier than this time, RFC 3339.",
			},
			"order": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Order by the time of creation: `desc`, the newest first and the default, or `asc`, the oldest first.",
				Validators:          []validator.String{stringvalidator.OneOf(oldestFirst, "desc")},
			},
			"limit": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Only the first Files, at most so many; no more of the list than that needs is read. Default: all.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"timeouts": shared.ReadTimeout(ctx, "Time limit for reading the whole list. Default: 5m."),
			"files": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The Files, as `order` says.",
				NestedObject:        schema.NestedAttributeObject{Attributes: shared.FileAttributes()},
			},
			"ids": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "The IDs of the Files, in the same order.",
			},
		},
	}
}
