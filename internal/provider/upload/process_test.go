// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

// project is a project for CLI processes with one upload of content, in parts
// of 1 MiB. settings replace arguments of the provider.
func project(t *testing.T, mock *openaitest.Server, content []byte, settings ...map[string]string) *acctest.Project {
	t.Helper()
	arguments := map[string]string{"part_size": "1048576", "max_retries": "1"}
	for _, s := range settings {
		maps.Copy(arguments, s)
	}
	var hcl strings.Builder
	hcl.WriteString(acctest.RequiredProviders + "provider \"openai\" {\n")
	for name, value := range arguments {
		hcl.WriteString("  " + name + " = " + value + "\n")
	}
	hcl.WriteString(`}
resource "openai_upload" "test" {
  path    = "data.bin"
  purpose = "user_data"
}
`)
	p := acctest.NewProject(t, mock, hcl.String())
	p.WriteFile(t, "data.bin", content)
	return p
}

// setting is an argument of the provider.
func setting(name, value string) map[string]string { return map[string]string{name: value} }

// wantApplied applies and checks that one File with content is all there is,
// at the mock and in the state.
func wantApplied(t *testing.T, mock *openaitest.Server, p *acctest.Project, content []byte) {
	t.Helper()
	if out := p.Apply(t); out.ExitCode != 0 {
		t.Fatalf("apply failed:\n%s", out.Output)
	}
	wantClean(t, mock, p, content)
}

// wantClean checks that one File with content is all there is, at the mock and
// in the state.
func wantClean(t *testing.T, mock *openaitest.Server, p *acctest.Project, content []byte) {
	t.Helper()
	file := onlyFile(t, mock)
	if !bytes.Equal(file.Content, content) {
		t.Errorf("the File has other content: %d bytes", len(file.Content))
	}
	state := p.State(t)
	if len(state) != 1 || state[0].Tainted {
		t.Fatalf("state: %+v", state)
	}
	for _, tt := range []struct {
		name string
		want any
	}{
		{"id", file.ID},
		{"file_id", file.ID},
		{"upload_id", file.UploadID},
		{"bytes", float64(len(content))},
		{"content_sha256", sum256(content)},
	} {
		if got := state[0].Attributes[tt.name]; got != tt.want {
			t.Errorf("%s in state: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// wantFailed checks that the CLI failed and said all of texts, in their order.
func wantFailed(t *testing.T, out acctest.Outcome, texts ...string) {
	t.Helper()
	if out.ExitCode <= 0 {
		t.Errorf("exit status %d, want a failure", out.ExitCode)
	}
	rest := out.Flat()
	for _, text := range texts {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Errorf("%q is not in what was printed, or not in this order:\n%s", text, out.Output)
			return
		}
		rest = after
	}
}

// wantNoState checks that the state has no resource.
func wantNoState(t *testing.T, p *acctest.Project) {
	t.Helper()
	if state := p.State(t); len(state) != 0 {
		t.Errorf("state: %+v, want none", state)
	}
}

// wantTainted checks that the state has the resource, tainted, with these attributes.
func wantTainted(t *testing.T, p *acctest.Project, want map[string]any) {
	t.Helper()
	state := p.State(t)
	if len(state) != 1 || !state[0].Tainted {
		t.Fatalf("state: %+v, want one tainted instance", state)
	}
	for name, value := range want {
		if got := state[0].Attributes[name]; got != value {
			t.Errorf("%s in state: %v, want %v", name, got, value)
		}
	}
}

// onlyUpload returns the one Upload that the mock has.
func onlyUpload(t *testing.T, mock *openaitest.Server) openaitest.Upload {
	t.Helper()
	uploads := mock.Uploads()
	if len(uploads) != 1 {
		t.Fatalf("%d Uploads, want 1: %+v", len(uploads), uploads)
	}
	return uploads[0]
}

// wantCancelled checks that there was one Upload, which was cancelled once and
// after all of its parts, and that no File came of it.
func wantCancelled(t *testing.T, mock *openaitest.Server) {
	t.Helper()
	if status := onlyUpload(t, mock).Status; status != "cancelled" {
		t.Errorf("the Upload is %s", status)
	}
	if n := len(mock.Requests(openaitest.OpCancelUpload)); n != 1 {
		t.Errorf("%d requests to cancel, want 1", n)
	}
	// A part whose connection the client has closed may be noticed after the cancellation.
	journal := slices.DeleteFunc(mock.Journal(), func(r openaitest.Request) bool {
		return r.Aborted || r.BodyBytes < r.ContentLength
	})
	if last := journal[len(journal)-1].Op; last != openaitest.OpCancelUpload {
		t.Errorf("the last request is %s", last)
	}
	if files := mock.Files(); len(files) != 0 {
		t.Errorf("Files: %+v", files)
	}
	if err := mock.WaitIdle(t.Context()); err != nil {
		t.Errorf("requests are in flight: %v", err)
	}
}
