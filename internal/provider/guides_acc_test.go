// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// corpus is a folder of n small files, of which some have the same name.
func corpus(n int) map[string]string {
	files := map[string]string{"corpus/chapter-00/notes.csv": "not,for,file,search\n"}
	for i := range n {
		files[fmt.Sprintf("corpus/chapter-%02d/page-%02d.md", i/30, i%30)] = fmt.Sprintf("# Page %d\n", i)
	}
	return files
}

// corpusNames are those of the Files that are made of corpus(n).
func corpusNames(n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("chapter-%02d_page-%02d.md", i/30, i%30))
	}
	return names
}

func sum256(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// official adds the stand-in for openai/openai.
func official(p *acctest.Project) { p.AddProvider("openai", "openai", "official") }

// addProgram puts a program in front of the project's PATH.
func addProgram(p *acctest.Project, name, script string) {
	p.TB.Helper()
	path := p.Write("bin/"+name, "#!/bin/sh\n"+script+"\n")
	if err := os.Chmod(path, 0o700); err != nil { //nolint:gosec // G302: a program.
		p.TB.Fatal(err)
	}
	p.Setenv("PATH=" + filepath.Dir(path) + string(os.PathListSeparator) + os.Getenv("PATH"))
}

// addTerraform makes the CLI under test what scripts call terraform. Without a
// registry there is nothing for init to do.
func addTerraform(p *acctest.Project) {
	p.TB.Helper()
	addProgram(p, "terraform", `[ "$1" = init ] || exec '`+p.CLI+`' "$@"`)
	p.Setenv("TF_CLI_ARGS=-no-color")
}

// runScript runs a guide's script in the project.
func runScript(p *acctest.Project, name string) acctest.Outcome {
	p.TB.Helper()
	script, err := filepath.Abs(filepath.Join(examples, "guides", name))
	if err != nil {
		p.TB.Fatal(err)
	}
	return run(p, script)
}

// run runs the script at path.
func run(p *acctest.Project, path string) acctest.Outcome {
	p.TB.Helper()
	shell := *p.Project
	shell.CLI = "sh"
	return (&acctest.Project{Project: &shell, TB: p.TB, Mock: p.Mock}).Run(path)
}

// guide is a project with a guide's configuration.
func guide(t *testing.T, name string, options ...openaitest.Options) *acctest.Project {
	t.Helper()
	name = "guides/" + name
	return example(t, name, fixtures()[name], options...)
}

// wantActions checks how many resources a plan adds and destroys; none is to change.
func wantActions(out acctest.Outcome, add, destroy int) {
	out.WantText(fmt.Sprintf("Plan: %d to add, 0 to change, %d to destroy", add, destroy))
}

// fileNamed returns the uploaded File with a name.
func fileNamed(p *acctest.Project, name string) openaitest.File {
	p.TB.Helper()
	files := p.Mock.Files()
	i := slices.IndexFunc(files, func(f openaitest.File) bool { return f.Filename == name && f.ID != exampleID })
	if i < 0 {
		p.TB.Fatalf("no File %s: %v", name, uploaded(p))
	}
	return files[i]
}

// TestAccGuides_requests runs the scripts that use File IDs outside of Terraform.
func TestAccGuides_requests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		url  string
		want func(p *acctest.Project) []string
	}{
		{"batch-inputs", "/v1/batches", func(p *acctest.Project) []string {
			return []string{`"input_file_id": "` + fileNamed(p, "reviews.jsonl").ID + `"`}
		}},
		{"fine-tuning", "/v1/fine_tuning/jobs", func(p *acctest.Project) []string {
			return []string{`"training_file": "` + fileNamed(p, "training.jsonl").ID + `"`, `"validation_file": "` + fileNamed(p, "validation.jsonl").ID + `"`, `"model": "a-model"`}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := guide(t, tt.name+".tf")
			p.Apply()
			wantRequest(p, tt.name+".sh", tt.url, tt.want(p)...)
		})
	}
}

// wantRequest runs a script and checks what it has curl send.
func wantRequest(p *acctest.Project, script, path string, texts ...string) {
	p.TB.Helper()
	addTerraform(p)
	addProgram(p, "curl", `printf '%s\n' "$@"`)
	p.Setenv("BASE_MODEL=a-model")
	all := append([]string{"https://api.openai.com" + path, "Authorization: Bearer " + p.Mock.APIKey()}, texts...)
	runScript(p, script).WantSuccess().WantText(all...)
}

