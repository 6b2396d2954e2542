// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccScale has many resources in one plan, and counts what each step asks.
func TestAccScale_manyResources(t *testing.T) {
	t.Parallel()
	const many = 200
	mock := openaitest.Start(t)
	dir := t.TempDir()
	for i := range many {
		acctest.Rewrite(t, filepath.Join(dir, fmt.Sprintf("%03d.jsonl", i)), fmt.Appendf(nil, "{\"n\":%d}\n", i))
	}
	s := newSessionOf(t, mock, `
resource "openai_upload" "each" {
  for_each = fileset("`+filepath.ToSlash(dir)+`", "*.jsonl")
  path     = "`+filepath.ToSlash(dir)+`/${each.value}"
  purpose  = "fine-tune"
}
`)
	s.apply()
	wantRequests(t, mock, map[openaitest.Op]int{
		openaitest.OpCreateUpload: many, openaitest.OpAddPart: many, openaitest.OpCompleteUpload: many,
	})
	contents := map[string]bool{}
	for _, f := range mock.Files() {
		contents[string(f.Content)] = true
	}
	if len(contents) != many {
		t.Errorf("%d different contents, want %d", len(contents), many)
	}
	// Quiet: one question for each File.
	mock.ResetJournal()
	wantText(t, s.plan().output, "No changes")
	wantRequests(t, mock, map[openaitest.Op]int{openaitest.OpGetFile: many})
	// One of them changes.
	acctest.Rewrite(t, filepath.Join(dir, "007.jsonl"), []byte("{\"n\":-7}\n"))
	mock.ResetJournal()
	wantText(t, s.apply().Output, "1 added, 0 changed, 1 destroyed")
	wantRequests(t, mock, map[openaitest.Op]int{
		openaitest.OpGetFile: many, openaitest.OpDeleteFile: 1,
		openaitest.OpCreateUpload: 1, openaitest.OpAddPart: 1, openaitest.OpCompleteUpload: 1,
	})
	mock.ResetJournal()
	s.MustRun(t, "destroy", "-no-color", "-auto-approve")
	wantRequests(t, mock, map[openaitest.Op]int{openaitest.OpGetFile: many, openaitest.OpDeleteFile: many})
}
