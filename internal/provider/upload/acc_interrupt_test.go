// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package upload_test

import (
	"os"
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
func started(p *acctest.Project, op openaitest.Op, n int) {
	p.TB.Helper()
	acctest.Eventually(p.TB, string(op)+" is asked for", func() bool { return len(p.Mock.Requests(op)) >= n })
}

// startApply starts an apply of content that meets faults, and returns when the
// mock has received n requests for op.
func startApply(tb testing.TB, content string, op openaitest.Op, n int, faults ...openaitest.Fault) (*acctest.Project, *acctest.Process) {
	tb.Helper()
	p := project(tb, acctest.Mock(tb), content)
	for _, f := range faults {
		p.Mock.Inject(f)
	}
	cli := p.StartApply()
	started(p, op, n)
	return p, cli
}

// interrupt sends Ctrl-C and waits for the end.
func interrupt(p *acctest.Project, cli *acctest.Process) acctest.Outcome {
	p.TB.Helper()
	interrupted := time.Now()
	cli.Signal(os.Interrupt)
	out := cli.Wait()
	if took := time.Since(interrupted); took > interruptBound {
		p.TB.Errorf("ended %s after the interrupt", took)
	}
	for _, r := range p.Mock.Requests(openaitest.OpCancelUpload) {
		if after := r.Started.Sub(interrupted); after > cancelBound {
			p.TB.Errorf("cancelled %s after the interrupt", after)
		}
	}
	return out
}

// TestAccInterrupt_cancels interrupts what leaves nothing at OpenAI.
func TestAccInterrupt_cancels(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		n     int // Requests before the interrupt.
		fault openaitest.Fault
	}{
		{"partUnanswered", 4, openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Hang: true}},
		{"partSlow", 4, openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, BytesPerSecond: 512 << 10}},
		{"partRetrying", 4, openaitest.Fault{
			Op: openaitest.OpAddPart, Times: -1, Status: 500, Header: map[string][]string{"Retry-After": {"100"}},
		}},
		{"completeUnanswered", 1, openaitest.Fault{Op: openaitest.OpCompleteUpload, Hang: true}},
		{"createAnswered", 1, openaitest.Fault{Op: openaitest.OpCreateUpload, Delay: time.Second}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			content := acctest.Pattern(3*mib+1, 1)
			p, cli := startApply(t, content, tt.fault.Op, tt.n, tt.fault)
			out := interrupt(p, cli)
			wantCancelled(p)
			out.WantFailure("context canceled", "The Upload "+onlyUpload(t, p.Mock).ID+" was cancelled; nothing is left")
			if tt.fault.Op == openaitest.OpCreateUpload {
				acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1, openaitest.OpCancelUpload: 1})
			}
			p.Mock.ClearFaults()
			wantApplied(p, content)
		})
	}
}

// TestAccInterrupt_completed interrupts when the File is made already and only
// the answer is missing: it must not be forgotten.
func TestAccInterrupt_completed(t *testing.T) {
	t.Parallel()
	content := acctest.Pattern(mib+1, 3)
	p, cli := startApply(t, content, openaitest.OpCompleteUpload, 1, openaitest.Fault{Op: openaitest.OpCompleteUpload, Delay: time.Hour})
	acctest.Eventually(t, "the File is made", func() bool { return len(p.Mock.Files()) > 0 })
	out := interrupt(p, cli)
	file := onlyFile(t, p.Mock)
	out.WantFailure("context canceled", "The File "+file.ID+" of the Upload "+file.UploadID+" is kept in the state, marked as tainted")
	wantTainted(p, map[string]any{"id": file.ID, "file_id": file.ID, "upload_id": file.UploadID})
	wantCount(t, p.Mock, openaitest.OpCancelUpload, 1)
	wantApplied(p, content)
}

