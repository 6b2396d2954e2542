// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccGuides_pipeline plans in one job and applies in another, on another machine.
func TestAccGuides_pipeline(t *testing.T) {
	t.Parallel()
	const file = "build/catalogue.pdf"
	for _, tt := range []struct {
		name     string
		artefact map[string]string
		failure  []string
	}{
		{"complete", map[string]string{file: content}, nil},
		{"fileMissing", nil, []string{"there is no file at", "Nothing was sent"}},
		{"fileChanged", map[string]string{file: "{\"b\":2}\n"}, []string{"Content doesn't match content_sha256", "Nothing was sent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			first := guide(t, "pipeline.tf")
			addTerraform(first)
			runScript(first, "pipeline-plan.sh").WantSuccess()
			wantOps(first, nil)
			second := acctest.NewEmpty(t, first.Mock)
			second.Remove("required_providers.tf")
			addTerraform(second)
			second.Copy(filepath.Join(examples, "guides/pipeline.tf"), "main.tf")
			second.Copy(filepath.Join(first.Dir, "tfplan"), "tfplan")
			for path, text := range tt.artefact {
				second.Write(path, text)
			}
			out := runScript(second, "pipeline-apply.sh")
			if tt.failure != nil {
				out.WantFailure(tt.failure...)
				wantOps(second, nil)
				return
			}
			out.WantSuccess()
			if got := uploaded(second); !slices.Equal(got, []string{"catalogue.pdf"}) {
				t.Errorf("uploaded: %q", got)
			}
			// While the hash is the same, a checkout needs no file.
			second.Remove(file)
			second.Setenv("TF_VAR_catalogue_sha256=" + sum256(content))
			second.Plan("-detailed-exitcode").WantNoWarning()
		})
	}
}

// TestAccGuides_pipelineStale applies a plan after another one.
func TestAccGuides_pipelineStale(t *testing.T) {
	t.Parallel()
	p := guide(t, "pipeline.tf")
	p.Plan()
	p.Apply("-parallelism=30")
	p.ApplyPlan().WantFailure("Saved plan is stale")
}

// TestAccGuides_pipelineKey looks for the key in saved plans.
func TestAccGuides_pipelineKey(t *testing.T) {
	t.Parallel()
	const key = "sk-in-a-variable"
	for _, tt := range []struct {
		name, variable string
		configure      func(p *acctest.Project)
		want           bool
	}{
		{"environment", "OPENAI_API_KEY", func(*acctest.Project) {}, false},
		{"variable", "TF_VAR_api_key", func(p *acctest.Project) { p.Configure("key_variable") }, true},
		{"ephemeral variable", "TF_VAR_openai_api_key", func(p *acctest.Project) {
			p.Remove("required_providers.tf")
			p.Copy(filepath.Join(examples, "provider/key-variable.tf"), "provider.tf")
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := acctest.New(t, acctest.Mock(t, openaitest.Options{APIKey: key}), "upload", nil)
			p.Write("data.txt", content)
			p.Setenv("OPENAI_API_KEY=", tt.variable+"="+key)
			tt.configure(p)
			if strings.HasPrefix(tt.name, "ephemeral") && !p.HasEphemeral() {
				p.TryPlan().WantFailure(`argument named "ephemeral" is not expected here`)
				return
			}
			p.Plan()
			if got := strings.Contains(p.PlanFile()+p.MustRun("show", "-json", "plan.bin").Output, key); got != tt.want {
				t.Errorf("the key is in the plan: %t, want %t", got, tt.want)
			}
			if !tt.want {
				// What isn't in the plan is needed again.
				p.Setenv(tt.variable + "=")
				p.ApplyPlan().WantFailure("No OpenAI API key")
				p.Setenv(tt.variable + "=" + key)
				p.Plan()
			}
			p.ApplyPlan().WantSuccess()
			p.Plan("-detailed-exitcode")
		})
	}
}

