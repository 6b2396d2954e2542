// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

const (
	address  = acctest.Address
	contentA = "{\"a\":1}\n"
	contentB = "{\"b\":2}\n"
	contentC = "{\"c\":3}\n"
)

// mib is the least part size that can be configured.
const mib = 1 << 20

// Actions of a plan.
const (
	noop    = acctest.NoOp
	create  = acctest.Create
	update  = acctest.Update
	destroy = acctest.Destroy
	replace = acctest.DestroyBeforeCreate
)

func vars(path string, more ...acctest.Variables) acctest.Variables {
	return acctest.Join(append([]acctest.Variables{with("path", path)}, more...)...)
}

func with(name, value string) acctest.Variables {
	return acctest.Variables{name: acctest.String(value)}
}

func withInt(name string, value int) acctest.Variables {
	return acctest.Variables{name: acctest.Int(value)}
}

func pin(content string) acctest.Variables { return with("content_sha256", sum256(content)) }

func sum256(content string) string {
	s := sha256.Sum256([]byte(content))
	return hex.EncodeToString(s[:])
}

// project is a project with one upload of content, in parts of 1 MiB.
func project(tb testing.TB, mock *openaitest.Server, content string, more ...acctest.Variables) *acctest.Project {
	tb.Helper()
	v := vars("data.bin", append([]acctest.Variables{with("purpose", "user_data"), withInt("part_size", mib)}, more...)...)
	p := acctest.New(tb, mock, "upload", v)
	p.Write("data.bin", content)
	return p
}

// uploadedProject is a project in which contentA was uploaded from path.
func uploadedProject(tb testing.TB, more ...acctest.Variables) (p *acctest.Project, path string) {
	tb.Helper()
	path = acctest.WriteFile(tb, "a.jsonl", contentA)
	p = acctest.New(tb, acctest.Mock(tb), "upload", vars(path, more...))
	applied(p)
	return p, path
}

// applied applies and returns the File; the journal has what comes after that.
func applied(p *acctest.Project) openaitest.File {
	p.TB.Helper()
	p.Apply()
	p.Mock.ResetJournal()
	return onlyFile(p.TB, p.Mock)
}

// unchecked is a purpose without the check of its lines.
func unchecked(purpose string) acctest.Variables {
	return acctest.Join(with("purpose", purpose), withBool("preflight", false))
}

// order is Terraform's order of a replacement.
type order struct {
	name   string
	action acctest.Action
}

// inBothOrders runs a test with and without create_before_destroy.
func inBothOrders(t *testing.T, f func(t *testing.T, o order)) {
	t.Helper()
	for _, o := range []order{{"destroyFirst", acctest.DestroyBeforeCreate}, {"createFirst", acctest.CreateBeforeDestroy}} {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			f(t, o)
		})
	}
}

// in sets the order of the project's replacements.
func (o order) in(p *acctest.Project) *acctest.Project {
	p.TB.Helper()
	if o.createFirst() {
		p.Copy("testdata/create_before_destroy.tf", "main_override.tf")
	}
	return p
}

func (o order) createFirst() bool { return o.action == acctest.CreateBeforeDestroy }

// wantFailure expects what is said in this order.
func (o order) wantFailure(tb testing.TB, out acctest.Outcome, destroyFirst, createFirst []string) {
	tb.Helper()
	if o.createFirst() {
		out.WantFailure(createFirst...)
	} else {
		out.WantFailure(destroyFirst...)
	}
}

// onlyFile returns the one File that the mock has.
func onlyFile(tb testing.TB, mock *openaitest.Server) openaitest.File {
	tb.Helper()
	files := mock.Files()
	if len(files) != 1 {
		tb.Fatalf("%d Files, want 1: %+v", len(files), files)
	}
	return files[0]
}

// onlyUpload returns the one Upload that the mock has.
func onlyUpload(tb testing.TB, mock *openaitest.Server) openaitest.Upload {
	tb.Helper()
	uploads := mock.Uploads()
	if len(uploads) != 1 {
		tb.Fatalf("%d Uploads, want 1: %+v", len(uploads), uploads)
	}
	return uploads[0]
}

// wantNoFiles checks that the mock has none.
func wantNoFiles(tb testing.TB, mock *openaitest.Server) {
	tb.Helper()
	if files := mock.Files(); len(files) != 0 {
		tb.Errorf("Files: %+v", files)
	}
}

// wantOnly checks that one File with content is all there is, at the mock and
// in the state.
func wantOnly(p *acctest.Project, content string) openaitest.File {
	tb := p.TB
	tb.Helper()
	file := onlyFile(tb, p.Mock)
	if !bytes.Equal(file.Content, []byte(content)) {
		tb.Errorf("the File has other content: %d bytes, %.40q", len(file.Content), file.Content)
	}
	_, instance := p.Only()
	if instance.Tainted() {
		tb.Error("the File is tainted")
	}
	var uploadID any // Null for a File that was imported.
	if file.UploadID != "" {
		uploadID = file.UploadID
	}
	wantAttributes(p, map[string]any{
		"id": file.ID, "file_id": file.ID, "upload_id": uploadID, "bytes": float64(len(content)), "content_sha256": sum256(content),
	})
	return file
}

