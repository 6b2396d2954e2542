// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filesprune

import (
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// TestIncludesAge compares a File's age with a day, by the service's clock if it is known.
func TestIncludesAge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name    string
		created time.Time
		asOf    time.Time
		want    bool
	}{
		{"older", now.Add(-day - time.Second), time.Time{}, true},
		{"as old", now.Add(-day), time.Time{}, false},
		{"younger", now.Add(-day + time.Second), time.Time{}, false},
		{"of the future", now.Add(day), time.Time{}, false},
		{"unknown age", time.Time{}, time.Time{}, false},
		{"unknown age, known time", time.Time{}, now, false},
		{"older for the service", now, now.Add(day + time.Second), true},
		{"older for this machine only", now.Add(-2 * day), now.Add(-2 * day), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := selection{age: day, matches: func(engine.File) bool { return true }}
			file := engine.File{ID: "file-1", CreatedAt: tt.created, AsOf: tt.asOf}
			if got := s.includes(file, now); got != tt.want {
				t.Errorf("got %t", got)
			}
			s.keep = map[string]bool{"file-1": true}
			if s.includes(file, now) {
				t.Error("it is included though it is kept")
			}
		})
	}
}