// TestAccGuides_batchInputs changes what the content is made of.
func TestAccGuides_batchInputs(t *testing.T) {
	t.Parallel()
	p := guide(t, "batch-inputs.tf")
	p.Apply()
	old := fileNamed(p, "reviews.jsonl")
	if n := strings.Count(string(old.Content), "\n"); n != 2 {
		t.Errorf("%d lines for two reviews:\n%s", n, old.Content)
	}
	p.Setenv(`TF_VAR_reviews={c="Late."}`)
	wantActions(p.Plan().WantText("content_sha256", sum256(string(old.Content)), "->"), 1, 1)
	p.ApplyPlan().WantSuccess().WantText("The File " + old.ID + " stays at OpenAI")
	if got := uploaded(p); len(got) != 2 {
		t.Errorf("Files: %v", got)
	}
	p.Plan("-detailed-exitcode")
	// A week later OpenAI has deleted both.
	p.Mock.Advance(8 * 24 * time.Hour)
	wantActions(p.Plan().WantText("Warning: "), 1, 0)
}

// TestAccGuides_retrievalCorpus adds, changes, renames and removes some of many files.
func TestAccGuides_retrievalCorpus(t *testing.T) {
	t.Parallel()
	const n = 40
	p := example(t, "guides/retrieval-corpus.tf", fixture{files: corpus(n)})
	p.Apply().WantText("40 added")
	wantRequest(p, "retrieval-corpus.sh", "/v1/vector_stores", `"file_ids": [`, fileNamed(p, "chapter-01_page-09.md").ID)
	changed := fileNamed(p, "chapter-00_page-00.md")
	p.Write("corpus/new.md", "# New\n")
	p.Write("corpus/chapter-00/page-00.md", "# Changed\n")
	p.Write("corpus/chapter-10/page-01.md", p.Read("corpus/chapter-00/page-01.md"))
	p.Remove("corpus/chapter-00/page-01.md")
	p.Remove("corpus/chapter-00/page-02.md")
	p.Mock.ResetJournal()
	wantActions(p.Plan(), 3, 3)
	if got := len(p.Mock.Journal()); got > 10 {
		t.Errorf("%d requests", got)
	}
	p.Mock.ResetJournal()
	p.ApplyPlan().WantSuccess().WantText("3 added, 0 changed, 3 destroyed")
	if got := len(p.Mock.Requests(openaitest.OpCreateUpload)); got != 3 {
		t.Errorf("%d uploads, want 3", got)
	}
	if _, ok := p.Mock.File(changed.ID); ok {
		t.Error("the old File of a changed file is still there")
	}
	p.Mock.ResetJournal()
	p.Plan("-detailed-exitcode", "-refresh=false")
	wantOps(p, nil)
	p.Write("corpus/empty.md", "")
	p.TryPlan().WantFailure("empty.md", "empty")
}

// wantOps checks the operations of the journal, in order.
func wantOps(p *acctest.Project, want []openaitest.Op) {
	p.TB.Helper()
	var got []openaitest.Op
	for _, r := range p.Mock.Journal() {
		got = append(got, r.Op)
	}
	if !slices.Equal(got, want) {
		p.TB.Errorf("requests: %v, want %v", got, want)
	}
}

// TestAccGuides_besideOfficial adds the other provider to a configuration, once
// without naming the provider of a resource, and imports.
func TestAccGuides_besideOfficial(t *testing.T) {
	t.Parallel()
	p := guide(t, "import.tf")
	p.Apply()
	p.Remove("0.tf")
	official(p)
	p.Configure("two_openai")
	p.TryPlan().WantFailure("openai/openai does not support resource type", `"openai_upload"`)
	p.Copy(filepath.Join(examples, "guides/beside-official.tf"), "main.tf")
	wantActions(p.Plan(), 1, 0)
	p.ApplyPlan().WantSuccess()
	p.Plan("-detailed-exitcode")
	p.MustRun("state", "rm", "openai_upload.handbook")
	p.Copy(filepath.Join(examples, "resources/openai_upload/import-by-string-id.tf"), "import.tf")
	p.Apply().WantText("1 imported, 0 added, 1 changed, 0 destroyed")
	p.Plan("-detailed-exitcode")
	if got := uploaded(p); got != nil {
		t.Errorf("uploaded: %q", got)
	}
}

// TestAccGuides_besideOfficialModule configures the provider for a module that
// knows it by another name.
func TestAccGuides_besideOfficialModule(t *testing.T) {
	t.Parallel()
	p := guide(t, "beside-official-module.tf")
	p.Apply()
	p.MustRun("output", "-raw", "handbook_file_id").WantText(fileNamed(p, "handbook.pdf").ID)
	wantHeaders(t, p.Mock, "", "proj_abc123")
	p.Copy("testdata/module_providers_override.tf", "module_override.tf")
	p.TryPlan().WantFailure("Provider type mismatch")
}

