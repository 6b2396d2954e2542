// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/service"
)

// privateValues is a private state in memory.
type privateValues map[string][]byte

// GetKey implements privateReader.
func (p privateValues) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

// SetKey implements privateWriter.
func (p privateValues) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if len(value) == 0 {
		delete(p, key)

		return nil
	}

	p[key] = value

	return nil
}

func TestContentHash(t *testing.T) {
	t.Parallel()

	const remembered = "hash that only the private state has"

	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	info, err := localfile.Stat(path)
	if err != nil {
		t.Fatal(err)
	}

	other := info.Signature
	other.MTime++

	for name, c := range map[string]struct {
		known   localfile.Hashed
		trusted bool
	}{
		"matches":        {localfile.Hashed{Signature: info.Signature, SHA256: remembered, Safe: true}, true},
		"notSafe":        {localfile.Hashed{Signature: info.Signature, SHA256: remembered}, false},
		"otherSignature": {localfile.Hashed{Signature: other, SHA256: remembered, Safe: true}, false},
		"none":           {localfile.Hashed{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			private := privateValues{}
			if diags := remember(t.Context(), private, contentKey, c.known); diags.HasError() {
				t.Fatal(diags)
			}

			sum, fresh, err := contentHash(t.Context(), private, path, info)
			if err != nil {
				t.Fatal(err)
			}

			if trusted := sum == remembered; trusted != c.trusted || trusted != (fresh == nil) {
				t.Errorf("hash %s, fresh %v", sum, fresh)
			}
		})
	}
}

func TestRecall_otherShape(t *testing.T) {
	t.Parallel()

	private := privateValues{uploadedKey: json.RawMessage(`{"bytes":"many"}`)}

	if got, ok := recall[uploaded](t.Context(), private, uploadedKey); ok {
		t.Errorf("recalled %+v", got)
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct {
		name    string
		next    newHalf
		refused bool
	}{
		{"path unknown", newHalf{}, false},
		{"present", newHalf{NewFile: service.NewFile{Path: path}}, false},
		{"vanished", newHalf{NewFile: service.NewFile{Path: path + ".none"}}, true},
		{"vanished, to be made", newHalf{NewFile: service.NewFile{Path: path + ".none"}, Pinned: true}, false},
		{"vanished, matched", newHalf{NewFile: service.NewFile{Path: path + ".none"}, Pinned: true, Pin: "abc", Matched: true}, true},
		{"other content", newHalf{NewFile: service.NewFile{Path: path}, Pinned: true, Pin: "abc"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refusal := tt.next.refusal(t.Context(), model{ID: types.StringValue("file-abc")}, privateValues{})
			if (refusal != nil) != tt.refused {
				t.Errorf("refusal: %+v", refusal)
			}
		})
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()

	created := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

	for name, c := range map[string]struct {
		purpose string
		life    time.Duration
		derived int64
	}{
		"none":         {purposeFineTune, 0, 0},
		"anHour":       {purposeFineTune, time.Hour, 3600},
		"aSecondShort": {purposeFineTune, time.Hour - time.Second, 3600},
		"tooShort":     {purposeFineTune, time.Hour - time.Minute, 0},
		"thirtyDays":   {purposeFineTune, defaultBatchLifetime, maxExpirySeconds},
		"tooLong":      {purposeFineTune, defaultBatchLifetime + time.Minute, 0},
		"batchDefault": {purposeBatch, defaultBatchLifetime, 0},
		"batchShorter": {purposeBatch, 2 * time.Hour, 7200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			m := model{Purpose: types.StringValue(c.purpose), CreatedAt: timestamp(created), ExpiresAt: types.StringNull()}
			if c.life > 0 {
				m.ExpiresAt = timestamp(created.Add(c.life))
			}

			if got := remoteLifetime(m); got != c.life {
				t.Errorf("lifetime %s, want %s", got, c.life)
			}

			m.ExpiresAfter = deriveExpiry(m)
			if got := m.lifetime(t.Context()).value; got != time.Duration(c.derived)*time.Second {
				t.Errorf("derived %s, want %d s", got, c.derived)
			}
		})
	}
}

func TestDefaultFilename(t *testing.T) {
	t.Parallel()

	for path, want := range map[string]string{
		"a.jsonl": "a.jsonl", "./data/a.jsonl": "a.jsonl", "/data/b c.txt": "b c.txt", "~/a.jsonl": "a.jsonl", "../x/../a": "a",
	} {
		if got := defaultFilename(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
