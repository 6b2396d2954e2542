// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// inlineSource is an attribute with content, and how that is written.
type inlineSource struct {
	attribute string
	write     func(content string) string
	known     bool // Whether the plan knows the hash.
}

func inlineSources() []inlineSource {
	plain := func(content string) string { return content }
	return []inlineSource{
		{"content", plain, true},
		{"content_base64", func(content string) string { return base64.StdEncoding.EncodeToString([]byte(content)) }, true},
		{"content_wo", plain, false},
	}
}

// inline is a project with content in the configuration. With a CLI that has no write-only
// arguments, a test that needs one ends with what is said then.
func inline(t *testing.T, mock *openaitest.Server, variables acctest.Variables) *acctest.Project {
	t.Helper()
	p := acctest.New(t, mock, "inline", variables)
	if p.HasWriteOnly() {
		return p
	}
	without := func(line string) { p.Write("main.tf", strings.Replace(p.Read("main.tf"), line, "", 1)) }
	without("ephemeral = true\n")
	if variables["content_wo"] != nil {
		p.TryPlan().WantFailure().WantMatch(acctest.NoWriteOnly)
		acctest.WantRequests(t, mock, nil)
		t.Skip("the CLI has no write-only arguments, and says so")
	}
	without("content_wo     = var.content_wo\n")
	return p
}

func (s inlineSource) with(content string) acctest.Variables {
	return with(s.attribute, s.write(content))
}

// wantPlannedHash checks what the plan knows of the content.
func (s inlineSource) wantPlannedHash(p *acctest.Project, content string) {
	p.TB.Helper()
	planned := p.Planned()
	if got := planned.After["content_sha256"]; s.known && got != sum256(content) {
		p.TB.Errorf("content_sha256 is planned as %v", got)
	}
	if !s.known {
		wantUnknown(p.TB, planned, "content_sha256")
	}
}

func TestAccContent(t *testing.T) {
	t.Parallel()
	for _, tt := range inlineSources() {
		t.Run(tt.attribute, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				p := o.in(inline(t, acctest.Mock(t), tt.with(contentA)))
				p.WantPlan(create).WantNoWarning()
				tt.wantPlannedHash(p, contentA)
				p.ApplyPlan().WantSuccess()
				old := wantOnly(p, contentA)
				if got := p.Attributes()["content_wo"]; got != nil {
					t.Errorf("content_wo in the state: %v", got)
				}
				p.WantPlan(noop).WantNoWarning()
				p.Mock.ResetJournal()
				p.Set(tt.with(contentB))
				p.WantPlan(o.action).WantNoWarning()
				tt.wantPlannedHash(p, contentB)
				p.ApplyPlan().WantSuccess()
				wantReplaced(p, contentB, old)
				p.WantPlan(noop)
				wantDestroyed(p)
			})
		})
	}
}

// TestAccContent_binary uploads what isn't text.
func TestAccContent_binary(t *testing.T) {
	t.Parallel()
	content := acctest.Pattern(3000, 51)
	p := inline(t, acctest.Mock(t), acctest.Join(
		with("content_base64", base64.StdEncoding.EncodeToString([]byte(content))), with("filename", "noextension"), with("purpose", "user_data")))
	wantConverged(p, content)
	wantAttributes(p, map[string]any{"mime_type": "application/octet-stream"})
}

// TestAccContent_unknown has content that something makes during apply.
func TestAccContent_unknown(t *testing.T) {
	t.Parallel()
	p := acctest.New(t, acctest.Mock(t), "unknown_content", with("content", contentA))
	p.WantPlan(create)
	wantUnknown(t, p.Planned(), "content_sha256")
	p.ApplyPlan().WantSuccess()
	old := wantOnly(p, contentA)
	p.WantPlan(noop)
	p.Set(with("content", contentB))
	p.WantPlan(replace).WantText("Warning: Content isn't known yet", "Without create_before_destroy the File "+old.ID)
	wantUnknown(t, p.Planned(), "content_sha256")
	p.ApplyPlan().WantSuccess()
	wantReplaced(p, contentB, old)
	p.WantPlan(noop)
	// A pin, or no name, is refused before anything is known.
	p.Set(acctest.Join(with("content", contentC), pin(contentC)))
	p.TryPlan().WantFailure("content_sha256 is for local files")
	p.Set(acctest.Join(with("content", contentC), acctest.Variables{"filename": nil}))
	p.TryPlan().WantFailure("filename is not set")
}

