// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	engine "github.com/upload-backed/terraform-provider-openai/internal/upload"
)

// Keys of the private state.
const (
	// contentKey holds the hash of the local file as it was last read.
	contentKey = "content"
	// uploadedKey holds what was uploaded, to tell a File that changed at OpenAI.
	uploadedKey = "uploaded"
	// replacementKey holds the File that a plan is about and, if the plan is to
	// replace it, what for. It is for the plan's other half and for Delete.
	replacementKey = "replacement"
)

// privateReader and privateWriter are the parts of the framework's private
// state that are used here; its own type is internal.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// uploaded is what the File was when it was uploaded or adopted.
type uploaded struct {
	Bytes    int64  `json:"bytes"`
	Filename string `json:"filename"`
	Purpose  string `json:"purpose"`
}

func uploadedFrom(f engine.File) uploaded {
	return uploaded{Bytes: f.Bytes, Filename: f.Filename, Purpose: f.Purpose}
}

// replacement is what a planned replacement gives up, and what it needs.
type replacement struct {
	FileID string `json:"file_id"`
	// Path is the local file that has to be there, empty if something may still
	// make it.
	Path string `json:"path,omitempty"`
}

// recall reads a private value. One that is absent or that another version
// wrote in another shape is as good as none.
func recall[T any](ctx context.Context, private privateReader, key string) (T, bool) {
	var value T

	raw, diags := private.GetKey(ctx, key)
	if diags.HasError() || len(raw) == 0 || json.Unmarshal(raw, &value) != nil {
		return value, false
	}

	return value, true
}

// remember writes a private value.
func remember[T any](ctx context.Context, private privateWriter, key string, value T) diag.Diagnostics {
	raw, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private state not written", err.Error())}
	}

	return private.SetKey(ctx, key, raw)
}

// forget removes a private value.
func forget(ctx context.Context, private privateWriter, key string) diag.Diagnostics {
	return private.SetKey(ctx, key, nil)
}

// contentHash returns the SHA-256 of the local file at path, which info
// describes: from the private state if that is safe, else by reading it, and
// then fresh is to be remembered.
func contentHash(ctx context.Context, private privateReader, path string, info localfile.Info) (sum string, fresh *localfile.Hashed, err error) {
	if known, ok := recall[localfile.Hashed](ctx, private, contentKey); ok && known.Matches(info) {
		return known.SHA256, nil, nil
	}

	hashed, err := localfile.Hash(ctx, path)
	if err != nil {
		return "", nil, err
	}

	return hashed.SHA256, &hashed, nil
}
