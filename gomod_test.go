// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	goversion "go/version"
	"os"
	"regexp"
	"testing"
)

// TestToolsBuildWithTheToolchain keeps a tool's module from needing a newer Go than
// go.mod names: with GOTOOLCHAIN=local there is no other.
func TestToolsBuildWithTheToolchain(t *testing.T) {
	t.Parallel()
	toolchain := directive(t, "go.mod", "toolchain go")
	for _, module := range []string{"go.mod", "internal/tools/go.mod", "internal/tools/release/go.mod"} {
		if needed := directive(t, module, "go "); goversion.Compare(needed, toolchain) > 0 {
			t.Errorf("%s needs %s, and go.mod has the toolchain %s", module, needed, toolchain)
		}
	}
}

// directive returns the Go version after keyword in the go.mod file at path.
func directive(t *testing.T, path, keyword string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?m)^" + keyword + "([0-9.]+)$").FindSubmatch(content)
	if found == nil {
		t.Fatalf("%s has no line %q", path, keyword)
	}
	return "go" + string(found[1])
}
