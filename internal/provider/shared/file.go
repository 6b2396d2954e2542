// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// Descriptions of a File's attributes, for the schemas that have them.
const (
	BytesDescription     = "Size of the File in bytes."
	CreatedAtDescription = "When the File was created, RFC 3339 in UTC."
	ExpiresAtDescription = "When the File expires, RFC 3339 in UTC; null if it doesn't."
	StatusDescription    = "Status of the File as the API reports it, such as `processed`."
)

// File has the attributes of a File as Terraform values, for models to embed.
type File struct {
	ID        types.String `tfsdk:"id"`
	Filename  types.String `tfsdk:"filename"`
	Purpose   types.String `tfsdk:"purpose"`
	Bytes     types.Int64  `tfsdk:"bytes"`
	CreatedAt types.String `tfsdk:"created_at"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	Status    types.String `tfsdk:"status"`
}

// Set copies what the API says about a File. If the API doesn't know the size
// yet, Bytes stays as it is.
func (f *File) Set(file engine.File) {
	f.ID = types.StringValue(file.ID)
	f.Filename = types.StringValue(file.Filename)
	f.Purpose = types.StringValue(file.Purpose)
	if file.Bytes != engine.UnknownBytes {
		f.Bytes = types.Int64Value(file.Bytes)
	}
	f.CreatedAt = Timestamp(file.CreatedAt)
	f.ExpiresAt = Timestamp(file.ExpiresAt)
	f.Status = types.StringValue(file.Status)
}

// Known is the File in f, a state, as far as that helps to find it again.
func (f *File) Known() engine.File {
	createdAt, _ := time.Parse(time.RFC3339, f.CreatedAt.ValueString())
	return engine.File{ID: f.ID.ValueString(), Purpose: f.Purpose.ValueString(), CreatedAt: createdAt}
}

// Timestamp returns t in the schemas' form: RFC 3339 in UTC, null for the zero time.
func Timestamp(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}
