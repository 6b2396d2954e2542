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

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
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
	for _, tt := range []struct {
		name    string
		known   localfile.Hashed
		trusted bool
	}{
		{"matches", localfile.Hashed{Signature: info.Signature, SHA256: remembered, Safe: true}, true},
		{"notSafe", localfile.Hashed{Signature: info.Signature, SHA256: remembered}, false},
		{"otherSignature", localfile.Hashed{Signature: other, SHA256: remembered, Safe: true}, false},
		{"none", localfile.Hashed{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			private := privateValues{}
			if diags := remember(t.Context(), private, contentKey, tt.known); diags.HasError() {
				t.Fatal(diags)
			}
			seen, fresh, err := inspect(t.Context(), &shared.Service{}, private, path, info, 0, false)
			if err != nil {
				t.Fatal(err)
			}
			if trusted := seen.sha256 == remembered; trusted != tt.trusted || trusted != (fresh == nil) {
				t.Errorf("hash %s, fresh %v", seen.sha256, fresh)
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
	bad := filepath.Join(t.TempDir(), "bad.jsonl")
	if err := os.WriteFile(bad, []byte("{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := localfile.Stat(bad)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		next    newHalf
		refused bool
	}{
		{"bad lines", newHalf{Successor: shared.Successor{Path: bad}, Format: jsonl.Batch}, true},
		{"lines that aren't checked", newHalf{Successor: shared.Successor{Path: bad}}, false},
		{"lines that were checked", newHalf{
			Successor: shared.Successor{Path: bad}, Format: jsonl.Batch, Checked: &localfile.Hashed{Signature: info.Signature, SHA256: "abc", Safe: true},
		}, false},
		{"bad lines, pinned to others", newHalf{Successor: shared.Successor{Path: bad}, Format: jsonl.Batch, Pinned: true}, false},
		{"path unknown", newHalf{}, false},
		{"present", newHalf{Successor: shared.Successor{Path: path}}, false},
		{"vanished", newHalf{Successor: shared.Successor{Path: path + ".none"}}, true},
		{"vanished, to be made", newHalf{Successor: shared.Successor{Path: path + ".none"}, Pinned: true}, false},
		{"vanished, matched", newHalf{Successor: shared.Successor{Path: path + ".none"}, Pinned: true, Pin: "abc", Matched: true}, true},
		{"other content", newHalf{Successor: shared.Successor{Path: path}, Pinned: true, Pin: "abc"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refusal := tt.next.refusal(t.Context(), &shared.Service{}, model{File: shared.File{ID: types.StringValue("file-abc")}}, privateValues{})
			if (refusal != nil) != tt.refused {
				t.Errorf("refusal: %+v", refusal)
			}
		})
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		purpose string
		life    time.Duration
		derived int64
	}{
		{"none", purposeFineTune, 0, 0},
		{"anHour", purposeFineTune, time.Hour, 3600},
		{"aSecondShort", purposeFineTune, time.Hour - time.Second, 3600},
		{"tooShort", purposeFineTune, time.Hour - time.Minute, 0},
		{"thirtyDays", purposeFineTune, defaultBatchLifetime, maxExpirySeconds},
		{"tooLong", purposeFineTune, defaultBatchLifetime + time.Minute, 0},
		{"batchDefault", purposeBatch, defaultBatchLifetime, 0},
		{"batchShorter", purposeBatch, 2 * time.Hour, 7200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := model{File: shared.File{Purpose: types.StringValue(tt.purpose), CreatedAt: shared.Timestamp(created)}}
			if tt.life > 0 {
				m.ExpiresAt = shared.Timestamp(created.Add(tt.life))
			}
			if got := remoteLifetime(m); got != tt.life {
				t.Errorf("lifetime %s, want %s", got, tt.life)
			}
			m.ExpiresAfter = deriveExpiry(m)
			if got := m.lifetime(t.Context()).value; got != time.Duration(tt.derived)*time.Second {
				t.Errorf("derived %s, want %d s", got, tt.derived)
			}
		})
	}
}

func TestDefaultFilename(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want string }{
		{"a.jsonl", "a.jsonl"}, {"./data/a.jsonl", "a.jsonl"}, {"/data/b c.txt", "b c.txt"}, {"~/a.jsonl", "a.jsonl"}, {"../x/../a", "a"},
	} {
		if got := defaultFilename(tt.name); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.name, got, tt.want)
		}
	}
}
