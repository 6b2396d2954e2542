// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package upload_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// cancelBound and interruptBound are far more than an interrupted apply may
// take, which is five seconds: for machines whose disk keeps the CLI waiting.
// They are less than any time limit that would end the requests otherwise.
const (
	cancelBound    = 20 * time.Second
	interruptBound = 50 * time.Second
)

// started waits until the mock has received n requests for op.
func started(t *testing.T, mock *openaitest.Server, op openaitest.Op, n int) {
	t.Helper()
	acctest.Eventually(t, string(op)+" is asked for", func() bool { return len(mock.Requests(op)) >= n })
}

// interrupt sends Ctrl-C and waits for the end.
func interrupt(t *testing.T, mock *openaitest.Server, cli *acctest.Process) acctest.Outcome {
	t.Helper()
	begin := time.Now()
	cli.Signal(t, os.Interrupt)
	out := cli.Wait(t)
	if took := time.Since(begin); took > interruptBound {
		t.Errorf("ended %s after the interrupt", took)
	}
	for _, r := range mock.Requests(openaitest.OpCancelUpload) {
		if after := r.Started.Sub(begin); after > cancelBound {
			t.Errorf("cancelled %s after the interrupt", after)
		}
	}
	return out
}

func TestAccInterrupt_part(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
	}{
		{"unanswered", openaitest.Fault{Hang: true}},
		{"slow", openaitest.Fault{BytesPerSecond: 512 << 10}},
		{"retrying", openaitest.Fault{Status: 500, Header: map[string][]string{"Retry-After": {"100"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			content := acctest.Pattern(3*mib+1, 1)
			p := project(t, mock, content)
			tt.fault.Op, tt.fault.Times = openaitest.OpAddPart, -1
			mock.Inject(tt.fault)
			cli := p.StartApply(t)
			started(t, mock, openaitest.OpAddPart, 4)
			out := interrupt(t, mock, cli)
			wantCancelled(t, mock)
			wantFailed(t, out, "context canceled", "The Upload "+onlyUpload(t, mock).ID+" was cancelled; nothing is left")
			wantNoState(t, p)
			mock.ClearFaults()
			wantApplied(t, mock, p, content)
		})
	}
}

func TestAccInterrupt_complete(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := acctest.Pattern(mib+1, 2)
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{Op: openaitest.OpCompleteUpload, Hang: true})
	cli := p.StartApply(t)
	started(t, mock, openaitest.OpCompleteUpload, 1)
	out := interrupt(t, mock, cli)
	wantCancelled(t, mock)
	wantFailed(t, out, "context canceled", "The Upload "+onlyUpload(t, mock).ID+" was cancelled; nothing is left")
	wantNoState(t, p)
	wantApplied(t, mock, p, content)
}

// TestAccInterrupt_completed interrupts when the File is made already and only
// the answer is missing: it must not be forgotten.
func TestAccInterrupt_completed(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := acctest.Pattern(mib+1, 3)
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{Op: openaitest.OpCompleteUpload, Delay: time.Hour})
	cli := p.StartApply(t)
	acctest.Eventually(t, "the File is made", func() bool { return len(mock.Files()) > 0 })
	out := interrupt(t, mock, cli)
	file := onlyFile(t, mock)
	wantFailed(t, out, "context canceled", "The File "+file.ID+" of the Upload "+file.UploadID+" is kept in the state, marked as tainted")
	wantTainted(t, p, map[string]any{"id": file.ID, "file_id": file.ID, "upload_id": file.UploadID})
	if n := len(mock.Requests(openaitest.OpCancelUpload)); n != 1 {
		t.Errorf("%d requests to cancel, want 1", n)
	}
	wantApplied(t, mock, p, content)
}

func TestAccInterrupt_createAnswered(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := acctest.Pattern(mib+1, 4)
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Delay: time.Second})
	cli := p.StartApply(t)
	started(t, mock, openaitest.OpCreateUpload, 1)
	out := interrupt(t, mock, cli)
	wantRequests(t, mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1, openaitest.OpCancelUpload: 1})
	wantCancelled(t, mock)
	wantFailed(t, out, "context canceled", "The Upload "+onlyUpload(t, mock).ID+" was cancelled; nothing is left")
	wantNoState(t, p)
	wantApplied(t, mock, p, content)
}

