// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const examples = "../../examples"

const (
	// exampleID is the File that examples name. It is at OpenAI already.
	exampleID = "file-abc123abc123abc123abc1"

	// exampleFile is the local file that examples name.
	exampleFile = "data/handbook.pdf"

	// content is a batch of one request, and training a set of one example.
	content  = `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"gpt-5-mini","input":"a"}}` + "\n"
	training = `{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}` + "\n"
)

// fixture is what a reader has to have to apply an example, besides exampleFile
// and exampleID.
type fixture struct {
	// with are other examples that belong to the configuration.
	with []string

	// files are paths below the configuration and their content.
	files map[string]string

	// keyless is an example with a provider configuration of its own, which has no key.
	keyless bool

	// setup does the rest.
	setup func(p *acctest.Project)

	vars map[string]string
	want []string // The names of the Files that are uploaded.

	// run is what comes after an apply, if anything does.
	run func(p *acctest.Project)
}

// fixtures are those of the examples that need one, by name.
func fixtures() map[string]fixture {
	const handbook = "resources/openai_upload/resource.tf"
	book := map[string]string{"handbook.pdf": content}
	local := func(p *acctest.Project) { p.AddProvider("hashicorp", "local", "local") }
	orphan := func(p *acctest.Project) {
		p.Mock.AddFile(openaitest.File{Filename: "orphan.md", CreatedAt: p.Mock.Now().Add(-200 * time.Hour)})
	}
	return map[string]fixture{
		// As users start the provider; the other tests do without its certificates.
		handbook: {files: book, setup: func(p *acctest.Project) { p.Setenv("TF_DISABLE_PLUGIN_TLS=") }, want: []string{"handbook.pdf"}},
		"resources/openai_upload/create_before_destroy.tf": {files: book, want: []string{"handbook.pdf"}},
		"resources/openai_upload/content.tf":               {vars: map[string]string{"prompts": `["a","b"]`}, want: []string{"requests.jsonl"}},
		"resources/openai_upload/expires_after.tf":         {files: map[string]string{"requests.jsonl": content}, want: []string{"requests.jsonl"}},
		"resources/openai_upload/filename.tf":              {files: map[string]string{"exports/prices-2026-08.json": "{}"}, want: []string{"prices.json"}},
		"resources/openai_upload/pin.tf":                   {files: map[string]string{"contract.pdf": "test"}, want: []string{"contract.pdf"}},
		"resources/openai_upload/fileset.tf": {
			files: map[string]string{"docs/a.md": "# A", "docs/b/c.md": "# C"}, want: []string{"a.md", "c.md"},
		},
		"resources/openai_upload/import-by-string-id.tf": {with: []string{handbook}, files: book},
		"resources/openai_upload/import-by-identity.tf":  {with: []string{handbook}, files: book},
		"guides/import-renamed.tf": {
			with: []string{"resources/openai_upload/import-by-string-id.tf"}, files: map[string]string{"data/handbook-2026.pdf": content},
		},
		"guides/import-without-file.tf": {setup: func(p *acctest.Project) {
			p.Mock.UpdateFile(exampleID, func(f *openaitest.File) { f.Filename = "archive.pdf" })
		}},
		"guides/moved.tf": {files: map[string]string{"data/training.jsonl": content}, setup: func(p *acctest.Project) {
			p.Mock.UpdateFile(exampleID, func(f *openaitest.File) { f.Filename, f.Purpose = "training.jsonl", "fine-tune" })
			p.AddProvider("mkdev-me", "openai", "foreign")
			p.WriteState(acctest.Source("mkdev-me", "openai"), "openai_file", "training", map[string]any{
				"id": exampleID, "file": "data/training.jsonl", "purpose": "fine-tune", "filename": "training.jsonl", "bytes": len(content),
			})
		}},
		"guides/url.tf": {
			// Of "test", which this curl downloads.
			vars: map[string]string{"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
			setup: func(p *acctest.Project) {
				addProgram(p, "curl", `mkdir -p "$(dirname "$FILE")" && printf test >"$FILE"`)
			},
			want: []string{"handbook.pdf"},
		},
		"guides/keyless.tf": {
			keyless: true,
			files:   map[string]string{"secrets/token": subjectToken, "requests.jsonl": content},
			vars:    map[string]string{"token_file": "secrets/token"},
			setup: func(p *acctest.Project) {
				p.Write("ca.pem", string(p.Mock.CertPEM()))
				p.WriteJSON("ca_override.tf.json", map[string]any{
					"provider": map[string]any{"openai": arguments{"ca_cert_file": "ca.pem"}},
				})
				p.Setenv("OPENAI_API_KEY=", "HTTPS_PROXY="+newTunnel(p.TB, p.Mock).URL)
			},
			want: []string{"requests.jsonl"},
		},
		"functions/mime_type/function.tf": {
			files: map[string]string{"docs/a.md": "# A", "docs/a.pdf": "%PDF", "docs/a": "a"}, want: []string{"a.md"},
		},
		"actions/openai_files_prune/action.tf": {
			files: map[string]string{"docs/a.md": "# A"}, setup: orphan, want: []string{"a.md", "orphan.md"},
			run: func(p *acctest.Project) {
				p.Apply("-invoke=action.openai_files_prune.orphans").WantText("Would delete 1 of 1", "orphan.md", "Nothing was deleted")
			},
		},
		"actions/openai_files_prune/action-triggered.tf": {
			files: map[string]string{"docs/a.md": "# A"}, setup: orphan, want: []string{"a.md"},
		},
		"list-resources/openai_upload/list-resource.tfquery.hcl": {
			run: func(p *acctest.Project) { p.MustRun("query", "-no-color").WantText("id="+exampleID, "handbook.pdf") },
		},
		"guides/generated-file.tf":                 {setup: local, vars: map[string]string{"prompts": `["a","b"]`}, want: []string{"requests.jsonl"}},
		"guides/replace-triggered-by.tf":           {setup: local, vars: map[string]string{"report": "all is well"}, want: []string{"report.md"}},
		"data-sources/openai_jsonl/data-source.tf": {files: map[string]string{"requests.jsonl": content}},
		"guides/batch-inputs.tf":                   {vars: map[string]string{"reviews": `{a="Great.",b="Broken."}`}, want: []string{"reviews.jsonl"}},
		"guides/fine-tuning.tf":                    {files: map[string]string{"data/training.jsonl": training, "data/validation.jsonl": training}, want: []string{"training.jsonl", "validation.jsonl"}},
		"guides/retrieval-corpus.tf":               {files: corpus(30), want: corpusNames(30)},
		"guides/pipeline.tf": {
			files: map[string]string{"build/catalogue.pdf": content}, vars: map[string]string{"catalogue_sha256": sum256(content)}, want: []string{"catalogue.pdf"},
		},
		"guides/rotation.tf":              {files: map[string]string{"handbook.pdf": content}, want: []string{"handbook.pdf"}},
		"guides/rotation-skip-destroy.tf": {files: map[string]string{"requests.jsonl": content}, want: []string{"requests.jsonl"}},
		"guides/beside-official.tf":       {setup: official, want: []string{"handbook.pdf"}},
		"guides/beside-official-module.tf": {setup: func(p *acctest.Project) {
			official(p)
			p.Copy(filepath.Join(examples, "guides/beside-official-files.tf"), "files/main.tf")
			p.Write("files/handbook.pdf", content)
			p.MustRun("get")
		}, want: []string{"handbook.pdf"}},
		"guides/beside-official-files.tf": {files: map[string]string{"handbook.pdf": content}, want: []string{"handbook.pdf"}},
		"guides/interrupted.tf":           {files: map[string]string{"recordings.pdf": content}, want: []string{"recordings.pdf"}},
	}
}

// TestAccExamples applies each example as the documentation shows it.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	known := fixtures()
	err := fs.WalkDir(os.DirFS(examples), ".", func(name string, _ fs.DirEntry, err error) error {
		// The provider's are applied with others, and the demo's by the demo.
		if !isConfiguration(name) || strings.HasPrefix(name, "provider/") || name == "demo/main.tf" {
			return err
		}
		f := known[name]
		delete(known, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			applyExample(t, name, f)
		})
		return err
	})
	if err != nil || len(known) > 0 {
		t.Errorf("%v; examples that aren't there: %v", err, known)
	}
}