// TestAccContent_ephemeralChanges has another value at apply than in the plan.
func TestAccContent_ephemeralChanges(t *testing.T) {
	t.Parallel()
	p := inline(t, acctest.Mock(t), with("content_wo", contentA))
	p.WantPlan(create)
	p.Set(with("content_wo", contentB))
	p.ApplyPlan().WantSuccess()
	old := wantOnly(p, contentB)
	p.Set(with("content_wo", contentA))
	p.WantPlan(replace)
	p.Set(with("content_wo", contentC))
	p.ApplyPlan().WantSuccess()
	wantReplaced(p, contentC, old)
	p.WantPlan(noop)
}

// TestAccContent_sourceChanges moves the same content from one attribute to the next.
func TestAccContent_sourceChanges(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	p := inline(t, acctest.Mock(t), vars(path))
	file := applied(p)
	for _, s := range inlineSources() {
		if s.attribute == "content_wo" && !p.HasWriteOnly() {
			continue
		}
		p.Set(s.with(contentA))
		p.WantPlan(update)
		p.ApplyPlan().WantSuccess()
		wantKept(p, file)
		p.WantPlan(noop)
	}
	p.Set(vars(path))
	p.WantPlan(update)
	p.ApplyPlan().WantSuccess()
	wantKept(p, file)
	p.WantPlan(noop)
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace)
	wantConverged(p, contentB)
}

// TestAccContent_imported adopts a File by its content or, where OpenAI doesn't let
// that be read, by its size.
func TestAccContent_imported(t *testing.T) {
	t.Parallel()
	for _, tt := range inlineSources() {
		t.Run(tt.attribute, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			file := addFile(mock, nil)
			p := inline(t, mock, tt.with(contentA))
			importFile(p, file)
			p.WantPlan(update).WantNoWarning()
			wantCount(t, mock, openaitest.OpFileContent, 1)
			p.ApplyPlan().WantSuccess()
			wantOnly(p, contentA)
			wantKept(p, file)
			p.WantPlan(noop)
		})
	}
	for _, tt := range []struct {
		name, content, reason string
	}{
		{"another content", contentB, "its content is another"},
		{"another size", "[]\n", "it has 8 bytes, content 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			file := addFile(mock, nil)
			p := inline(t, mock, with("content", tt.content))
			importFile(p, file)
			p.WantPlan(replace).WantText(tt.reason)
			wantConverged(p, tt.content)
		})
	}
	t.Run("unreadable", func(t *testing.T) {
		t.Parallel()
		mock := acctest.Mock(t)
		file := addFile(mock, forBatch(openaitest.BatchFileLifetime))
		p := inline(t, mock, acctest.Join(with("content", contentA), unchecked("batch")))
		importFile(p, file)
		wantAdopted(p, file)
	})
}

// TestAccContent_ignored has a source, or the hash, in ignore_changes.
func TestAccContent_ignored(t *testing.T) {
	t.Parallel()
	for _, tt := range inlineSources() {
		t.Run("hash, "+tt.attribute, func(t *testing.T) {
			t.Parallel()
			p := inline(t, acctest.Mock(t), tt.with(contentA))
			file := applied(p)
			p.Copy("testdata/ignore_hash.tf", "main_override.tf")
			p.Set(tt.with(contentB))
			p.Plan().WantText("Warning: Content is ignored", "File "+file.ID, "remove it from there")
			p.Apply()
			wantNothingSent(t, p.Mock)
			if got := onlyFile(t, p.Mock); got.ID != file.ID {
				t.Errorf("File %s, want %s", got.ID, file.ID)
			}
			p.Remove("main_override.tf")
			wantConverged(p, contentB)
		})
	}
	t.Run("path", func(t *testing.T) {
		t.Parallel()
		p := inline(t, acctest.Mock(t), vars(acctest.WriteFile(t, "a.jsonl", contentA)))
		applied(p)
		p.Copy("testdata/ignore_path.tf", "main_override.tf")
		p.Set(with("content", contentB))
		p.WantPlan(replace)
		wantConverged(p, contentB)
		p.Set(with("content", contentC))
		p.WantPlan(replace)
		wantConverged(p, contentC)
	})
}

