// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package mimetype is the function mime_type: what a file's name says about its type.
package mimetype

import (
	"context"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/filetype"
)

var _ function.Function = (*mimeTypeFunction)(nil)

type mimeTypeFunction struct{}

// NewFunction returns the function mime_type.
func NewFunction() function.Function { return &mimeTypeFunction{} }

// Metadata implements function.Function.
func (f *mimeTypeFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "mime_type"
}

// Definition implements function.Function.
func (f *mimeTypeFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "MIME type of a file, by its name",
		MarkdownDescription: "Returns the MIME type that `openai_upload` sends for a file of this name, from the same table on every machine. " +
			"It is null if the name has no known extension; `openai_upload` then looks at the content. No file is read.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "filename",
				MarkdownDescription: "Name of a file, or a path with `/`, of which the last element counts.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run implements function.Function.
func (f *mimeTypeFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var filename string
	if resp.Error = req.Arguments.Get(ctx, &filename); resp.Error != nil {
		return
	}
	result := types.StringNull()
	// A name that begins with a dot has no extension, so a folder's mustn't count.
	if mime, ok := filetype.ByName(path.Base(filename)); ok {
		result = types.StringValue(mime)
	}
	resp.Error = resp.Result.Set(ctx, result)
}
