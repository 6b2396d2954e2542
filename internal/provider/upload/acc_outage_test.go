// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// outage makes every request fail as f says, for d from the first one for op that
// comes after skip others.
func outage(op openaitest.Op, skip int, d time.Duration, f openaitest.Fault) openaitest.Fault {
	var (
		seen  int
		begun time.Time
	)
	f.Times = -1
	f.Match = func(r openaitest.Request) bool {
		if r.Op == op {
			seen++
		}
		if begun.IsZero() && seen > skip {
			begun = time.Now()
		}
		return !begun.IsZero() && time.Since(begun) < d
	}
	return f
}

// TestAccOutage_survived fails every request for a minute, with the retries that
// are the default.
func TestAccOutage_survived(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
	}{{"reset", openaitest.Fault{CutBefore: true}}, {"503", openaitest.Fault{Status: 503}}, {"429", openaitest.Fault{Status: 429}}} {
		for _, op := range []openaitest.Op{openaitest.OpAddPart, openaitest.OpCompleteUpload} {
			t.Run(tt.name+" "+string(op), func(t *testing.T) {
				t.Parallel()
				mock := openaitest.Start(t)
				content := acctest.Pattern(4*mib, 41)
				p := project(t, mock, content, setting("max_retries", "null"), setting("max_concurrent_parts", "2"))
				skip := 0
				if op == openaitest.OpAddPart {
					skip = 2
				}
				mock.Inject(outage(op, skip, time.Minute, tt.fault))
				wantApplied(t, mock, p, content)
				if n := len(mock.Uploads()); n != 1 {
					t.Errorf("%d Uploads, want 1", n)
				}
				if n := len(mock.Requests(openaitest.OpCancelUpload)); n != 0 && op == openaitest.OpAddPart {
					t.Errorf("%d requests to cancel", n)
				}
			})
		}
	}
}

// TestAccOutage_completed makes the File, loses the answer, and then nothing works
// for 45 seconds.
func TestAccOutage_completed(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := []byte("content")
	p := project(t, mock, content, setting("max_retries", "null"))
	mock.Inject(openaitest.Fault{Op: openaitest.OpCompleteUpload, CutAfter: true})
	mock.Inject(outage(openaitest.OpCompleteUpload, 0, 45*time.Second, openaitest.Fault{CutBefore: true}))
	wantApplied(t, mock, p, content)
	if n := len(mock.Uploads()); n != 1 {
		t.Errorf("%d Uploads, want 1", n)
	}
}

// outageEnd is how long after the last success a dead service is cancelled.
const outageEnd = 120 * time.Second

// TestAccOutage_forEver fails from the third part on, with and without a
// cancellation that works.
func TestAccOutage_forEver(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		op   openaitest.Op
	}{{"parts", openaitest.OpAddPart}, {"everything", ""}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			p := project(t, mock, acctest.Pattern(4*mib, 42), setting("max_retries", "null"), setting("max_concurrent_parts", "2"))
			mock.Inject(outage(openaitest.OpAddPart, 2, time.Hour, openaitest.Fault{Op: tt.op, CutBefore: true}))
			out := p.Apply(t)
			var success, cancelled time.Time
			for _, r := range mock.Journal() {
				switch {
				case r.Status == 200 && r.Op == openaitest.OpAddPart && r.Finished.After(success):
					success = r.Finished
				case r.Op == openaitest.OpCancelUpload && cancelled.IsZero():
					cancelled = r.Started
				}
			}
			if after := cancelled.Sub(success); after < time.Minute || after > outageEnd {
				t.Errorf("cancelled %s after the last success", after)
			}
			left := onlyUpload(t, mock)
			if tt.op == "" {
				wantFailed(t, out, "Part ", "The Upload "+left.ID+" could not be cancelled", "expires by itself")
			} else {
				wantFailed(t, out, "Part ", "The Upload "+left.ID+" was cancelled; nothing is left at OpenAI")
				wantCancelled(t, mock)
			}
			if len(mock.Files()) > 0 || strings.Contains(out.Output, "panic") {
				t.Errorf("Files: %v; printed:\n%s", mock.Files(), out.Output)
			}
		})
	}
}

// TestAccOutage_fairOrder has ten files whose Uploads would all expire if they
// shared the slots: they live for 5 seconds, and all the parts take 10.
func TestAccOutage_fairOrder(t *testing.T) {
	t.Parallel()
	const files = 10
	mock := openaitest.Start(t, openaitest.Options{Latency: 500 * time.Millisecond})
	mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Times: -1, Mutate: func(body map[string]any) {
		if created, ok := body["created_at"].(float64); ok {
			body["expires_at"] = created + 5
		}
	}})
	p := tenFiles(t, mock, 2, acctest.Pattern(4*mib, 43))
	if out := p.Apply(t); out.ExitCode != 0 {
		t.Fatalf("apply failed:\n%s", out.Output)
	}
	wantRequests(t, mock, map[openaitest.Op]int{
		openaitest.OpCreateUpload: files, openaitest.OpAddPart: 4 * files, openaitest.OpCompleteUpload: files,
	})
	var open, most int
	journal := mock.Journal()
	slices.SortFunc(journal, func(a, b openaitest.Request) int { return a.Started.Compare(b.Started) })
	for _, r := range journal {
		switch r.Op {
		case openaitest.OpCreateUpload:
			open++
		case openaitest.OpCompleteUpload:
			open--
		}
		most = max(most, open)
	}
	if most > 2 {
		t.Errorf("%d Uploads were being sent at the same time", most)
	}
	if out := p.Run(t, "plan", "-no-color", "-detailed-exitcode"); out.ExitCode != 0 {
		t.Errorf("exit status %d:\n%s", out.ExitCode, out.Output)
	}
}
