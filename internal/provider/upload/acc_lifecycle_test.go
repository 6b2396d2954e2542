// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"slices"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func withBool(name string, value bool) acctest.Variables {
	return acctest.Variables{name: acctest.Bool(value)}
}

// TestAccSkipDestroy leaves Files at OpenAI, and says so.
func TestAccSkipDestroy(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		p, path := uploadedProject(t)
		o.in(p)
		first := onlyFile(t, p.Mock)
		p.Set(vars(path, withBool("skip_destroy", true)))
		p.WantPlan(update).WantNoWarning()
		p.ApplyPlan().WantSuccess()
		wantKept(p, first)
		acctest.Rewrite(t, path, contentB)
		p.WantPlan(o.action).WantText("Warning: The File "+first.ID+" will stay at OpenAI", "skip_destroy is set", `"a.jsonl"`)
		p.ApplyPlan().WantSuccess().WantText("The File " + first.ID + " stays at OpenAI")
		if _, still := p.Mock.File(first.ID); !still || len(p.Mock.Files()) != 2 {
			t.Errorf("Files: %+v", p.Mock.Files())
		}
		p.WantPlan(noop).WantNoWarning()
		second, _ := p.Attributes()["file_id"].(string)
		p.WantPlan(destroy, "-destroy").WantText("Warning: The File " + second + " will stay at OpenAI")
		p.Destroy().WantSuccess().WantText("The File " + second + " stays at OpenAI")
		wantNoState(p)
		if _, still := p.Mock.File(second); !still {
			t.Error("the File was deleted")
		}
		wantCount(t, p.Mock, openaitest.OpDeleteFile, 0)
		wantPrunable(p, first.ID, second)
	})
}

// wantPrunable checks that others find the Files that nobody manages.
func wantPrunable(p *acctest.Project, ids ...string) {
	p.TB.Helper()
	server := acctest.NewServer(p.TB, p.Mock)
	found, problems := server.List(nil, noLimit, false)
	problems.WantNone()
	var listed []string
	for _, f := range found {
		listed = append(listed, f.ID)
	}
	slices.Sort(listed)
	slices.Sort(ids)
	if !slices.Equal(listed, ids) {
		p.TB.Errorf("listed are %q, want %q", listed, ids)
	}
	p.Mock.Advance(time.Hour)
	_, problems = server.Invoke("openai_files_prune", acctest.Values{"older_than": "30m", "dry_run": false})
	problems.WantNone()
	wantNoFiles(p.TB, p.Mock)
}

// TestAccSkipDestroy_withoutFile gives no File up for a replacement that can't be made.
func TestAccSkipDestroy_withoutFile(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t, withBool("skip_destroy", true))
	old := onlyFile(t, p.Mock)
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace)
	acctest.Remove(t, path)
	p.ApplyPlan().WantFailure(notPlanned, "was therefore not deleted")
	wantKept(p, old)
}

// TestAccSkipDestroy_leftover cancels what isn't a File all the same.
func TestAccSkipDestroy_leftover(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, contentA, withBool("skip_destroy", true))
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 400, Message: "part refused"})
	mock.Inject(openaitest.Fault{Op: openaitest.OpCancelUpload, Status: 403, Message: "not now"})
	p.TryApply().WantFailure("could not be cancelled")
	wantDestroyed(p)
	if status := onlyUpload(t, mock).Status; status != "cancelled" {
		t.Errorf("the Upload is %s", status)
	}
}

// TestAccDestroyFalse has the CLI forget the File. OpenTofu does so for a replacement, too.
func TestAccDestroyFalse(t *testing.T) {
	t.Parallel()
	p := acctest.New(t, acctest.Mock(t), "destroy_false", acctest.Variables{"content": acctest.String(contentA)})
	planned, files := replace, 1
	switch known, openTofu := p.HasDestroy(); {
	case !known:
		p.TryPlan().WantFailure().WantMatch(acctest.NoDestroy)
		return
	case openTofu:
		planned, files = "./+", 2
	}
	p.Apply()
	p.Set(acctest.Variables{"content": acctest.String(contentB)})
	p.WantPlan(planned)
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
	p.Mock.ResetJournal()
	p.Plan("-destroy").WantText("will not be destroyed", "destroy = false", ". resource")
	p.ApplyPlan()
	wantNoState(p)
	wantNothingSent(t, p.Mock)
	if got := p.Mock.Files(); len(got) != files {
		t.Errorf("%d Files, want %d: %+v", len(got), files, got)
	}
}

