// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	goversion "go/version"
	"regexp"
	"testing"
)

// TestToolsBuildWithTheToolchain keeps a tool's module from needing a newer Go than
// go.mod names: with GOTOOLCHAIN=local there is no other.
func TestToolsBuildWithTheToolchain(t *testing.T) {
	t.Parallel()
	toolchain := directive(t, "go.mod", "toolchain go")
	for _, module := range []string{"go.mod", "internal/tools/go.mod", "internal/tools/release/go.mod", "internal/tools/opentofu/go.mod"} {
		if needed := directive(t, module, "go "); goversion.Compare(needed, toolchain) > 0 {
			t.Errorf("%s needs %s, and go.mod has the toolchain %s", module, needed, toolchain)
		}
	}
}

// TestGoreleaserVersion keeps the workflows, which download it, with the version that
// `make release-check` compiles.
func TestGoreleaserVersion(t *testing.T) {
	t.Parallel()
	want := submatch(t, "internal/tools/release/go.mod", `(?m)goreleaser/v2 (v\S+)`)
	for _, workflow := range []string{"test", "release"} {
		if got := submatch(t, ".github/workflows/"+workflow+".yml", `goreleaser-action@.*\n +with:\n +version: (\S+)`); got != want {
			t.Errorf("%s.yml downloads %s, and go.mod has %s", workflow, got, want)
		}
	}
}

// directive returns the Go version after keyword in the go.mod file at path.
func directive(t *testing.T, path, keyword string) string {
	t.Helper()
	return "go" + submatch(t, path, "(?m)^"+keyword+"([0-9.]+)$")
}

// submatch returns what the pattern's group matches in the file at path.
func submatch(tb testing.TB, path, pattern string) string {
	tb.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(readFile(tb, path))
	if found == nil {
		tb.Fatalf("%s has no %q", path, pattern)
	}
	return found[1]
}