func TestAccInterrupt_createUnanswered(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := acctest.Pattern(mib+1, 5)
	p := project(t, mock, content)
	// The work is done: there is an Upload whose ID nobody will ever learn.
	mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Delay: time.Hour})
	cli := p.StartApply(t)
	started(t, mock, openaitest.OpCreateUpload, 1)
	out := interrupt(t, mock, cli)
	wantRequests(t, mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1})
	wantFailed(t, out, "context canceled", "Whether OpenAI created an Upload is not known", "expires by itself within 60 minutes")
	wantNoState(t, p)
	wantApplied(t, mock, p, content)
}

// TestAccInterrupt_secondCtrlC doesn't let the first one do its work.
func TestAccInterrupt_secondCtrlC(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := acctest.Pattern(mib+1, 6)
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Hang: true, Times: -1})
	mock.Inject(openaitest.Fault{Op: openaitest.OpCancelUpload, Hang: true, Times: -1})
	cli := p.StartApply(t)
	started(t, mock, openaitest.OpAddPart, 1)
	cli.Signal(t, os.Interrupt)
	started(t, mock, openaitest.OpCancelUpload, 1)
	if out := interrupt(t, mock, cli); out.ExitCode == 0 {
		t.Errorf("exit status 0:\n%s", out.Output)
	}
	if n := len(mock.Requests(openaitest.OpCancelUpload)); n != 1 {
		t.Errorf("%d requests to cancel, want 1", n)
	}
	mock.ClearFaults()
	wantApplied(t, mock, p, content)
	wantExpiring(t, mock)
}

// hangingPart starts an apply and returns when its first part hangs at the mock.
func hangingPart(t *testing.T, seed byte) (*openaitest.Server, *acctest.Project, *acctest.Process, []byte) {
	t.Helper()
	mock := openaitest.Start(t)
	content := acctest.Pattern(mib+1, seed)
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Hang: true, Times: -1})
	cli := p.StartApply(t)
	started(t, mock, openaitest.OpAddPart, 1)
	return mock, p, cli, content
}

// TestAccInterrupt_killedCLI kills the CLI alone: the provider must not go on
// and make a File that no state knows.
func TestAccInterrupt_killedCLI(t *testing.T) {
	t.Parallel()
	mock, p, cli, content := hangingPart(t, 7)
	cli.SignalCLI(t, syscall.SIGKILL)
	if out := cli.Wait(t); out.ExitCode != -1 {
		t.Errorf("exit status %d", out.ExitCode)
	}
	if err := mock.WaitIdle(t.Context()); err != nil {
		t.Fatalf("the provider goes on: %v", err)
	}
	if files := mock.Files(); len(files) != 0 {
		t.Errorf("Files: %+v", files)
	}
	wantNoState(t, p)
	mock.ClearFaults()
	wantApplied(t, mock, p, content)
	wantExpiring(t, mock)
}

func TestAccInterrupt_killedProvider(t *testing.T) {
	t.Parallel()
	mock, p, cli, content := hangingPart(t, 8)
	cli.KillProvider(t)
	if out := cli.Wait(t); out.ExitCode <= 0 || !strings.Contains(out.Flat(), "openai_upload.test") {
		t.Errorf("exit status %d:\n%s", out.ExitCode, out.Output)
	}
	mock.ClearFaults()
	wantApplied(t, mock, p, content)
	wantExpiring(t, mock)
}

func TestAccInterrupt_killedBoth(t *testing.T) {
	t.Parallel()
	mock, p, cli, content := hangingPart(t, 9)
	cli.Signal(t, syscall.SIGKILL)
	if out := cli.Wait(t); out.ExitCode != -1 {
		t.Errorf("exit status %d", out.ExitCode)
	}
	wantNoState(t, p)
	mock.ClearFaults()
	wantApplied(t, mock, p, content)
	wantExpiring(t, mock)
}

// wantExpiring checks that what a killed process left behind, and nothing but
// that, is over after an hour.
func wantExpiring(t *testing.T, mock *openaitest.Server) {
	t.Helper()
	mock.Advance(openaitest.UploadLifetime)
	uploads := mock.Uploads()
	if len(uploads) != 2 {
		t.Fatalf("Uploads: %+v", uploads)
	}
	// A provider that has noticed in time may have cancelled its Upload.
	if first := uploads[0].Status; first != "expired" && first != "cancelled" || uploads[1].Status != "completed" {
		t.Errorf("the Uploads are %s and %s", uploads[0].Status, uploads[1].Status)
	}
}