// TestAccGuides_ci runs the jobs of CI systems, without what installs programs.
func TestAccGuides_ci(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		install string // Matches what is left out.
	}{
		{"github", "^go install"}, {"gitlab", "^(go install|apt-get|curl|unzip)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := guide(t, "batch-inputs.tf")
			addTerraform(p)
			buildMock(p)
			content, err := os.ReadFile(filepath.Join(examples, "guides/mock", tt.name+".yml"))
			if err != nil {
				t.Fatal(err)
			}
			commands := slices.DeleteFunc(ciCommands(t, content), regexp.MustCompile(tt.install).MatchString)
			// Each step of GitHub has what the ones before it have put there.
			load := "\nset -a; . \"$GITHUB_ENV\"; set +a\n"
			script := "set -eux\n" + strings.Join(commands, load) + "\nkill $!\n"
			p.Setenv("RUNNER_TEMP="+p.Dir, "GITHUB_ENV="+p.Write("github.env", ""), "OPENAI_BASE_URL=", "OPENAI_API_KEY=sk-mock")
			run(p, p.Write("job.sh", script)).WantSuccess().WantText("1 added", "No changes", "1 destroyed")
			if journal := p.Read("journal.jsonl"); strings.Count(journal, `"op":"create_upload"`) != 1 {
				t.Errorf("journal: %s", journal)
			}
		})
	}
}

// ciCommands are the commands of the only job that a CI system's file describes.
func ciCommands(tb testing.TB, content []byte) []string {
	tb.Helper()
	var file struct {
		Jobs      map[string]struct{ Steps []struct{ Run string } } // GitHub.
		Terraform struct {                                          // GitLab.
			BeforeScript []string `yaml:"before_script"`
			Script       []string
		}
	}
	if err := yaml.Unmarshal(content, &file); err != nil {
		tb.Fatal(err)
	}
	commands := slices.Concat(file.Terraform.BeforeScript, file.Terraform.Script)
	for _, step := range file.Jobs["terraform"].Steps {
		if step.Run != "" {
			commands = append(commands, step.Run)
		}
	}
	return commands
}

// buildMock puts the program where a project's scripts find it.
func buildMock(p *acctest.Project) {
	p.TB.Helper()
	if _, err := terraformcli.Build(p.TB.Context(), filepath.Join(p.Dir, "bin"), "openai-mock", "../cmd/openai-mock"); err != nil {
		p.TB.Fatal(err)
	}
}

// TestAccGuides_testing lets the CLI run its own tests of a configuration.
func TestAccGuides_testing(t *testing.T) {
	t.Parallel()
	t.Run("mock server", func(t *testing.T) {
		t.Parallel()
		p := guide(t, "batch-inputs.tf")
		addTerraform(p)
		buildMock(p)
		p.Copy(filepath.Join(examples, "guides/testing.tftest.hcl"), "tests/reviews.tftest.hcl")
		p.Setenv("OPENAI_BASE_URL=http://127.0.0.1:1", "OPENAI_API_KEY=sk-of-an-account")
		runScript(p, "testing.sh").WantSuccess().WantText("3 passed, 0 failed")
	})
	t.Run("control endpoint", func(t *testing.T) {
		t.Parallel()
		p := guide(t, "batch-inputs.tf")
		addTerraform(p)
		buildMock(p)
		p.Copy(filepath.Join(examples, "guides/mock/faults.json"), "faults.json")
		runScript(p, "mock/control.sh").WantSuccess().WantText(`{"now":"`, `"object": "list"`, `"op":"list_files"`)
	})
	t.Run("skip_destroy", func(t *testing.T) {
		t.Parallel()
		p := guide(t, "batch-inputs.tf", openaitest.Options{APIKey: "sk-mock"})
		p.Copy(filepath.Join(examples, "guides/testing.tftest.hcl"), "tests/reviews.tftest.hcl")
		p.Setenv("OPENAI_API_KEY=sk-of-an-account")
		p.MustRun("test", "-no-color").WantText("3 passed, 0 failed")
		// Both Files stay, of which no state knows.
		if got := uploaded(p); len(got) != 2 {
			t.Errorf("Files: %q", got)
		}
		if state := p.Read("terraform.tfstate"); state != "" {
			t.Errorf("the tests wrote the state:\n%s", state)
		}
	})
	t.Run("mock provider", func(t *testing.T) {
		t.Parallel()
		p := guide(t, "batch-inputs.tf")
		p.Copy(filepath.Join(examples, "guides/testing-mock-provider.tftest.hcl"), "tests/reviews.tftest.hcl")
		p.Setenv("OPENAI_API_KEY=")
		p.MustRun("test", "-no-color").WantText("1 passed, 0 failed")
		if n := p.Mock.Connections(); n != 0 {
			t.Errorf("%d connections", n)
		}
	})
}