// status is a fault that makes the service report a File's status.
func status(op openaitest.Op, times int, value, details string) openaitest.Fault {
	return openaitest.Fault{Op: op, Times: times, Mutate: func(body map[string]any) {
		if file, ok := body["file"].(map[string]any); ok {
			body = file
		}
		body["status"] = value
		if details != "" {
			body["status_details"] = details
		}
	}}
}

// TestAccProcessing waits until the File can be used.
func TestAccProcessing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		first  string // The status in the completion's answer.
		more   acctest.Variables
		asked  int // How many times the File is read.
		status string
	}{
		{"processed", "processed", nil, 0, "processed"},
		{"uploaded", "uploaded", nil, 3, "processed"},
		{"azure", "running", nil, 3, "processed"},
		{"unknown", "pondering", nil, 0, "pondering"},
		{"not waited for", "uploaded", withBool("wait_for_processing", false), 0, "uploaded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, contentA, tt.more)
			mock.Inject(status(openaitest.OpCompleteUpload, 1, tt.first, ""))
			mock.Inject(status(openaitest.OpGetFile, 2, tt.first, ""))
			wantApplied(p, contentA)
			wantAttributes(p, map[string]any{"status": tt.status})
			wantCount(t, mock, openaitest.OpGetFile, tt.asked)
			mock.ClearFaults()
			p.WantPlan(noop).WantNoWarning()
		})
	}
}

// TestAccProcessing_failed ends in a File that can't be used.
func TestAccProcessing_failed(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	// A File that can't be used isn't left for anyone.
	p := project(t, mock, contentA, withBool("skip_destroy", true))
	mock.Inject(status(openaitest.OpCompleteUpload, 1, "uploaded", ""))
	mock.Inject(status(openaitest.OpGetFile, 1, "error", "line 3 is no JSON"))
	out := p.TryApply()
	bad := onlyFile(t, mock)
	out.WantFailure("OpenAI could not process the File "+bad.ID, "path ", "Line 3 is no JSON.", "marked as tainted", "Correct the content first")
	wantTainted(p, map[string]any{"id": bad.ID, "file_id": bad.ID, "status": "error"})
	// As the service goes on to say.
	mock.UpdateFile(bad.ID, func(f *openaitest.File) { f.Status = "error" })
	mock.ClearFaults()
	p.Write("data.bin", contentB)
	wantConverged(p, contentB)
	if _, still := mock.File(bad.ID); still {
		t.Error("the File is still there")
	}
}

// TestAccProcessing_failedUnnoticed warns of a File that nobody waited for.
func TestAccProcessing_failedUnnoticed(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, contentA, withBool("wait_for_processing", false))
	mock.Inject(status(openaitest.OpCompleteUpload, 1, "error", "line 3 is no JSON"))
	p.Apply().WantText(`has the status "error"`, "Line 3 is no JSON.", "Correct the content")
	wantOnly(p, contentA)
}

// TestAccProcessing_unfinished keeps a File whose processing takes too long, or
// that can't be read: it is complete.
func TestAccProcessing_unfinished(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
		texts []string
	}{
		{"time limit", status(openaitest.OpGetFile, -1, "uploaded", ""), []string{"time limit timeouts.create", `its status was "uploaded"`}},
		{"unreadable", openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Status: 403, Message: "not yours"}, []string{"not yours"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, contentA, with("create_timeout", "3s"))
			mock.Inject(status(openaitest.OpCompleteUpload, 1, "uploaded", ""))
			mock.Inject(tt.fault)
			p.Apply().WantText("is still being processed").WantText(tt.texts...)
			wantOnly(p, contentA)
			mock.ClearFaults()
			p.WantPlan(noop)
		})
	}
}
