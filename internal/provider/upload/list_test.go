// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// noLimit is more than there are Files in these tests.
const noLimit = 10_000

func TestList_filters(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	for _, name := range []string{"a.jsonl", "b.jsonl", "b.txt", "a.jsonl"} {
		addFile(mock, named(name))
	}
	addFile(mock, forBatch(openaitest.BatchFileLifetime))
	server := acctest.NewServer(t, mock)
	for _, tt := range []struct {
		name   string
		config acctest.Values
		want   []string // Newest first.
	}{
		{"none", nil, []string{"a.jsonl", "a.jsonl", "b.txt", "b.jsonl", "a.jsonl"}},
		{"purpose", acctest.Values{"purpose": "batch"}, []string{"a.jsonl"}},
		{"unusedPurpose", acctest.Values{"purpose": "vision"}, nil},
		{"filename", acctest.Values{"filename": "a.jsonl"}, []string{"a.jsonl", "a.jsonl", "a.jsonl"}},
		{"filenameIsWhole", acctest.Values{"filename": "a.json"}, nil},
		{"regex", acctest.Values{"filename_regex": `^b\.`}, []string{"b.txt", "b.jsonl"}},
		{"regexAnywhere", acctest.Values{"filename_regex": "json"}, []string{"a.jsonl", "a.jsonl", "b.jsonl", "a.jsonl"}},
		{"both", acctest.Values{"purpose": "user_data", "filename_regex": "a"}, []string{"a.jsonl", "a.jsonl"}},
	} {
		mock.ResetJournal()
		found, problems := server.List(tt.config, noLimit, false)
		problems.WantNone()
		var names []string
		for _, f := range found {
			names = append(names, f.Name)
			if file, ok := mock.File(f.ID); !ok || file.Filename != f.Name || f.Resource != nil {
				t.Errorf("%s: got %+v, the File is %+v", tt.name, f, file)
			}
		}
		if !slices.Equal(names, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, names, tt.want)
		}
		acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpListFiles: 1})
		query, err := url.ParseQuery(mock.Journal()[0].Query)
		if err != nil || query.Get("purpose") != purposeIn(tt.config) || query.Has("purpose") != (purposeIn(tt.config) != "") {
			t.Errorf("%s: the query is %v, %v", tt.name, query, err)
		}
	}
}

func purposeIn(config acctest.Values) string {
	purpose, _ := config["purpose"].(string)
	return purpose
}

// TestList_likeAnImport compares resources in a list with what importing each of them
// gives. The list asks for no single File.
func TestList_likeAnImport(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	addFile(mock, nil)
	addFile(mock, expiresAfter(2*time.Hour))
	addFile(mock, forBatch(openaitest.BatchFileLifetime))
	addFile(mock, forBatch(time.Hour))
	addFile(mock, func(f *openaitest.File) { f.Status, f.StatusDetails = "uploaded", "waiting" })
	server := acctest.NewServer(t, mock)
	found, problems := server.List(nil, noLimit, true)
	problems.WantNone()
	acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpListFiles: 1})
	if len(found) != len(mock.Files()) {
		t.Errorf("%d found", len(found))
	}
	for _, f := range found {
		if imported := server.Import(f.ID); f.Resource == nil || !f.Resource.Equal(imported) {
			t.Errorf("listed: %s\nimported: %s", f.Resource, imported)
		}
	}
}

// TestList_limit asks for no more pages than the limit needs.
func TestList_limit(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const page, files = 10, 21
	acctest.ShortPages(mock, page)
	for i := range files {
		addFile(mock, named(strconv.Itoa(i)+".jsonl"))
	}
	server := acctest.NewServer(t, mock)
	for _, tt := range []struct {
		name     string
		config   acctest.Values
		limit    int64
		found    int
		requests int
	}{
		{"one", nil, 1, 1, 1},
		{"aPage", nil, page, page, 1},
		{"moreThanAPage", nil, page + 1, page + 1, 2},
		{"more than there are", nil, noLimit, files, 3},
		{"none", nil, 0, files, 3},
		{"of the oldest", acctest.Values{"filename": "0.jsonl"}, 1, 1, 3},
	} {
		mock.ResetJournal()
		found, problems := server.List(tt.config, tt.limit, false)
		problems.WantNone()
		if len(found) != tt.found {
			t.Errorf("%s: %d found, want %d", tt.name, len(found), tt.found)
		}
		acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpListFiles: tt.requests})
	}
}

