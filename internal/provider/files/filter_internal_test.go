// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package files

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// TestFill counts the Files that are read. They are a day apart but for d, which
// was created before c and completed after it.
func TestFill(t *testing.T) {
	t.Parallel()
	at := func(day, hour int) time.Time { return time.Date(2026, time.January, day, hour, 0, 0, 0, time.UTC) }
	oldest := []engine.File{
		{ID: "a", CreatedAt: at(1, 12)},
		{ID: "b", CreatedAt: at(2, 12)},
		{ID: "c", CreatedAt: at(3, 12)},
		{ID: "d", CreatedAt: at(3, 11)},
		{ID: "e", CreatedAt: at(4, 12)},
		{ID: "f", CreatedAt: at(5, 12)},
		{ID: "?"}, // Of a service that doesn't say when it was created.
	}
	newest := slices.Clone(oldest)
	slices.Reverse(newest)
	null := types.StringNull()
	before, after := types.StringValue("2026-01-03T11:30:00Z"), types.StringValue("2026-01-03T11:30:00Z")
	for _, tt := range []struct {
		name  string
		list  []engine.File
		model model
		want  []string
		read  int
	}{
		{"all", newest, model{}, []string{"?", "f", "e", "d", "c", "b", "a"}, 7},
		{"after, to a day before that", newest, model{CreatedAfter: after}, []string{"f", "e", "c"}, 7},
		{"after, early", newest, model{CreatedAfter: types.StringValue("2026-01-05T00:00:00Z")}, []string{"f"}, 4},
		{"before", newest, model{CreatedBefore: before}, []string{"?", "d", "b", "a"}, 7},
		{"before, oldest first, to a day after that", oldest, model{CreatedBefore: before, Order: types.StringValue("asc")}, []string{"a", "b", "d"}, 5},
		{"after, oldest first", oldest, model{CreatedAfter: after, Order: types.StringValue("asc")}, []string{"c", "e", "f"}, 7},
		{"after, from a service that sorts the other way", oldest, model{CreatedAfter: after}, []string{"c", "e", "f"}, 7},
		{"before, from a service that sorts the other way", newest, model{CreatedBefore: before, Order: types.StringValue("asc")}, []string{"?", "d", "b", "a"}, 7},
		{"another purpose", newest, model{Purpose: types.StringValue("batch")}, []string{}, 7},
		{"unknown arguments", newest, model{CreatedAfter: types.StringUnknown(), FilenameRegex: types.StringUnknown()}, []string{"?", "f", "e", "d", "c", "b", "a"}, 7},
		{"limit", newest, model{Limit: types.Int64Value(2), Filename: null}, []string{"?", "f"}, 2},
		{"none", newest, model{Filename: types.StringValue("x")}, []string{}, 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			wanted, read := newFilter(tt.model, &diags), 0
			m := tt.model
			err := m.fill(func(yield func(engine.File, error) bool) {
				for _, file := range tt.list {
					read++
					if !yield(file, nil) {
						return
					}
				}
			}, wanted)
			got := []string{}
			for i, id := range m.IDs {
				if got = append(got, id.ValueString()); m.Files[i].ID != id {
					t.Errorf("file %d is %s, its ID is %s", i, m.Files[i].ID, id)
				}
			}
			if err != nil || diags.HasError() || m.Files == nil || !slices.Equal(got, tt.want) || read != tt.read {
				t.Errorf("got %q after %d Files, want %q after %d; %v %v", got, read, tt.want, tt.read, err, diags)
			}
		})
	}
}

func TestFillEndsWithAnError(t *testing.T) {
	t.Parallel()
	var m model
	broken := errors.New("broken")
	err := m.fill(func(yield func(engine.File, error) bool) {
		_ = yield(engine.File{ID: "a"}, nil) && yield(engine.File{}, broken)
	}, newFilter(m, new(diag.Diagnostics)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
