// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccScale_manyResources counts what many files in one configuration cost. No
// more of them, as the CLI writes its state to the disk after each.
func TestAccScale_manyResources(t *testing.T) {
	t.Parallel()
	const many = 100
	mock := acctest.Mock(t)
	p, dir := manyFiles(t, mock, many)
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
	mock.ResetJournal()
	p.Plan().WantText("No changes")
	wantFewReads(t, mock)
	// One of them changes.
	acctest.Rewrite(t, filepath.Join(dir, "007.jsonl"), "{\"n\":-7}\n")
	mock.ResetJournal()
	p.Apply().WantText("1 added, 0 changed, 1 destroyed")
	for op, want := range map[openaitest.Op]int{
		openaitest.OpDeleteFile: 1, openaitest.OpCreateUpload: 1, openaitest.OpAddPart: 1, openaitest.OpCompleteUpload: 1,
	} {
		wantCount(t, mock, op, want)
	}
	mock.ResetJournal()
	wantDestroyed(p)
	wantCount(t, mock, openaitest.OpDeleteFile, many)
}

// manyFiles is a project that uploads the n files in dir.
func manyFiles(tb testing.TB, mock *openaitest.Server, n int) (p *acctest.Project, dir string) {
	tb.Helper()
	dir = tb.TempDir()
	for i := range n {
		acctest.Rewrite(tb, filepath.Join(dir, fmt.Sprintf("%03d.jsonl", i)), fmt.Sprintf("{\"n\":%d}\n", i))
	}
	return acctest.New(tb, mock, "each_file", with("dir", filepath.ToSlash(dir))), dir
}

// wantFewReads checks that most reads were answered from a list, and that nothing was
// written.
func wantFewReads(tb testing.TB, mock *openaitest.Server) {
	tb.Helper()
	journal := mock.Journal()
	for _, r := range journal {
		if r.Op != openaitest.OpGetFile && r.Op != openaitest.OpListFiles {
			tb.Errorf("%s was requested", r.Op)
		}
	}
	if len(journal) == 0 || len(journal) > 10 {
		tb.Errorf("%d requests, want 1 to 10", len(journal))
	}
}

// TestAccScale_amongOthers has the Files among those of others, more than fit on a page.
func TestAccScale_amongOthers(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	acctest.ShortPages(mock, 200)
	others := func(n int) {
		for range n {
			mock.AddFile(openaitest.File{Purpose: "user_data"})
		}
		mock.Advance(time.Second)
	}
	p, _ := manyFiles(t, mock, 30)
	others(500)
	// Two or three in each second, so that only the list knows their order.
	mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Times: -1, Hook: func(openaitest.Request) { mock.Advance(400 * time.Millisecond) }})
	p.Apply("-parallelism=1")
	mock.Advance(time.Second)
	others(500)
	mock.ResetJournal()
	p.Plan().WantText("No changes")
	wantFewReads(t, mock)
}

// TestAccScale_gone misses Files that were deleted at OpenAI, each of which is asked for by itself.
func TestAccScale_gone(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const many, gone = 30, 5
	p, _ := manyFiles(t, mock, many)
	p.Apply()
	for i, file := range mock.Files() {
		if i%(many/gone) == 0 {
			mock.RemoveFile(file.ID)
		}
	}
	mock.ResetJournal()
	p.Plan().WantText(fmt.Sprintf("Plan: %d to add, 0 to change, 0 to destroy", gone), "no longer exists")
	if n := len(mock.Journal()); n > many {
		t.Errorf("%d requests, want no more than there are resources", n)
	}
	p.ApplyPlan().WantSuccess()
	p.Plan("-detailed-exitcode")
}

// TestAccScale_noList has a key that may read Files, and not list them.
func TestAccScale_noList(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const many = 20
	p, _ := manyFiles(t, mock, many)
	p.Apply()
	mock.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Times: -1, Status: 403, Message: "not yours"})
	mock.ResetJournal()
	p.Plan("-detailed-exitcode").WantNoWarning().WantNoText("not yours")
	acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpGetFile: many, openaitest.OpListFiles: 1})
}