// wantAttributes checks attributes of the state's only instance.
func wantAttributes(p *acctest.Project, want map[string]any) {
	p.TB.Helper()
	attributes := p.Attributes()
	for name, value := range want {
		if got := attributes[name]; got != value {
			p.TB.Errorf("%s in state: %v, want %v", name, got, value)
		}
	}
}

// wantApplied applies and checks that one File with content is all there is.
func wantApplied(p *acctest.Project, content string) {
	p.TB.Helper()
	p.Apply()
	wantOnly(p, content)
}

// wantConverged is wantApplied with a quiet plan after it.
func wantConverged(p *acctest.Project, content string) {
	p.TB.Helper()
	wantApplied(p, content)
	p.WantPlan(noop)
}

// wantKept checks that the File is the one there was, that nothing was deleted
// or sent since the journal was reset, and that the state has it.
func wantKept(p *acctest.Project, old openaitest.File) {
	p.TB.Helper()
	wantNothingSent(p.TB, p.Mock)
	if got := onlyFile(p.TB, p.Mock); got.ID != old.ID {
		p.TB.Errorf("File %s, want %s", got.ID, old.ID)
	}
	wantAttributes(p, map[string]any{"file_id": old.ID})
	if sum := p.Attributes()["content_sha256"]; sum != nil && sum != sum256(string(old.Content)) {
		p.TB.Errorf("content_sha256 in state: %v", sum)
	}
}

// wantReplaced is wantOnly for a File that isn't the old one.
func wantReplaced(p *acctest.Project, content string, old openaitest.File) {
	p.TB.Helper()
	if wantOnly(p, content).ID == old.ID {
		p.TB.Error("the File wasn't replaced")
	}
}

// wantDestroyed destroys and checks that nothing is left.
func wantDestroyed(p *acctest.Project, args ...string) {
	p.TB.Helper()
	p.Destroy(args...).WantSuccess()
	wantNoFiles(p.TB, p.Mock)
	wantNoState(p)
}

// wantNoState checks that the state has no resource.
func wantNoState(p *acctest.Project) {
	p.TB.Helper()
	if state := p.State().Uploads; len(state) != 0 {
		p.TB.Errorf("state: %+v, want none", state)
	}
}

// wantTainted checks that the state has the resource, tainted, with these attributes.
func wantTainted(p *acctest.Project, want map[string]any) {
	p.TB.Helper()
	if _, instance := p.Only(); !instance.Tainted() {
		p.TB.Errorf("not tainted: %+v", instance)
	}
	wantAttributes(p, want)
}

// wantCancelled checks that there was one Upload, which was cancelled once and
// after all of its parts, that no File came of it, and that no state knows it.
func wantCancelled(p *acctest.Project) {
	tb, mock := p.TB, p.Mock
	tb.Helper()
	if status := onlyUpload(tb, mock).Status; status != "cancelled" {
		tb.Errorf("the Upload is %s", status)
	}
	wantCount(tb, mock, openaitest.OpCancelUpload, 1)
	// A part whose connection the client has closed may be noticed after the cancellation.
	journal := slices.DeleteFunc(mock.Journal(), func(r openaitest.Request) bool {
		return r.Aborted || r.BodyBytes < r.ContentLength
	})
	if last := journal[len(journal)-1].Op; last != openaitest.OpCancelUpload {
		tb.Errorf("the last request is %s", last)
	}
	wantNoFiles(tb, mock)
	wantNoState(p)
	if err := mock.WaitIdle(tb.Context()); err != nil {
		tb.Errorf("requests are in flight: %v", err)
	}
}

// ops lists the operations of the journal, in order.
func ops(mock *openaitest.Server) []openaitest.Op {
	var list []openaitest.Op
	for _, r := range mock.Journal() {
		list = append(list, r.Op)
	}
	return list
}

// wantCount checks how many requests of one operation were received.
func wantCount(tb testing.TB, mock *openaitest.Server, op openaitest.Op, want int) {
	tb.Helper()
	if got := len(mock.Requests(op)); got != want {
		tb.Errorf("%s was requested %d times, want %d", op, got, want)
	}
}

// wantNothingSent checks that the mock was asked for nothing but Files and their
// content since the journal was reset.
func wantNothingSent(tb testing.TB, mock *openaitest.Server) {
	tb.Helper()
	for _, op := range ops(mock) {
		if op != openaitest.OpGetFile && op != openaitest.OpFileContent {
			tb.Errorf("%s was requested; all requests: %v", op, ops(mock))
			return
		}
	}
}
