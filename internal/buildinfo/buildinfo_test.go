// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package buildinfo

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	of := func(version string) *debug.BuildInfo { return &debug.BuildInfo{Main: debug.Module{Version: version}} }
	for _, tt := range []struct {
		name   string
		linked string
		info   *debug.BuildInfo
		want   string
	}{
		{"a release", "1.2.3", of("v0.0.0-20261126000000-0123456789ab+dirty"), "1.2.3"},
		{"go install of a version", "", of("v1.2.3"), "1.2.3"},
		{"go build in a checkout", "", of("v0.0.0-20261126000000-0123456789ab+dirty"), "0.0.0-20261126000000-0123456789ab+dirty"},
		{"go build without version control", "", of("(devel)"), "dev"},
		{"go run of a file", "", of(""), "dev"},
		{"no information", "", nil, "dev"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := version(tt.linked, tt.info); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
