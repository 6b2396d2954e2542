// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
)

// FileDetails has everything that the API knows about a File, for models of data
// sources to embed.
type FileDetails struct {
	File

	StatusDetails types.String `tfsdk:"status_details"`
}

// Set copies what the API says about a File.
func (f *FileDetails) Set(file engine.File) {
	f.File.Set(file)
	f.StatusDetails = types.StringNull()
	if file.StatusDetails != "" {
		f.StatusDetails = types.StringValue(file.StatusDetails)
	}
}

// FileAttributes returns the attributes of [FileDetails] for the schema of a data source.
func FileAttributes() map[string]schema.Attribute {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"id":             computed("ID of the File."),
		"filename":       computed("The File's name at OpenAI."),
		"purpose":        computed("What the File is for, as the API reports it, such as `user_data`."),
		"bytes":          schema.Int64Attribute{Computed: true, MarkdownDescription: BytesDescription},
		"created_at":     computed(CreatedAtDescription),
		"expires_at":     computed(ExpiresAtDescription),
		"status":         computed(StatusDescription),
		"status_details": computed("What the API says about the status, such as why the File can't be used; null if it says nothing."),
	}
}

// FileUnreadable says why the File that the attribute id names couldn't be read. ctx is the
// request's.
func FileUnreadable(ctx context.Context, id string, err error, client *openai.Client) diag.Diagnostic {
	if errors.Is(err, openai.ErrNotFound) {
		return diag.NewAttributeErrorDiagnostic(path.Root("id"), "The File "+id+" doesn't exist",
			fmt.Sprintf("%s The API that was asked is %s. Nothing was changed. Correct id or, if the File belongs to another project, "+
				"use a provider configuration with that project's API key.%s", Sentence(err), client.Endpoint(), Advice(err)))
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("id"), "Reading the File "+id+" failed",
		Explain(OrCause(ctx, err))+" Nothing was changed. Plan or apply again.")
}
