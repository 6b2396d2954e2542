// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeCommands checks that README's commands run something.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	readme, makefile := readFile(t, "README.md"), readFile(t, "GNUmakefile")
	tests := regexp.MustCompile(`go test -run '([^']+)' (\./\S+)`+"`").FindAllStringSubmatch(readme, -1)
	if len(tests) < 8 {
		t.Errorf("%d commands", len(tests))
	}
	for _, command := range tests {
		files, err := filepath.Glob(filepath.Join(command[2], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		var source strings.Builder
		for _, file := range files {
			source.WriteString(readFile(t, file))
		}
		for pattern := range strings.SplitSeq(command[1], "|") {
			if !strings.Contains(source.String(), "func "+pattern) {
				t.Errorf("%s: no test is called %s", command[0], pattern)
			}
		}
	}
	for _, command := range regexp.MustCompile("`make ([a-z-]+)").FindAllStringSubmatch(readme, -1) {
		if !strings.Contains(makefile, "\n"+command[1]+":") {
			t.Errorf("there is no target %s", command[1])
		}
	}
}