// TestAccInterrupt_processing keeps a File that is complete.
func TestAccInterrupt_processing(t *testing.T) {
	t.Parallel()
	content := acctest.Pattern(mib+1, 4)
	p, cli := startApply(t, content, openaitest.OpGetFile, 1,
		status(openaitest.OpCompleteUpload, 1, "uploaded", ""), status(openaitest.OpGetFile, -1, "uploaded", ""))
	interrupt(p, cli).WantText("is still being processed")
	wantOnly(p, content)
	wantCount(t, p.Mock, openaitest.OpCancelUpload, 0)
	p.Mock.ClearFaults()
	p.WantPlan(noop)
}

// TestAccInterrupt_createUnanswered has an Upload whose ID nobody will ever learn.
func TestAccInterrupt_createUnanswered(t *testing.T) {
	t.Parallel()
	content := acctest.Pattern(mib+1, 5)
	p, cli := startApply(t, content, openaitest.OpCreateUpload, 1, openaitest.Fault{Op: openaitest.OpCreateUpload, Delay: time.Hour})
	interrupt(p, cli).WantFailure("context canceled", "Whether OpenAI created an Upload is not known", "expires by itself within 60 minutes")
	acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1})
	wantNoState(p)
	wantApplied(p, content)
}

// hangingPart never answers a part.
func hangingPart() openaitest.Fault {
	return openaitest.Fault{Op: openaitest.OpAddPart, Hang: true, Times: -1}
}

// TestAccInterrupt_secondCtrlC doesn't let the first one do its work.
func TestAccInterrupt_secondCtrlC(t *testing.T) {
	t.Parallel()
	content := acctest.Pattern(mib+1, 6)
	p, cli := startApply(t, content, openaitest.OpAddPart, 1, hangingPart(),
		openaitest.Fault{Op: openaitest.OpCancelUpload, Hang: true, Times: -1})
	cli.Signal(os.Interrupt)
	started(p, openaitest.OpCancelUpload, 1)
	interrupt(p, cli).WantFailure()
	wantCount(t, p.Mock, openaitest.OpCancelUpload, 1)
	wantExpiring(p, content)
}

// TestAccInterrupt_killed kills the CLI, the provider, or both: nothing goes on
// and makes a File that no state knows.
func TestAccInterrupt_killed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		kill func(*acctest.Process)
		code int
	}{
		{"CLI", func(cli *acctest.Process) { cli.SignalCLI(syscall.SIGKILL) }, -1},
		{"provider", (*acctest.Process).KillProvider, 1},
		{"both", func(cli *acctest.Process) { cli.Signal(syscall.SIGKILL) }, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			content := acctest.Pattern(mib+1, 7)
			p, cli := startApply(t, content, openaitest.OpAddPart, 1, hangingPart())
			tt.kill(cli)
			out := cli.Wait()
			if out.ExitCode != tt.code {
				t.Errorf("exit status %d:\n%s", out.ExitCode, out.Output)
			}
			if tt.code > 0 {
				out.WantText(address)
			}
			if err := p.Mock.WaitIdle(t.Context()); err != nil {
				t.Fatalf("the provider goes on: %v", err)
			}
			wantNoFiles(t, p.Mock)
			wantNoState(p)
			wantExpiring(p, content)
		})
	}
}

// wantExpiring applies, and checks that what a killed process left behind, and
// nothing but that, is over after an hour.
func wantExpiring(p *acctest.Project, content string) {
	tb, mock := p.TB, p.Mock
	tb.Helper()
	mock.ClearFaults()
	wantApplied(p, content)
	mock.Advance(openaitest.UploadLifetime)
	uploads := mock.Uploads()
	if len(uploads) != 2 {
		tb.Fatalf("Uploads: %+v", uploads)
	}
	// A provider that has noticed in time may have cancelled its Upload.
	if first := uploads[0].Status; first != "expired" && first != "cancelled" || uploads[1].Status != "completed" {
		tb.Errorf("the Uploads are %s and %s", uploads[0].Status, uploads[1].Status)
	}
}
