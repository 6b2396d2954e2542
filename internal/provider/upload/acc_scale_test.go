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

// TestAccScale_manyResources counts what many files in one configuration cost. No
// more of them, as the CLI writes its state to the disk after each.
func TestAccScale_manyResources(t *testing.T) {
	t.Parallel()
	const many = 100
	mock := openaitest.Start(t)
	dir := t.TempDir()
	for i := range many {
		acctest.Rewrite(t, filepath.Join(dir, fmt.Sprintf("%03d.jsonl", i)), fmt.Sprintf("{\"n\":%d}\n", i))
	}
	p := acctest.New(t, mock, "each_file", with("dir", filepath.ToSlash(dir)))
	p.Apply()
	acctest.WantRequests(t, mock, map[openaitest.Op]int{
		openaitest.OpCreateUpload: many, openaitest.OpAddPart: many, openaitest.OpCompleteUpload: many,
	})
	if n := mock.Connections(); n > 8+4 {
		t.Errorf("%d connections, want at most 12", n)
	}
	contents := map[string]bool{}
	for _, f := range mock.Files() {
		contents[string(f.Content)] = true
	}
	if len(contents) != many {
		t.Errorf("%d different contents, want %d", len(contents), many)
	}
	// Quiet: one question for each File.
	mock.ResetJournal()
	p.Plan().WantText("No changes")
	acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpGetFile: many})
	// One of them changes.
	acctest.Rewrite(t, filepath.Join(dir, "007.jsonl"), "{\"n\":-7}\n")
	mock.ResetJournal()
	p.Apply().WantText("1 added, 0 changed, 1 destroyed")
	acctest.WantRequests(t, mock, map[openaitest.Op]int{
		openaitest.OpGetFile: many, openaitest.OpDeleteFile: 1,
		openaitest.OpCreateUpload: 1, openaitest.OpAddPart: 1, openaitest.OpCompleteUpload: 1,
	})
	mock.ResetJournal()
	wantDestroyed(p)
	acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpGetFile: many, openaitest.OpDeleteFile: many})
}
