// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package file

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Schema implements datasource.DataSource.
func (d *dataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := shared.FileAttributes()
	attributes["id"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "ID of the File. It is an error if there is no such File.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
	}
	attributes["timeouts"] = shared.ReadTimeout(ctx, "Time limit for reading the File. Default: 5m.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads everything that OpenAI knows about a File, but not its content.",
		Attributes:          attributes,
	}
}
