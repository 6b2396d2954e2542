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

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

const anchorCreatedAt = "created_at"

// model is the resource in configuration, plan and state.
type model struct {
	shared.File

	Path          types.String   `tfsdk:"path"`
	Content       types.String   `tfsdk:"content"`
	ContentBase64 types.String   `tfsdk:"content_base64"`
	ContentWO     types.String   `tfsdk:"content_wo"`
	MIMEType      types.String   `tfsdk:"mime_type"`
	ExpiresAfter  types.Object   `tfsdk:"expires_after"`
	ContentSHA256 types.String   `tfsdk:"content_sha256"`
	SkipDestroy   types.Bool     `tfsdk:"skip_destroy"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`

	// WaitForProcessing and Preflight are true by default.
	WaitForProcessing types.Bool `tfsdk:"wait_for_processing"`
	Preflight         types.Bool `tfsdk:"preflight"`

	FileID   types.String `tfsdk:"file_id"`
	UploadID types.String `tfsdk:"upload_id"`
}

// expiry is the object expires_after.
type expiry struct {
	Seconds types.Int64  `tfsdk:"seconds"`
	Anchor  types.String `tfsdk:"anchor"`
}

func (expiry) attributeTypes() map[string]attr.Type {
	return map[string]attr.Type{"seconds": types.Int64Type, "anchor": types.StringType}
}

// arguments are what m, a configuration, asks for. stateFilename is the File's
// name in the state, which stays where neither a name nor a path is configured.
func (m *model) arguments(ctx context.Context, stateFilename types.String) arguments {
	a := arguments{
		path: fromString(m.Path), filename: fromString(m.Filename), purpose: fromString(m.Purpose),
		mimeType: fromString(m.MIMEType), pin: fromString(m.ContentSHA256), lifetime: m.lifetime(ctx), content: m.digest(ctx),
		format: m.format(),
	}
	a.source, _ = m.source()
	// Content in the configuration is a file that always matches its pin.
	if !a.content.isNull() && a.pin.isNull() {
		a.ephemeral = a.source == "content_wo"
		a.pin = opt[string]{value: a.content.value.sha256, known: a.content.known, unknown: a.content.unknown}
	}
	switch {
	case !a.filename.isNull():
	case a.path.known:
		a.filename = some(defaultFilename(a.path.value))
	case a.path.unknown:
		a.filename = unknownUntilApply[string]()
	default:
		a.filename = fromString(stateFilename)
	}
	return a
}

// format is by which rules the lines are checked before they are sent, zero for none. What
// isn't known yet is checked at apply.
func (m *model) format() jsonl.Format {
	if m.Preflight.IsUnknown() || m.Preflight.Equal(types.BoolValue(false)) {
		return 0
	}
	return jsonl.FormatOf(m.Purpose.ValueString())
}

// file is the File in m, a state.
func (m *model) file(ctx context.Context, private privateReader) file {
	f := file{
		id: m.FileID.ValueString(), path: fromString(m.Path), filename: fromString(m.Filename), purpose: fromString(m.Purpose),
		mimeType: fromString(m.MIMEType), sha256: fromString(m.ContentSHA256),
		lifetime: m.lifetime(ctx), lives: remoteLifetime(*m),
	}
	if !m.Bytes.IsNull() {
		f.bytes = some(m.Bytes.ValueInt64())
	}
	if was, ok := recall[uploaded](ctx, private, uploadedKey); ok {
		f.uploaded = &was
	}
	return f
}

// lifetime is expires_after. It is unknown if any part of it is.
func (m *model) lifetime(ctx context.Context) opt[time.Duration] {
	if m.ExpiresAfter.IsNull() {
		return opt[time.Duration]{}
	}
	var e expiry
	diags := m.ExpiresAfter.As(ctx, &e, basetypes.ObjectAsOptions{UnhandledUnknownAsEmpty: true})
	if m.ExpiresAfter.IsUnknown() || diags.HasError() || e.Seconds.IsUnknown() || e.Anchor.IsUnknown() {
		return unknownUntilApply[time.Duration]()
	}
	return some(time.Duration(e.Seconds.ValueInt64()) * time.Second)
}

// setFile copies what the service says about a File.
func (m *model) setFile(f engine.File) {
	m.Set(f)
	m.FileID = m.ID
}

// refresh copies what the service says about a File into m, a state. A File whose
// content was never seen also gets the expires_after that it would have been made with.
func (m *model) refresh(f engine.File) {
	m.setFile(f)
	if m.isAdoptable() && m.ExpiresAfter.IsNull() {
		m.ExpiresAfter = deriveExpiry(*m)
	}
}

// setNoFile sets the attributes of a File to null, as there is none.
func (m *model) setNoFile() {
	m.FileID = types.StringNull()
	m.Bytes = types.Int64Null()
	m.CreatedAt = types.StringNull()
	m.ExpiresAt = types.StringNull()
	m.Status = types.StringNull()
}

// isLeftover reports whether the state holds an Upload that could not be
// cancelled, and no File.
func (m *model) isLeftover() bool { return m.FileID.IsNull() && !m.UploadID.IsNull() }

// staysAtOpenAI reports whether skip_destroy keeps the File. It is for what others may
// use, which a File that can't be used isn't.
func (m *model) staysAtOpenAI() bool {
	return m.SkipDestroy.ValueBool() && !m.isLeftover() && m.Status.ValueString() != fileStatusError
}

// isAdoptable reports whether the File came from an import or another
// provider, so that its content was never seen.
func (m *model) isAdoptable() bool { return !m.FileID.IsNull() && m.ContentSHA256.IsNull() }

// identity is the resource's identity.
type identity struct {
	ID types.String `tfsdk:"id"`
}
