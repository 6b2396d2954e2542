// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filecontent_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

const (
	id     = "file-1"
	mib    = 1 << 20
	marker = "only the File and what reads it have this text, and nobody else"
)

// project is a project of a CLI that knows ephemeral resources. It reports false,
// after checking the error, if the CLI doesn't.
func project(tb testing.TB, mock *openaitest.Server, name string, more ...acctest.Variables) (*acctest.Project, bool) {
	tb.Helper()
	p := acctest.New(tb, mock, name, acctest.Join(append([]acctest.Variables{{"id": acctest.String(id)}}, more...)...))
	if p.HasEphemeral() {
		return p, true
	}
	p.TryPlan().WantFailure().WantMatch(acctest.NoEphemeral)
	return p, false
}

// wantRead checks the headers of every request of the provider that got the content.
func wantRead(tb testing.TB, mock *openaitest.Server, project, organization string) {
	tb.Helper()
	requests := mock.Requests(openaitest.OpGetFile)
	for _, r := range requests {
		if got := r.Header.Get("OpenAI-Project"); got != project {
			tb.Errorf("content %q, want %q", got, project)
		}
		if got := r.Header.Get("OpenAI-Organization"); got != organization {
			tb.Errorf("content_base64 %q, want %q", got, organization)
		}
	}
	if len(requests) == 0 {
		tb.Error("nothing used the content")
	}
}

// wantNowhere checks that text has no piece of [marker].
func wantNowhere(tb testing.TB, where, text string) {
	tb.Helper()
	encoded := base64.StdEncoding.EncodeToString([]byte(marker))
	for _, piece := range []string{marker[:16], marker[len(marker)-16:], encoded[:16], encoded[len(encoded)-20:]} {
		if strings.Contains(text, piece) {
			tb.Errorf("%s contains %q of the content", where, piece)
		}
	}
}

// TestAccFileContent_nowhere looks for the content in everything that a run writes.
func TestAccFileContent_nowhere(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	mock.AddFile(openaitest.File{ID: id, Content: []byte(marker)})
	p, ok := project(t, mock, "reader")
	if !ok {
		return
	}
	p.Setenv("TF_LOG_PATH=")
	wantNowhere(t, "the plan's log", p.Plan().WantText("OpenAI request").Output)
	acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpFileContent: 1, openaitest.OpGetFile: 1})
	wantNowhere(t, "the plan", p.PlanFile())
	wantNowhere(t, "the plan as it is on disk", p.Read("plan.bin"))
	wantNowhere(t, "the plan as JSON", p.MustRun("show", "-json", "plan.bin").Output)
	mock.ResetJournal()
	wantNowhere(t, "the log", p.ApplyPlan().WantSuccess().Output)
	wantNowhere(t, "the state", p.Read("terraform.tfstate"))
	if p.Read("terraform.tfstate") == "" {
		t.Error("there is no state")
	}
	wantNowhere(t, "the quiet plan's log", p.Plan("-detailed-exitcode").Output)
	wantRead(t, mock, marker, base64.StdEncoding.EncodeToString([]byte(marker)))
	if n := mock.Requests(openaitest.OpFileContent); len(n) == 0 || n[0].FileID != id {
		t.Errorf("requests: %+v", n)
	}
}

func TestAccFileContent_kinds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, content string
		text          string // Empty for null: no header is sent then.
	}{
		{"text", `{"a": 1}`, `{"a": 1}`},
		{"binary", "%PDF-1.7 \xff\xfe\x00", ""},
		{"cutInACharacter", "ab\xc3", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			mock.AddFile(openaitest.File{ID: id, Purpose: "something-new", Content: []byte(tt.content)})
			p, ok := project(t, mock, "reader", acctest.Variables{"max_bytes": acctest.Int(len(tt.content))})
			if !ok {
				return
			}
			p.Apply()
			p.Plan("-detailed-exitcode")
			wantRead(t, mock, tt.text, base64.StdEncoding.EncodeToString([]byte(tt.content)))
		})
	}
}

// TestAccFileContent_largest reads as much as there may be.
func TestAccFileContent_largest(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	content := strings.Repeat("0123456789abcde\n", mib)
	mock.AddFile(openaitest.File{ID: id, Content: []byte(content)})
	p, ok := project(t, mock, "large", acctest.Variables{"max_bytes": acctest.Int(16 * mib)})
	if !ok {
		return
	}
	p.Apply()
	p.Plan("-detailed-exitcode")
	sum := sha256.Sum256([]byte(content))
	wantRead(t, mock, hex.EncodeToString(sum[:]), strconv.Itoa(base64.StdEncoding.EncodedLen(len(content))))
}

