// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filesprune_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

const prune = "openai_files_prune"

// day is what the Files of [fill] are apart.
const day = 24 * time.Hour

// fill adds Files, the oldest first. The last one is an hour old.
func fill(mock *openaitest.Server) {
	for i, f := range []openaitest.File{
		{ID: "file-old", Filename: "old.txt", Purpose: "user_data"},
		{ID: "file-batch", Filename: "batch.jsonl", Purpose: "batch"},
		{ID: "file-kept", Filename: "kept.txt", Purpose: "user_data"},
		{ID: "file-new", Filename: "new.txt", Purpose: "user_data"},
	} {
		f.Content = []byte(strings.Repeat("x", i+1))
		f.CreatedAt = mock.Now().Add(-time.Duration(3-i)*day - time.Hour)
		mock.AddFile(f)
	}
}

// filled is a mock with Files, and a provider that sends its requests there.
func filled(tb testing.TB) (*openaitest.Server, *acctest.Server) {
	tb.Helper()
	mock := acctest.Mock(tb)
	fill(mock)
	return mock, acctest.NewServer(tb, mock)
}

// forReal is config without a dry run.
func forReal(config acctest.Values) acctest.Values {
	all := acctest.Values{"dry_run": false}
	maps.Copy(all, config)
	return all
}

// wantFiles checks which Files there are.
func wantFiles(tb testing.TB, mock *openaitest.Server, want ...string) {
	tb.Helper()
	var ids []string
	for _, f := range mock.Files() {
		ids = append(ids, f.ID)
	}
	if !slices.Equal(ids, want) {
		tb.Errorf("there are %q, want %q", ids, want)
	}
}

func wantMessages(tb testing.TB, got []string, want ...string) {
	tb.Helper()
	if !slices.Equal(got, want) {
		tb.Errorf("said was\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// requests lists what was asked for, in order.
func requests(mock *openaitest.Server) []openaitest.Op {
	var ops []openaitest.Op
	for _, r := range mock.Journal() {
		ops = append(ops, r.Op)
	}
	return ops
}

func TestPrune_filters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		config acctest.Values
		left   []string
	}{
		{"purpose", acctest.Values{"purpose": "user_data"}, []string{"file-batch"}},
		{"name", acctest.Values{"filename_regex": `^(old|batch)\.`}, []string{"file-kept", "file-new"}},
		{"age", acctest.Values{"older_than": "24h"}, []string{"file-new"}},
		{"everyFilter", acctest.Values{"purpose": "user_data", "filename_regex": "t$", "older_than": "48h"}, []string{"file-batch", "file-kept", "file-new"}},
		{"keep", acctest.Values{"purpose": "user_data", "keep": []any{"file-kept", "file-elsewhere"}}, []string{"file-batch", "file-kept"}},
		{"keepNone", acctest.Values{"filename_regex": ".*", "keep": []any{}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock, server := filled(t)
			server.PlanAction(prune, tt.config).WantNone()
			wantFiles(t, mock, "file-old", "file-batch", "file-kept", "file-new")
			// Without dry_run, and with true, nothing is deleted.
			for _, dryRun := range []any{nil, true} {
				config := forReal(tt.config)
				config["dry_run"] = dryRun
				messages, problems := server.Invoke(prune, config)
				problems.WantNone()
				wantFiles(t, mock, "file-old", "file-batch", "file-kept", "file-new")
				if last := messages[len(messages)-1]; len(messages) != 5-len(tt.left) || !strings.HasSuffix(last, "Nothing was deleted: set dry_run = false to delete them.") {
					t.Errorf("messages: %q", messages)
				}
			}
			messages, problems := server.Invoke(prune, forReal(tt.config))
			problems.WantNone()
			wantFiles(t, mock, tt.left...)
			if len(messages) != 5-len(tt.left) {
				t.Errorf("messages: %q", messages)
			}
		})
	}
}

func TestPrune_messages(t *testing.T) {
	t.Parallel()
	mock, server := filled(t)
	mock.UpdateFile("file-new", func(f *openaitest.File) { f.Filename = "new\x1b[31m.txt" })
	config := acctest.Values{"purpose": "user_data", "keep": []any{"file-kept"}}
	messages, _ := server.Invoke(prune, config)
	wantMessages(t, messages,
		`Would delete 1 of 2: file-new ("new\x1b[31m.txt", 4 bytes)`,
		`Would delete 2 of 2: file-old ("old.txt", 1 bytes)`,
		"Would delete 2 Files (5 bytes). Nothing was deleted: set dry_run = false to delete them.")
	mock.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Mutate: func(body map[string]any) {
		file, _ := body["data"].([]any)[0].(map[string]any)
		file["bytes"] = nil
	}})
	messages, _ = server.Invoke(prune, forReal(config))
	wantMessages(t, messages,
		`Deleting 1 of 2: file-new ("new\x1b[31m.txt", unknown size)`,
		`Deleting 2 of 2: file-old ("old.txt", 1 bytes)`,
		"Deleted 2 Files (1 bytes and more of unknown size) of 2 Files (1 bytes and more of unknown size).")
	messages, _ = server.Invoke(prune, forReal(config))
	wantMessages(t, messages, "No File matches. Nothing was deleted.")
}

