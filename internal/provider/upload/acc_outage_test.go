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

// defaults has the retries that are the default, and few slots.
func defaults() acctest.Variables {
	return acctest.Variables{"max_retries": nil, "max_concurrent_parts": acctest.Int(2)}
}

// TestAccOutage_survived fails every request for a minute. More ways to fail, and
// those that don't end, are in the engine's tests, whose time is virtual.
func TestAccOutage_survived(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		op    openaitest.Op
		skip  int
		fault openaitest.Fault
	}{
		{"parts", openaitest.OpAddPart, 2, openaitest.Fault{Status: 429}},
		{"complete", openaitest.OpCompleteUpload, 0, openaitest.Fault{CutBefore: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			content := acctest.Pattern(4*mib, 41)
			p := project(t, mock, content, defaults())
			mock.Inject(outage(tt.op, tt.skip, time.Minute, tt.fault))
			wantApplied(p, content)
			onlyUpload(t, mock)
			if tt.op == openaitest.OpAddPart {
				wantCount(t, mock, openaitest.OpCancelUpload, 0)
			}
		})
	}
}

// TestAccOutage_fairOrder has ten files whose Uploads would all expire if they
// shared the slots: they live for 5 seconds, and all the parts take 10.
func TestAccOutage_fairOrder(t *testing.T) {
	t.Parallel()
	const files = 10
	mock := acctest.Mock(t, openaitest.Options{Latency: 500 * time.Millisecond})
	mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Times: -1, Mutate: func(body map[string]any) {
		if created, ok := body["created_at"].(float64); ok {
			body["expires_at"] = created + 8
		}
	}})
	p := tenFiles(t, mock, 2, acctest.Pattern(4*mib, 43))
	p.Apply()
	acctest.WantRequests(t, mock, map[openaitest.Op]int{
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
	p.Run("plan", "-no-color", "-detailed-exitcode").WantSuccess()
}