// TestAccFileContent_uploaded reads what the same run uploads, after that.
func TestAccFileContent_uploaded(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p, ok := project(t, mock, "uploaded")
	if !ok {
		return
	}
	p.Write("data.txt", "uploaded text")
	p.Plan()
	acctest.WantRequests(t, mock, map[openaitest.Op]int{})
	p.ApplyPlan().WantSuccess()
	if n := len(mock.Requests(openaitest.OpFileContent)); n != 1 {
		t.Errorf("the content was read %d times", n)
	}
	p.Plan("-detailed-exitcode")
	requests := mock.Requests(openaitest.OpGetFile)
	if !slices.ContainsFunc(requests, func(r openaitest.Request) bool { return r.Header.Get("OpenAI-Project") == "uploaded text" }) {
		t.Errorf("nothing used the content: %+v", requests)
	}
}

func TestAccFileContent_errors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		file  openaitest.File
		vars  acctest.Variables
		fault openaitest.Fault
		texts []string
	}{
		{
			name: "tooLong", file: openaitest.File{Content: []byte("twelve bytes")}, vars: acctest.Variables{"max_bytes": acctest.Int(11)},
			texts: []string{"is longer than max_bytes", "max_bytes = var.max_bytes", "has 12 bytes, and max_bytes is 11", "Set max_bytes to 12 or more"},
		},
		{
			name: "longerThanTheDefault", file: openaitest.File{Content: make([]byte, mib+1)},
			texts: []string{"is longer than max_bytes", "has 1048577 bytes, and max_bytes is 1048576", "Set max_bytes to 1048577 or more"},
		},
		{
			name: "longerThanCanBe", file: openaitest.File{Content: make([]byte, 16*mib+1)},
			texts: []string{"has 16777217 bytes, and max_bytes is 1048576", "max_bytes can be 16777216 at most"},
		},
		{
			name: "refusedPurpose", file: openaitest.File{Purpose: "assistants", Content: []byte("x")},
			texts: []string{"OpenAI refuses the content of the File file-1", "id = var.id", "Not allowed to download files of purpose: assistants", "some purposes only", "data source openai_file"},
		},
		{
			name: "notThere", vars: acctest.Variables{"id": acctest.String("file-none")},
			texts: []string{"The File file-none doesn't exist", "id = var.id", "404", "Correct id"},
		},
		{
			name: "redirected", fault: openaitest.Fault{Times: -1, Status: 302, Header: map[string][]string{"Location": {"https://example.com/x"}}},
			texts: []string{"Reading the File file-1 failed", "redirects are refused"},
		},
		{
			name: "refusedByAProxy", fault: openaitest.Fault{Times: -1, Status: 400, Body: "<html>no"},
			texts: []string{"Reading the File file-1 failed", "400 Bad Request"},
		},
		{
			name: "refusedKey", fault: openaitest.Fault{Times: -1, Status: 401},
			texts: []string{"Reading the File file-1 failed", "id = var.id", "The API key was refused"},
		},
		{
			name: "silent", vars: acctest.Variables{"open_timeout": acctest.String("5s")}, fault: openaitest.Fault{Times: -1, Hang: true},
			texts: []string{"Reading the File file-1 failed", "the time limit timeouts.open (5s) was reached"},
		},
		{
			name: "cutShort", file: openaitest.File{Content: []byte("the whole content")}, fault: openaitest.Fault{Times: -1, Truncate: true},
			texts: []string{"Reading the File file-1 failed", "cut short"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			tt.file.ID = id
			mock.AddFile(tt.file)
			if tt.fault.Times != 0 {
				tt.fault.Op = openaitest.OpFileContent
				mock.Inject(tt.fault)
			}
			p, ok := project(t, mock, "reader", tt.vars)
			if !ok {
				return
			}
			p.TryPlan().WantFailure(tt.texts...).WantNoText("the whole")
			// No retry, and nothing was done with what there isn't.
			acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpFileContent: 1})
			mock.ClearFaults()
			mock.AddFile(openaitest.File{ID: id, Content: []byte("now it works")})
			p.Set(acctest.Variables{"id": acctest.String(id)})
			p.Plan("-detailed-exitcode")
		})
	}
}

// TestAccFileContent_invalid has refused what can be, before anything is asked.
func TestAccFileContent_invalid(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p, ok := project(t, mock, "invalid")
	if !ok {
		return
	}
	out := p.Run("validate", "-no-color").WantFailure()
	for _, text := range []string{
		"Attribute id string length must be at least 1",
		"Attribute max_bytes value must be between 1 and 16777216, got: 0",
		"Attribute max_bytes value must be between 1 and 16777216, got: 16777217",
		"Time limit is not positive",
	} {
		out.WantText(text)
	}
	acctest.WantRequests(t, mock, map[openaitest.Op]int{})
}