// TestPrune_serviceClock has a machine whose clock is late.
func TestPrune_serviceClock(t *testing.T) {
	t.Parallel()
	mock, server := filled(t)
	mock.Advance(30 * day)
	_, problems := server.Invoke(prune, forReal(acctest.Values{"older_than": "720h"}))
	problems.WantNone()
	wantFiles(t, mock)
}

// TestPrune_listsFirst has more Files than fit on a page: they are deleted after the
// whole list was read.
func TestPrune_listsFirst(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const files, pages = 5, 3
	acctest.ShortPages(mock, 2)
	for range files {
		mock.AddFile(openaitest.File{Filename: "a.txt", Content: []byte("a"), CreatedAt: mock.Now().Add(-day)})
	}
	_, problems := acctest.NewServer(t, mock).Invoke(prune, forReal(acctest.Values{"filename_regex": "a"}))
	problems.WantNone()
	wantFiles(t, mock)
	want := slices.Concat(
		slices.Repeat([]openaitest.Op{openaitest.OpListFiles}, pages), slices.Repeat([]openaitest.Op{openaitest.OpDeleteFile}, files))
	if got := requests(mock); !slices.Equal(got, want) {
		t.Errorf("requests: %v", got)
	}
}

// TestPrune_listFails deletes nothing when the list isn't complete.
func TestPrune_listFails(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	for range 3 {
		mock.AddFile(openaitest.File{Filename: "a.txt"})
	}
	mock.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Skip: 1, Status: 500})
	acctest.ShortPages(mock, 2)
	_, problems := acctest.NewServer(t, mock).Invoke(prune, forReal(acctest.Values{"filename_regex": "a"}))
	problems.WantError("", "Listing the Files failed", "Nothing was deleted")
	if got := requests(mock); slices.Contains(got, openaitest.OpDeleteFile) {
		t.Errorf("requests: %v", got)
	}
}

// TestPrune_purposeIgnored has a gateway that lists Files of every purpose.
func TestPrune_purposeIgnored(t *testing.T) {
	t.Parallel()
	mock, server := filled(t)
	mock.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Body: `{"data":[{"id":"file-batch","purpose":"batch","filename":"batch.jsonl"}]}`})
	messages, problems := server.Invoke(prune, forReal(acctest.Values{"purpose": "user_data"}))
	problems.WantNone()
	wantMessages(t, messages, "No File matches. Nothing was deleted.")
	wantFiles(t, mock, "file-old", "file-batch", "file-kept", "file-new")
}

// TestPrune_deleteFails has three Files to delete, the middle one of which isn't
// deleted as asked.
func TestPrune_deleteFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		status   int
		left     []string
		last     string
		problems func(acctest.Problems)
	}{
		{
			"gone", 404,
			[]string{"file-batch", "file-kept"},
			"Deleted 3 Files (8 bytes) of 3 Files (8 bytes).",
			acctest.Problems.WantNone,
		},
		{
			"processing", 409,
			[]string{"file-batch", "file-kept"},
			"Deleted 2 Files (5 bytes) of 3 Files (8 bytes).",
			func(p acctest.Problems) {
				p.WantWarning("", "Files are still being processed", "Not deleted: 1 File (3 bytes): file-kept.")
			},
		},
		{
			"refused", 403,
			[]string{"file-old", "file-batch", "file-kept"},
			"Deleted 1 File (4 bytes) of 3 Files (8 bytes).",
			func(p acctest.Problems) {
				p.WantError("", "Deleting the File file-kept failed", "permissions of the key",
					"Deleted before it: 1 File (4 bytes): file-new.", "Not tried after it: 1 File (1 bytes).")
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock, server := filled(t)
			mock.Inject(openaitest.Fault{
				Op: openaitest.OpDeleteFile, Status: tt.status, Where: map[string]any{"file_id": "file-kept"},
			})
			messages, problems := server.Invoke(prune, forReal(acctest.Values{"purpose": "user_data"}))
			tt.problems(problems)
			wantFiles(t, mock, tt.left...)
			if messages[len(messages)-1] != tt.last {
				t.Errorf("said was %q", messages)
			}
		})
	}
}

// TestPrune_interrupted stops while the second File is being deleted.
func TestPrune_interrupted(t *testing.T) {
	t.Parallel()
	mock, server := filled(t)
	mock.Inject(openaitest.Fault{
		Op: openaitest.OpDeleteFile, Skip: 1, Hang: true, Hook: func(openaitest.Request) { server.Stop() },
	})
	_, problems := server.Invoke(prune, forReal(acctest.Values{"purpose": "user_data"}))
	problems.WantError("", "Deleting the File file-kept failed", "Context canceled", "The File may still exist", "Deleted before it: 1 File (4 bytes): file-new.")
	wantFiles(t, mock, "file-old", "file-batch", "file-kept")
}

