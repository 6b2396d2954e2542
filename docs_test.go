// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// registry is where the Registry serves docs/.
const registry = "https://registry.terraform.io/providers/upload-backed/openai/latest/docs/"

// TestDocs_links follows each link from a page of ours to another one, to its anchor.
func TestDocs_links(t *testing.T) {
	t.Parallel()
	pages := map[string]string{}
	for _, path := range append(find(t, "docs", ".md"), "README.md", "CONTRIBUTING.md", "DESIGN.md", "CHANGELOG.md",
		"SECURITY.md", "SUPPORT.md", "CODE_OF_CONDUCT.md") {
		pages[path] = readFile(t, path)
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	count := 0
	for path, text := range pages {
		for _, found := range link.FindAllStringSubmatch(withoutCode(text), -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			page, absolute := strings.CutPrefix(target, registry)
			switch {
			case absolute:
				target = filepath.Join("docs", page+".md")
			case strings.Contains(target, "://"):
				continue
			case target == "":
				target = path
			default:
				target = filepath.Join(filepath.Dir(path), target)
				// The Registry has nothing but docs/, and serves the index without a slash at the end.
				if strings.HasPrefix(path, "docs") && !strings.HasPrefix(target, "docs") || path == filepath.Join("docs", "index.md") {
					t.Errorf("%s: %s leads nowhere in the Registry", path, found[1])
				}
			}
			count++
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", path, found[1], err)
			}
			if anchor != "" && !slices.Contains(anchors(pages[target]), anchor) {
				t.Errorf("%s links to %s: no such heading", path, found[1])
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d links", count)
	}
}

// TestDocs_examples checks that each piece of configuration in the documentation is
// a file in examples/, where tests apply those that aren't a CLI's own.
func TestDocs_examples(t *testing.T) {
	t.Parallel()
	var examples []string
	for _, path := range slices.Concat(find(t, "examples", ".tf"), find(t, "examples", ".hcl")) {
		examples = append(examples, strings.TrimSpace(readFile(t, path)))
	}
	block := regexp.MustCompile("(?ms)^```(?:terraform|hcl|tf)\n(.*?)^```")
	count := 0
	for _, path := range find(t, "docs", ".md") {
		for _, found := range block.FindAllStringSubmatch(readFile(t, path), -1) {
			count++
			if !slices.Contains(examples, strings.TrimSpace(found[1])) {
				t.Errorf("%s: no file in examples/ has\n%s", path, found[1])
			}
		}
	}
	if count < 30 {
		t.Errorf("only %d blocks", count)
	}
}

// find returns the files in dir whose names end in suffix.
func find(tb testing.TB, dir, suffix string) []string {
	tb.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, suffix) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return paths
}

func readFile(tb testing.TB, path string) string {
	tb.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return string(content)
}

// withoutCode is a page without what is code, where nothing is a link or a heading.
func withoutCode(page string) string {
	return regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]*`").ReplaceAllStringFunc(page, func(code string) string {
		if strings.HasPrefix(code, "```") {
			return ""
		}
		return strings.NewReplacer("`", "", "[", "", "]", "").Replace(code) // Part of a heading's anchor.
	})
}

// headings returns the texts of a page's headings of a level, 0 for any.
func headings(page string, level int) []string {
	var texts []string
	for _, found := range regexp.MustCompile(`(?m)^(#+) (.+)$`).FindAllStringSubmatch(withoutCode(page), -1) {
		if level == 0 || len(found[1]) == level {
			texts = append(texts, found[2])
		}
	}
	return texts
}

// anchors returns what can follow the # of a link to a page: its headings, as GitHub
// and the Registry name them, and its explicit anchors.
func anchors(page string) []string {
	var names []string
	for _, heading := range headings(page, 0) {
		names = append(names, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, heading))
	}
	for _, found := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(page, -1) {
		names = append(names, found[1])
	}
	return names
}
