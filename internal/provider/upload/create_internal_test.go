// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// TestFillFromFile checks the file that was opened, which is what would be sent, just before
// that.
func TestFillFromFile(t *testing.T) {
	t.Parallel()
	const good = `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{}}` + "\n"
	bad := strings.Replace(good, "POST", "GET", 1)
	for _, tt := range []struct {
		name, opened, later string
		refused             bool
	}{
		{"good", good, "", false},
		{"bad", bad, "", true},
		{"bad, with a good one in its place", bad, good, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.jsonl")
			write(t, path, tt.opened)
			file, err := localfile.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if tt.later != "" {
				write(t, path+".new", tt.later)
				if err := os.Rename(path+".new", path); err != nil {
					t.Fatal(err)
				}
			}
			config := model{Path: types.StringValue(path)}
			config.Purpose, config.Filename = types.StringValue("batch"), types.StringValue("a.jsonl")
			plan := config
			plan.MIMEType, plan.ContentSHA256 = types.StringValue("application/jsonl"), types.StringUnknown()
			refusal := plan.fillFromFile(t.Context(), shared.NewService(nil, nil), config, file)
			if got := refusal != nil; got != tt.refused {
				t.Errorf("refused: %t, want %t", got, tt.refused)
			}
		})
	}
}

// TestInterrupted ends calls that read the file, in each half of a replacement. That isn't the
// file's fault, and the message names the File that is gone already.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.jsonl")
	write(t, path, `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{}}`+"\n")
	config := model{Path: types.StringValue(path)}
	config.Purpose, config.Filename = types.StringValue("batch"), types.StringValue("a.jsonl")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	service := shared.NewService(nil, nil)
	next := newHalf{Successor: shared.Successor{Path: path, Filename: "a.jsonl", Purpose: "batch"}, Format: jsonl.Batch}
	want := func(n *notice, texts ...string) {
		t.Helper()
		if n == nil {
			t.Fatal("no error")
		}
		for _, text := range append(texts, "was interrupted") {
			if !strings.Contains(n.summary+" "+n.detail, text) {
				t.Errorf("%q isn't in %+v", text, n)
			}
		}
	}
	state := model{}
	state.ID = types.StringValue("file-old")
	want(next.refusal(ctx, service, state, privateValues{}), "file-old", "was therefore not deleted")

	service.NoteReplaced("file-old", next.Successor)
	r := &uploadResource{service: service}
	plan, resp := config, resource.ModifyPlanResponse{}
	r.planNew(ctx, config, &plan, privateValues{}, &resp)
	for _, d := range resp.Diagnostics {
		want(&notice{summary: d.Summary(), detail: d.Detail()}, "file-old, which this upload was to replace, had been deleted")
	}
	if len(resp.Diagnostics) != 1 {
		t.Errorf("diagnostics: %v", resp.Diagnostics)
	}

	file, err := localfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plan.MIMEType, plan.ContentSHA256 = types.StringValue("application/jsonl"), types.StringUnknown()
	want(plan.fillFromFile(ctx, service, config, file))
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