// TestPrune_firstFails has nothing to name.
func TestPrune_firstFails(t *testing.T) {
	t.Parallel()
	mock, server := filled(t)
	mock.Inject(openaitest.Fault{Op: openaitest.OpDeleteFile, Status: 500})
	_, problems := server.Invoke(prune, forReal(acctest.Values{"older_than": "1m"}))
	problems.WantError("", "Deleting the File file-new failed", "The File may still exist", "Deleted before it: none.", "Not tried after it: 3 Files (6 bytes).")
	wantFiles(t, mock, "file-old", "file-batch", "file-kept", "file-new")
}

// TestPrune_uploadsOfThisRun keeps a File that was uploaded a moment ago, though keep
// lacks it: that is what Terraform makes of keep while it creates the resources. The
// action may have a provider configuration, and so a process, of its own.
func TestPrune_uploadsOfThisRun(t *testing.T) {
	t.Parallel()
	mock, uploads := filled(t)
	another := acctest.NewServer(t, mock)
	id := uploads.Upload(acctest.Values{"path": acctest.WriteFile(t, "fresh.txt", "fresh"), "purpose": "user_data"})
	for _, server := range []*acctest.Server{another, uploads} {
		messages, problems := server.Invoke(prune, forReal(acctest.Values{"filename_regex": ".*"}))
		problems.WantNone()
		wantFiles(t, mock, id)
		if want := "Keeping " + id + ` ("fresh.txt", 5 bytes), which may be an upload of this run`; messages[0] != want {
			t.Errorf("said was %q", messages)
		}
	}
}

func TestPrune_invalid(t *testing.T) {
	t.Parallel()
	mock, _ := filled(t)
	mock.ResetJournal()
	keep := func(ids ...any) acctest.Values { return acctest.Values{"purpose": "batch", "keep": ids} }
	for _, tt := range []struct {
		name      string
		config    acctest.Values
		attribute string
		text      string
	}{
		{"nothing", nil, "", "every File that isn't in keep would match"},
		{"keepOnly", acctest.Values{"keep": []any{"file-kept"}}, "", "No filter"},
		{"emptyPurpose", acctest.Values{"purpose": "", "older_than": "1h"}, "purpose", "leave it out"},
		{"emptyRegex", acctest.Values{"filename_regex": ""}, "filename_regex", "matches every name"},
		{"badRegex", acctest.Values{"filename_regex": "*"}, "filename_regex", "syntax of RE2"},
		{"days", acctest.Values{"older_than": "30d"}, "older_than", `it is "30d"`},
		{"negative", acctest.Values{"older_than": "-1h"}, "older_than", "longer than zero"},
		{"zero", acctest.Values{"older_than": "0s"}, "older_than", "longer than zero"},
		{"emptyAge", acctest.Values{"older_than": ""}, "older_than", `it is ""`},
		{"nullInKeep", keep("file-kept", nil), "keep", "is null or empty"},
		{"emptyInKeep", keep(""), "keep", "is null or empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, mock)
			server.ValidateAction(prune, tt.config).WantError(tt.attribute, tt.text)
			server.PlanAction(prune, tt.config).WantError(tt.attribute, tt.text)
			_, problems := server.Invoke(prune, forReal(tt.config))
			problems.WantError(tt.attribute, tt.text)
			if got := requests(mock); len(got) != 0 {
				t.Errorf("requests: %v", got)
			}
		})
	}
}

// TestPrune_unknown accepts what isn't known until apply, and then doesn't.
func TestPrune_unknown(t *testing.T) {
	t.Parallel()
	mock, server := filled(t)
	mock.ResetJournal()
	for _, tt := range []struct {
		name   string
		config acctest.Values
	}{
		{"purpose", acctest.Values{"purpose": acctest.Unknown}},
		{"filename_regex", acctest.Values{"filename_regex": acctest.Unknown}},
		{"older_than", acctest.Values{"older_than": acctest.Unknown}},
		{"keep", acctest.Values{"purpose": "batch", "keep": acctest.Unknown}},
		{"an element of keep", acctest.Values{"purpose": "batch", "keep": []any{"file-kept", acctest.Unknown}}},
		{"dry_run", acctest.Values{"purpose": "batch", "dry_run": acctest.Unknown}},
	} {
		server.ValidateAction(prune, tt.config).WantNone()
		server.PlanAction(prune, tt.config).WantNone()
		_, problems := server.Invoke(prune, forReal(tt.config))
		problems.WantError("", "Configuration not known", "Nothing was deleted")
	}
	if got := requests(mock); len(got) != 0 {
		t.Errorf("requests: %v", got)
	}
}
