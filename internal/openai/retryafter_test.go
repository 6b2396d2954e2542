// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"net/http"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	later := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, tt := range []struct {
		name            string
		ms, after, date string
		want            time.Duration
	}{
		{"nothing", "", "", "", 0},
		{"seconds", "", "7", "", 7 * time.Second},
		{"spaces", "", " 7 ", "", 7 * time.Second},
		{"fraction", "", "0.25", "", 250 * time.Millisecond},
		{"milliseconds", "1500", "", "", 1500 * time.Millisecond},
		{"milliseconds first", "20", "7", "", 20 * time.Millisecond},
		{"milliseconds unreadable", "soon", "7", "", 7 * time.Second},
		{"zero", "", "0", "", 0},
		{"negative", "", "-5", "", 0},
		{"negative milliseconds", "-5", "7", "", 0},
		{"not a number", "", "NaN", "", 0},
		{"infinite", "", "Inf", "", engine.MaxRetryAfter},
		{"minus infinite", "", "-Inf", "", 0},
		{"overflow", "", "1e400", "", engine.MaxRetryAfter},
		{"overflow of a duration", "", "99999999999999999999", "", engine.MaxRetryAfter},
		{"over the limit", "", "121", "", engine.MaxRetryAfter},
		{"at the limit", "", "120", "", engine.MaxRetryAfter},
		{"words", "", "after lunch", "", 0},
		{"date", "", later(30 * time.Second), "", 30 * time.Second},
		{"date past", "", later(-time.Hour), "", 0},
		{"date far", "", later(24 * time.Hour), "", engine.MaxRetryAfter},
		{"date against the answer's", "", later(5*time.Hour + 10*time.Second), later(5 * time.Hour), 10 * time.Second},
		{"answer's date unreadable", "", later(30 * time.Second), "today", 30 * time.Second},
		{"RFC 850 date", "", "Sunday, 01-Mar-26 12:00:09 GMT", "", 9 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for _, tt := range []struct{ name, value string }{{"Retry-After-Ms", tt.ms}, {"Retry-After", tt.after}, {"Date", tt.date}} {
				if tt.value != "" {
					header.Set(tt.name, tt.value)
				}
			}
			equal(t, "wait", retryAfter(header, now), tt.want)
		})
	}
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("1", "2", "Sun, 01 Mar 2026 12:00:00 GMT")
	f.Add("-1", "NaN", "")
	f.Add("", "1e309", "")
	f.Add("", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT")
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, ms, after, date string) {
		header := http.Header{"Retry-After-Ms": {ms}, "Retry-After": {after}, "Date": {date}}
		if wait := retryAfter(header, now); wait < 0 || wait > engine.MaxRetryAfter {
			t.Errorf("%s from %q", wait, header)
		}
	})
}
