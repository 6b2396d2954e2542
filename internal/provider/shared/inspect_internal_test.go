// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// TestInspectFile reads a file only when what is known of it doesn't do.
func TestInspectFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, []byte("{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := localfile.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	known := Inspected{Hashed: localfile.Hashed{Signature: info.Signature, SHA256: "remembered", Safe: true}, Report: &jsonl.Report{Errors: 1}, format: jsonl.Batch}
	other := known
	other.Signature.MTime++
	unsafe := known
	unsafe.Safe = false
	for _, tt := range []struct {
		name   string
		known  Inspected
		format jsonl.Format
		read   bool
	}{
		{"known", known, jsonl.Batch, false},
		{"the hash is enough", known, 0, false},
		{"checked by other rules", known, jsonl.FineTune, true},
		{"hashed only", Inspected{Hashed: known.Hashed}, jsonl.Batch, true},
		{"changed", other, jsonl.Batch, true},
		{"may have changed", unsafe, jsonl.Batch, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var service Service
			service.inspected.Store(path, tt.known)
			for range 2 {
				got, err := service.InspectFile(t.Context(), path, tt.format)
				if read := got.SHA256 != known.SHA256; err != nil || read != tt.read {
					t.Errorf("read: %t, want %t; %v", read, tt.read, err)
				}
				if (got.Report == nil) != (tt.format == 0) {
					t.Errorf("report %v", got.Report)
				}
			}
		})
	}
}
