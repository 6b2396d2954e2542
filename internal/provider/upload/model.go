// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	engine "github.com/upload-backed/terraform-provider-openai/internal/upload"
)

const anchorCreatedAt = "created_at"

// model is the resource in configuration, plan and state.
type model struct {
	Path          types.String   `tfsdk:"path"`
	Purpose       types.String   `tfsdk:"purpose"`
	MIMEType      types.String   `tfsdk:"mime_type"`
	Filename      types.String   `tfsdk:"filename"`
	ExpiresAfter  types.Object   `tfsdk:"expires_after"`
	ContentSHA256 types.String   `tfsdk:"content_sha256"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
	ID            types.String   `tfsdk:"id"`
	FileID        types.String   `tfsdk:"file_id"`
	UploadID      types.String   `tfsdk:"upload_id"`
	Bytes         types.Int64    `tfsdk:"bytes"`
	CreatedAt     types.String   `tfsdk:"created_at"`
	ExpiresAt     types.String   `tfsdk:"expires_at"`
	Status        types.String   `tfsdk:"status"`
}

// expiry is the object expires_after.
type expiry struct {
	Seconds types.Int64  `tfsdk:"seconds"`
	Anchor  types.String `tfsdk:"anchor"`
}

func (expiry) attributeTypes() map[string]attr.Type {
	return map[string]attr.Type{"seconds": types.Int64Type, "anchor": types.StringType}
}

// lifetime returns the configured life of the File, zero if there is none or
// it isn't known.
func (m *model) lifetime(ctx context.Context) time.Duration {
	if m.ExpiresAfter.IsNull() || m.ExpiresAfter.IsUnknown() {
		return 0
	}

	var e expiry
	if diags := m.ExpiresAfter.As(ctx, &e, basetypes.ObjectAsOptions{}); diags.HasError() {
		return 0
	}

	return time.Duration(e.Seconds.ValueInt64()) * time.Second
}

// setFile takes over what the service says of a File.
func (m *model) setFile(f engine.File) {
	m.ID = types.StringValue(f.ID)
	m.FileID = types.StringValue(f.ID)
	m.Filename = types.StringValue(f.Filename)
	m.Purpose = types.StringValue(f.Purpose)
	m.Bytes = types.Int64Value(f.Bytes)
	m.CreatedAt = timestamp(f.CreatedAt)
	m.ExpiresAt = timestamp(f.ExpiresAt)
	m.Status = types.StringValue(f.Status)
}

// setNoFile leaves the attributes of a File that isn't there null.
func (m *model) setNoFile() {
	m.FileID = types.StringNull()
	m.Bytes = types.Int64Null()
	m.CreatedAt = types.StringNull()
	m.ExpiresAt = types.StringNull()
	m.Status = types.StringNull()
}

// keepComputed takes over from prior what the configuration doesn't decide.
func (m *model) keepComputed(prior model) {
	m.ID, m.FileID, m.UploadID = prior.ID, prior.FileID, prior.UploadID
	m.Bytes, m.CreatedAt, m.ExpiresAt, m.Status = prior.Bytes, prior.CreatedAt, prior.ExpiresAt, prior.Status
}

// setComputedUnknown plans everything that a new File decides.
func (m *model) setComputedUnknown() {
	m.ID, m.FileID, m.UploadID = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.Bytes = types.Int64Unknown()
	m.CreatedAt, m.ExpiresAt, m.Status = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
}

// isLeftover reports whether the state holds an Upload that could not be
// cancelled, and no File.
func (m *model) isLeftover() bool { return m.FileID.IsNull() && !m.UploadID.IsNull() }

// isAdoptable reports whether the File came from an import or another
// provider, so that its content was never seen.
func (m *model) isAdoptable() bool { return !m.FileID.IsNull() && m.ContentSHA256.IsNull() }

func timestamp(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}

	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// identity is the resource's identity.
type identity struct {
	ID types.String `tfsdk:"id"`
}