// TestList_name quotes a name that would drive a terminal.
func TestList_name(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	addFile(mock, named("Übersicht 1.txt"))
	addFile(mock, named("\x1b[31mred\n"))
	found, problems := acctest.NewServer(t, mock).List(nil, noLimit, false)
	problems.WantNone()
	if len(found) != 2 || found[0].Name != `"\x1b[31mred\n"` || found[1].Name != "Übersicht 1.txt" {
		t.Errorf("found %+v", found)
	}
}

// TestList_incomplete fails after the first page.
func TestList_incomplete(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	for range 3 {
		addFile(mock, nil)
	}
	server := acctest.NewServer(t, mock)
	mock.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Skip: 1, Status: 500})
	acctest.ShortPages(mock, 2)
	_, problems := server.List(nil, noLimit, true)
	problems.WantError("", "Listing the Files failed", "500", "The list isn't complete")
}

// TestList_unusableEntries leaves out what an import would not find, and what wasn't
// asked for.
func TestList_unusableEntries(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	server := acctest.NewServer(t, mock)
	for _, tt := range []struct{ name, field, value string }{
		{"expired", "expires_at", "1758145000"},
		{"anotherPurpose", "purpose", `"vision"`},
	} {
		good := `{"id":"file-good","filename":"good.txt","purpose":"batch","created_at":1758140000,"bytes":1}`
		bad := `{"id":"file-bad","filename":"bad.txt","purpose":"batch","created_at":1758140000,"bytes":1,"` + tt.field + `":` + tt.value + `}`
		mock.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Body: `{"data":[` + bad + `,` + good + `]}`})
		found, problems := server.List(acctest.Values{"purpose": "batch"}, noLimit, true)
		problems.WantNone()
		if len(found) != 1 || found[0].ID != "file-good" {
			t.Errorf("%s: found %+v", tt.name, found)
		}
	}
}

func TestList_invalid(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	server := acctest.NewServer(t, mock)
	for _, tt := range []struct {
		name      string
		config    acctest.Values
		attribute string
		text      string
	}{
		{"emptyPurpose", acctest.Values{"purpose": ""}, "purpose", "leave it out"},
		{"emptyRegex", acctest.Values{"filename_regex": ""}, "filename_regex", "matches every name"},
		{"badRegex", acctest.Values{"filename_regex": "a("}, "filename_regex", "missing closing ): `a(`"},
		{"lookahead", acctest.Values{"filename_regex": "(?=a)"}, "filename_regex", "syntax of RE2"},
		{"emptyFilename", acctest.Values{"filename": ""}, "filename", "at least 1"},
		{"two", acctest.Values{"filename": "a", "filename_regex": "a"}, "filename", "cannot be specified when"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			acctest.NewServer(t, mock).ValidateList(tt.config).WantError(tt.attribute, tt.text)
		})
	}
	for _, attribute := range []string{"purpose", "filename", "filename_regex"} {
		server.ValidateList(acctest.Values{attribute: acctest.Unknown}).WantNone()
	}
	_, problems := server.List(acctest.Values{"filename_regex": "a("}, noLimit, false)
	problems.WantError("filename_regex")
	acctest.WantRequests(t, mock, nil)
}

// TestAccQuery finds Files, and goes the way of the docs with the configuration that
// is generated for them. A CLI that is too old says so, and isn't disturbed by the file.
func TestAccQuery(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	file := addFile(mock, expiresAfter(2*time.Hour))
	addFile(mock, named("b.txt"))
	p := acctest.New(t, mock, "query", nil)
	p.Plan().WantText("No changes")
	if !p.HasActions() {
		p.Run("query").WantFailure().WantMatch(acctest.NoQuery)
		acctest.WantRequests(t, mock, nil)
		return
	}
	p.MustRun("query", "-no-color").WantText("id="+file.ID, "a.jsonl").WantNoText("b.txt")
	p.MustRun("query", "-no-color", "-generate-config-out=generated.tf")
	acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpListFiles: 2})
	p.TryPlan().WantFailure("path is not set", "Fill in the local file")
	fillInPath(p)
	p.Plan().WantText(adoption...).WantText("1 to import, 0 to add, 1 to change, 0 to destroy")
	p.ApplyPlan().WantSuccess()
	wantAttributes(p, map[string]any{"file_id": file.ID, "upload_id": nil, "content_sha256": sum256(contentA)})
	wantCount(t, mock, openaitest.OpCreateUpload, 0)
	wantCount(t, mock, openaitest.OpDeleteFile, 0)
	p.Plan("-detailed-exitcode")
}
