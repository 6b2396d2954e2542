// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// span is a request that was in flight between two seconds.
func span(from, to int) openaitest.Request {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return openaitest.Request{
		PartBytes: 10, Started: begin.Add(time.Duration(from) * time.Second), Finished: begin.Add(time.Duration(to) * time.Second),
	}
}

func TestPeak(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		requests []openaitest.Request
		want     int
	}{
		{"none", nil, 0},
		{"one", []openaitest.Request{span(0, 1)}, 1},
		{"one after the other", []openaitest.Request{span(0, 1), span(1, 2), span(2, 3)}, 1},
		{"two and two", []openaitest.Request{span(0, 3), span(2, 5), span(4, 7)}, 2},
		{"at once", []openaitest.Request{span(0, 3), span(0, 3), span(0, 3)}, 3},
		{"not in order", []openaitest.Request{span(2, 4), span(0, 3), span(1, 5)}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := peak(tt.requests); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	got := timeline([]openaitest.Request{span(1, 4), span(2, 7), span(5, 6)})
	want := []string{
		"|===============               | 10 bytes, from 0.00 s to 3.00 s",
		"|     =========================| 10 bytes, from 1.00 s to 6.00 s",
		"|                    =====     | 10 bytes, from 4.00 s to 5.00 s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if same := timeline([]openaitest.Request{span(0, 0)}); len(same) != 1 {
		t.Errorf("got %q", same)
	}
}
