// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import "testing"

func TestSummary(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, output, want string }{
		{"all pass", "✓  internal/acctest (1s)\n\nDONE 656 tests in 300.1s\n", "656 | 0 | 0"},
		{"one fails", "=== Failed\nDONE is not a summary\n\nDONE 656 tests, 2 skipped, 1 failure in 300.1s\nmake: *** [test] Error 1\n", "656 | 2 | 1"},
		{"some fail", "DONE 1 test, 3 failures in 1s\n", "1 | 0 | 3"},
		{"nothing was compiled", "build failed\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := summary([]byte(tt.output))
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