// TestAccGuides_rotation replaces a File on request and for its content, and
// fails once.
func TestAccGuides_rotation(t *testing.T) {
	t.Parallel()
	p := guide(t, "rotation.tf")
	p.Apply()
	old := fileNamed(p, "handbook.pdf")
	rotate := "-replace=openai_upload.handbook"
	p.Mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Status: 400})
	p.TryApply(rotate).WantFailure("was cancelled; nothing is left")
	if kept := fileNamed(p, "handbook.pdf"); kept.ID != old.ID {
		t.Errorf("File %s, want %s", kept.ID, old.ID)
	}
	p.MustRun("output", "-raw", "handbook_file_id").WantText(old.ID)
	p.Mock.ClearFaults()
	p.Mock.ResetJournal()
	p.Apply(rotate).WantText("handbook will be replaced, as requested", "+/-", "1 added, 0 changed, 1 destroyed")
	wantOps(p, []openaitest.Op{
		openaitest.OpGetFile, openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload, openaitest.OpDeleteFile,
	})
	second := fileNamed(p, "handbook.pdf")
	p.MustRun("output", "-raw", "handbook_file_id").WantText(second.ID)
	p.Plan("-detailed-exitcode")
	p.Write("handbook.pdf", "second edition")
	p.Apply().WantText("handbook must be replaced", "+/-", "1 added, 0 changed, 1 destroyed")
	if third := fileNamed(p, "handbook.pdf"); third.ID == second.ID {
		t.Error("new content is no new File")
	}
	// Nobody rotated in time.
	p.Mock.Advance(31 * 24 * time.Hour)
	wantActions(p.Plan().WantText("Warning: "), 1, 0)
}

// TestAccGuides_rotationTriggered fails once what replace_triggered_by asks for:
// Terraform forgets it.
func TestAccGuides_rotationTriggered(t *testing.T) {
	t.Parallel()
	rotation := func(value string) acctest.Variables { return acctest.Variables{"rotation": acctest.String(value)} }
	p := acctest.New(t, acctest.Mock(t), "triggered", rotation("november"))
	p.Write("data.txt", content)
	p.Apply()
	p.Mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Status: 400})
	p.Set(rotation("december"))
	p.WantPlan(acctest.CreateBeforeDestroy)
	p.ApplyPlan().WantFailure("was cancelled; nothing is left")
	p.WantPlan(acctest.NoOp)
	if n := len(p.Mock.Files()); n != 1 {
		t.Errorf("%d Files", n)
	}
}

// TestAccGuides_rotationSkipDestroy leaves the old File until it expires.
func TestAccGuides_rotationSkipDestroy(t *testing.T) {
	t.Parallel()
	p := guide(t, "rotation-skip-destroy.tf")
	p.Apply()
	old := fileNamed(p, "requests.jsonl")
	p.Mock.Advance(24 * time.Hour)
	p.Write("requests.jsonl", strings.Replace(content, `"a"`, `"b"`, 1))
	p.Apply().WantText("The File " + old.ID + " stays at OpenAI")
	if got := uploaded(p); len(got) != 2 {
		t.Errorf("Files: %v", got)
	}
	p.Mock.Advance(25 * time.Hour)
	if _, ok := p.Mock.File(old.ID); ok {
		t.Error("the old File hasn't expired")
	}
	p.Plan("-detailed-exitcode")
}

// TestAccGuides_interrupted ends an upload as a terminal and as pipelines do.
func TestAccGuides_interrupted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		signal func(cli *acctest.Process)
	}{
		{"interrupt", func(cli *acctest.Process) { cli.Signal(os.Interrupt) }},
		{"terminateCLI", func(cli *acctest.Process) { cli.SignalCLI(syscall.SIGTERM) }},
		{"terminateAll", func(cli *acctest.Process) { cli.Signal(syscall.SIGTERM) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := guide(t, "interrupted.tf")
			p.Mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Hang: true})
			cli := p.StartApply()
			acctest.Eventually(t, "a part is sent", func() bool { return len(p.Mock.Requests(openaitest.OpAddPart)) > 0 })
			tt.signal(cli)
			cli.Wait().WantFailure()
			if got := p.Mock.Uploads()[0].Status; got != "cancelled" {
				t.Errorf("the Upload is %s", got)
			}
			p.Mock.ClearFaults()
			p.Apply()
			p.Plan("-detailed-exitcode")
		})
	}
}
