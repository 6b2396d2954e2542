// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const examples = "../../../examples"

// example is a file below examples, and what a reader has to have to apply it.
type example struct {
	name string

	// with are other examples that belong to the configuration.
	with []string

	// files are paths below the configuration and their content.
	files map[string]string

	// existing is a File that is at OpenAI already, with the ID that the examples name.
	existing openaitest.File

	// setup does the rest.
	setup func(s *session)

	vars map[string]string
	want []string // The names of the Files afterwards.
}

// allExamples has each example that is a configuration of openai_upload.
func allExamples() []example {
	const training = "resources/openai_upload/resource.tf"
	trainingFile := map[string]string{"data/training.jsonl": contentA}
	existing := openaitest.File{Filename: "training.jsonl", Purpose: "fine-tune", Content: []byte(contentA)}
	local := func(s *session) { s.otherProvider("hashicorp", "local", "./testdata/local") }
	return []example{
		{name: training, files: trainingFile, want: []string{"training.jsonl"}},
		{
			name: "resources/openai_upload/expires_after.tf", files: map[string]string{"requests.jsonl": contentA},
			want: []string{"requests.jsonl"},
		},
		{
			name: "resources/openai_upload/filename.tf", files: map[string]string{"exports/prices-2026-08.json": "{}"},
			want: []string{"prices.json"},
		},
		{name: "resources/openai_upload/pin.tf", files: map[string]string{"evals.jsonl": "test"}, want: []string{"evals.jsonl"}},
		{
			name: "resources/openai_upload/fileset.tf", files: map[string]string{"docs/a.md": "# A", "docs/b/c.md": "# C"},
			want: []string{"a.md", "c.md"},
		},
		{
			name: "resources/openai_upload/import-by-string-id.tf", with: []string{training}, files: trainingFile,
			existing: existing, want: []string{"training.jsonl"},
		},
		{
			name: "guides/import-by-identity.tf", with: []string{training}, files: trainingFile,
			existing: existing, want: []string{"training.jsonl"},
		},
		{
			name: "guides/moved.tf", files: trainingFile, existing: existing, want: []string{"training.jsonl"},
			setup: func(s *session) {
				s.otherProvider("mkdev-me", "openai", "./testdata/foreign")
				s.write("terraform.tfstate", foreignState(s.t, "mkdev-me", map[string]any{
					"id": exampleID, "file": "data/training.jsonl", "purpose": "fine-tune", "filename": "training.jsonl", "bytes": len(contentA),
				}))
			},
		},
		{
			name: "guides/import-without-file.tf", existing: openaitest.File{Filename: "archive.pdf", Content: []byte("%PDF-")},
			want: []string{"archive.pdf"},
		},
		{
			name: "guides/url.tf", want: []string{"handbook.pdf"},
			// Of "test", which this curl downloads.
			vars: map[string]string{"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
			setup: func(s *session) {
				dir := s.t.TempDir()
				script := []byte("#!/bin/sh\nmkdir -p \"$(dirname \"$FILE\")\" && printf test >\"$FILE\"\n")
				if err := os.WriteFile(filepath.Join(dir, "curl"), script, 0o700); err != nil { //nolint:gosec // G306: a program.
					s.t.Fatal(err)
				}
				s.Env = append(s.Env, "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			},
		},
		{
			name: "guides/generated-file.tf", setup: local, vars: map[string]string{"prompts": `["a","b"]`}, want: []string{"requests.jsonl"},
		},
		{name: "guides/replace-triggered-by.tf", setup: local, vars: map[string]string{"report": "all is well"}, want: []string{"report.md"}},
	}
}

const exampleID = "file-abc123abc123abc123abc1"

// TestAccExamples applies each example as the documentation shows it.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	for _, tt := range allExamples() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			var hcl strings.Builder
			for _, name := range append(tt.with, tt.name, "provider/provider.tf") {
				hcl.WriteString(readExample(t, name))
			}
			s := &session{Project: acctest.NewProject(t, mock, hcl.String()), t: t, mock: mock}
			for name, content := range tt.files {
				if err := os.MkdirAll(filepath.Join(s.Dir, filepath.Dir(name)), 0o700); err != nil {
					t.Fatal(err)
				}
				s.write(name, content)
			}
			if tt.existing.Filename != "" {
				tt.existing.ID = exampleID
				mock.AddFile(tt.existing)
			}
			for name, value := range tt.vars {
				s.Env = append(s.Env, "TF_VAR_"+name+"="+value)
			}
			if tt.setup != nil {
				tt.setup(s)
			}
			if strings.Contains(tt.name, "identity") && !hasIdentity(t, s) {
				s.wantPlanError(noIdentity)
				return
			}
			s.apply()
			wantSuccess(t, s.Run(t, "plan", "-no-color", "-input=false", "-detailed-exitcode"))
			var names []string
			for _, file := range mock.Files() {
				names = append(names, file.Filename)
				if tt.existing.Filename != "" && file.ID != exampleID {
					t.Errorf("the File %s was uploaded", file.ID)
				}
			}
			slices.Sort(names)
			if !slices.Equal(names, tt.want) {
				t.Errorf("the Files are %q, want %q", names, tt.want)
			}
		})
	}
}

// TestExamplesAreApplied has none that TestAccExamples doesn't know.
func TestExamplesAreApplied(t *testing.T) {
	t.Parallel()
	elsewhere := []string{
		"provider/provider.tf", // Applied with each of them.
		"demo/main.tf",         // Applied by the demo.
	}
	err := filepath.WalkDir(examples, func(path string, _ os.DirEntry, err error) error {
		name := strings.TrimPrefix(filepath.ToSlash(path), examples+"/")
		known := slices.Contains(elsewhere, name) ||
			slices.ContainsFunc(allExamples(), func(e example) bool { return e.name == name })
		if filepath.Ext(path) == ".tf" && !known {
			t.Errorf("%s isn't applied by a test", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func readExample(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(examples, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