// TestAccContent_unreadable can't compare the content for a reason that passes.
func TestAccContent_unreadable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		fault      openaitest.Fault
	}{
		{"forbidden", "not yours", openaitest.Fault{Status: 403, Message: "not yours"}},
		{"a proxy's 400", "400 Bad Request", openaitest.Fault{Status: 400, Body: "<html>no"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			file := addFile(mock, nil)
			p := inline(t, mock, with("content", contentA))
			importFile(p, file)
			tt.fault.Op, tt.fault.Times = openaitest.OpFileContent, -1
			mock.Inject(tt.fault)
			p.TryPlan().WantFailure("Reading the content of the File "+file.ID+" failed", "content = ", tt.text, "Nothing was changed")
			wantNothingSent(t, mock)
			mock.ClearFaults()
			p.WantPlan(update).WantNoWarning()
			p.ApplyPlan().WantSuccess()
			wantKept(p, file)
		})
	}
}

// TestAccContent_refused configures what can't be uploaded.
func TestAccContent_refused(t *testing.T) {
	t.Parallel()
	noName := acctest.Variables{"filename": nil}
	for _, tt := range []struct {
		name  string
		vars  acctest.Variables
		texts []string
	}{
		{"nothing", nil, []string{"path is not set", "with openai_upload.test", "one of content, content_base64 and content_wo"}},
		{"two", acctest.Join(with("content", contentA), with("content_base64", "e30=")), []string{"content and content_base64 are both set", "Remove the others"}},
		{"file and content", vars("a.jsonl", with("content_wo", contentA)), []string{"path and content_wo are both set"}},
		{"no name", acctest.Join(with("content", contentA), noName), []string{"filename is not set", "Without path"}},
		{"no name either", acctest.Join(with("content_wo", contentA), noName), []string{"filename is not set"}},
		{"pinned", acctest.Join(with("content", contentA), pin(contentA)), []string{"content_sha256 is for local files", "remove content_sha256"}},
		{"no Base64", with("content_base64", "{}"), []string{"content_base64 is not Base64", "Nothing was sent"}},
		{"empty", with("content", ""), []string{"content string length must be at least 1"}},
		{"empty Base64", with("content_base64", ""), []string{"content_base64 string length must be at least 1"}},
		{"empty, write-only", with("content_wo", ""), []string{"content_wo string length must be at least 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := inline(t, acctest.Mock(t), tt.vars)
			p.TryPlan().WantFailure(tt.texts...)
			acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
		})
	}
}

// TestAccContent_uploadRefused reports a refusal on the attribute that it is about.
func TestAccContent_uploadRefused(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := inline(t, mock, with("content", contentA))
	mock.Inject(openaitest.Fault{
		Op: openaitest.OpCreateUpload, Status: 400,
		Body: `{"error":{"message":"too small","type":"invalid_request_error","param":"bytes","code":null}}`,
	})
	p.TryApply().WantFailure(`Uploading "a.jsonl" failed`, "content = ", "too small", "Nothing is left at OpenAI")
	wantNoState(p)
}

// TestAccContent_secret keeps write-only content out of everything that is written.
func TestAccContent_secret(t *testing.T) {
	t.Parallel()
	p := inline(t, acctest.Mock(t), with("content_wo", marker))
	p.Setenv("TF_LOG_PATH=")
	wantSecret(t, "plan's log", p.Plan().Output)
	wantSecret(t, "the plan as JSON", p.MustRun("show", "-json", "plan.bin").Output)
	wantSecret(t, "the plan", p.PlanFile())
	wantSecret(t, "apply's log", p.ApplyPlan().WantSuccess().Output)
	wantSecret(t, "the state", p.Read("terraform.tfstate"))
	wantOnly(p, marker)
	wantSecret(t, "destroy's log", p.Destroy().WantSuccess().Output)
}