func isConfiguration(name string) bool {
	return filepath.Ext(name) == ".tf" || strings.HasSuffix(name, queryFile)
}

// queryFile is how the names of configurations of terraform query end.
const queryFile = ".tfquery.hcl"

// example is a project with an example as its configuration, and what that needs.
func example(t *testing.T, name string, f fixture, options ...openaitest.Options) *acctest.Project {
	t.Helper()
	var mock *openaitest.Server
	if f.keyless {
		mock = withIdentity(t, 0, openaitest.Options{})
	} else {
		mock = acctest.Mock(t, options...)
	}
	p := acctest.NewEmpty(t, mock)
	p.Remove("required_providers.tf") // Which the examples have.
	complete := false
	for i, part := range slices.Concat(f.with, []string{name}) {
		_, kind, _ := strings.Cut(filepath.Base(part), ".")
		file := fmt.Sprintf("%d.%s", i, kind)
		p.Copy(filepath.Join(examples, part), file)
		complete = complete || strings.Contains(p.Read(file), "required_providers")
	}
	if !complete {
		p.Copy(filepath.Join(examples, "provider/provider.tf"), "provider.tf")
	}
	p.Write(exampleFile, content)
	for path, text := range f.files {
		p.Write(path, text)
	}
	p.Mock.AddFile(openaitest.File{
		ID: exampleID, Filename: filepath.Base(exampleFile), Purpose: "user_data", Content: []byte(content),
	})
	for variable, value := range f.vars {
		p.Setenv("TF_VAR_" + variable + "=" + value)
	}
	if f.setup != nil {
		f.setup(p)
	}
	return p
}

func applyExample(t *testing.T, name string, f fixture) {
	t.Helper()
	p := example(t, name, f)
	switch {
	case strings.Contains(name, "identity") && !p.HasIdentity():
		p.TryPlan().WantFailure().WantMatch(acctest.NoIdentity)
		return
	case strings.HasPrefix(name, "actions/") && !p.HasActions():
		p.TryPlan("-invoke=action.openai_files_prune.orphans").WantFailure().WantMatch(acctest.NoActions)
		return
	case strings.HasSuffix(name, queryFile) && !p.HasActions():
		p.Run("query").WantFailure().WantMatch(acctest.NoQuery)
		return
	case strings.HasPrefix(name, "ephemeral-resources/") && !p.HasEphemeral():
		p.TryPlan().WantFailure().WantMatch(acctest.NoEphemeral)
		return
	}
	p.Apply()
	if f.run != nil {
		f.run(p)
	}
	p.Plan("-detailed-exitcode")
	if got := uploaded(p); !slices.Equal(got, f.want) {
		t.Errorf("uploaded were %q, want %q", got, f.want)
	}
	if _, ok := p.Mock.File(exampleID); !ok {
		t.Error("the File that was there is gone")
	}
}

// uploaded returns the names of the mock's Files but exampleID, sorted.
func uploaded(p *acctest.Project) []string {
	var names []string
	for _, file := range p.Mock.Files() {
		if file.ID != exampleID {
			names = append(names, file.Filename)
		}
	}
	slices.Sort(names)
	return names
}
