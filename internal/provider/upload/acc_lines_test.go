// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
)

// request is a line of a batch.
func request(id string) string {
	return fmt.Sprintf(`{"custom_id":%q,"method":"POST","url":"/v1/responses","body":{"model":"some-model"}}`, id) + "\n"
}

// badRequest is one without its method.
func badRequest(id string) string {
	return strings.Replace(request(id), `"method":"POST",`, "", 1)
}

// batch is a project that uploads content for batches.
func batch(tb testing.TB, content string, more ...acctest.Variables) (p *acctest.Project, path string) {
	tb.Helper()
	path = acctest.WriteFile(tb, "a.jsonl", content)
	return acctest.New(tb, acctest.Mock(tb), "upload", vars(path, append([]acctest.Variables{with("purpose", "batch")}, more...)...)), path
}

// TestAccLines has bad lines in what is to be uploaded.
func TestAccLines(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(badRequest("a"), 12)
	for _, tt := range []struct {
		name, purpose, content string
		texts                  []string
	}{
		{"member", "batch", request("a") + badRequest("b"), []string{
			"(lines: 2, errors: 1, warnings: 0)", "line 2, column 1: missing_required_parameter", `wanted method: "POST"`,
		}},
		{"JSON", "batch", request("a") + "{\"custom_id\":}\n", []string{"line 2, column 14: invalid_json_line: found", "wanted a JSON object on each line"}},
		{"twice", "batch", request("a") + request("a"), []string{"line 2", `duplicate_custom_id: found "a"`, "line 1"}},
		{"many", "batch", many, []string{"line 1, column 1:", "and 13 more"}},
		{"dictionary", "fine-tune", "[1]\n", []string{"line 1, column 1: data_type: found a list"}},
		{"messages", "fine-tune", "{\"a\":1}\n", []string{"line 1, column 1: missing_messages_list"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := batch(t, tt.content, with("purpose", tt.purpose))
			title := fmt.Sprintf("The content isn't usable for the purpose %q", tt.purpose)
			out := p.TryPlan().WantFailure(append([]string{title, "path = var.path", fmt.Sprintf("%q, checked", path)}, tt.texts...)...)
			out.WantText("Nothing was sent", "preflight = false", "-refresh=false")
			if n := p.Mock.Connections(); n != 0 {
				t.Errorf("%d connections", n)
			}
			p.Set(vars(path, unchecked(tt.purpose)))
			p.Apply()
			if got := onlyFile(t, p.Mock); string(got.Content) != tt.content {
				t.Errorf("uploaded was %q", got.Content)
			}
			// What is uploaded isn't checked.
			p.Set(vars(path, with("purpose", tt.purpose)))
			p.WantPlan(update).WantNoWarning()
			p.Apply()
			p.WantPlan(noop).WantNoWarning()
		})
	}
}

// TestAccLines_doubtful warns about what may be refused, once.
func TestAccLines_doubtful(t *testing.T) {
	t.Parallel()
	const example = `{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}` + "\n"
	p, path := batch(t, example, with("purpose", "fine-tune"))
	p.WantPlan(create).WantText(`Warning: The content may not be usable for the purpose "fine-tune"`, "(lines: 1, errors: 0, warnings: 1)", "too_few_examples")
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop).WantNoWarning()
	acctest.Rewrite(t, path, strings.Repeat(example, 2))
	p.WantPlan(replace).WantText("Warning: The content may not be usable", "(lines: 2,")
	acctest.Rewrite(t, path, strings.Repeat(example, 10))
	p.WantPlan(replace).WantNoWarning()
	wantConverged(p, strings.Repeat(example, 10))
}

// TestAccLines_replacement keeps the File that bad lines were to replace.
func TestAccLines_replacement(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		p, path := batch(t, request("a"))
		o.in(p)
		old := applied(p)
		acctest.Rewrite(t, path, badRequest("a"))
		p.TryPlan().WantFailure("The content isn't usable", "line 1", "The File "+old.ID+" was left as it is")
		wantKept(p, old)
		// A replacement that Terraform decides on has no content of its own.
		acctest.Rewrite(t, path, request("a"))
		p.Plan("-detailed-exitcode")
		acctest.Rewrite(t, path, request("b"))
		p.WantPlan(o.action).WantNoWarning()
		// Spoilt after the plan.
		acctest.Rewrite(t, path, badRequest("c"))
		out := p.ApplyPlan()
		o.wantFailure(t, out, []string{"The content isn't usable", "which was therefore not deleted"}, []string{"The content isn't usable", "Nothing was sent"})
		wantKept(p, old)
		acctest.Rewrite(t, path, request("d"))
		wantConverged(p, request("d"))
	})
}

// TestAccLines_forced replaces a File whose lines were never checked.
func TestAccLines_forced(t *testing.T) {
	t.Parallel()
	p, path := batch(t, badRequest("a"), unchecked("batch"))
	old := applied(p)
	p.Set(vars(path, with("purpose", "batch")))
	p.TryPlan("-replace="+address).WantFailure("The content isn't usable", "The File "+old.ID+" was left as it is")
	wantKept(p, old)
}

// TestAccLines_madeLate has a file that something makes during the apply.
func TestAccLines_madeLate(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", "")
	acctest.Remove(t, path)
	p := acctest.New(t, acctest.Mock(t), "generated", acctest.Variables{
		"path": acctest.String(path), "content": acctest.String(badRequest("a")), "purpose": acctest.String("batch"),
	})
	p.TryApply().WantFailure("The content isn't usable", "line 1, column 1: missing_required_parameter", "Nothing was sent")
	wantNothingSent(t, p.Mock)
	wantNoState(p)
	p.Set(acctest.Variables{"path": acctest.String(path), "content": acctest.String(request("a")), "purpose": acctest.String("batch")})
	wantConverged(p, request("a"))
}

// TestAccLines_inline has them in the configuration.
func TestAccLines_inline(t *testing.T) {
	t.Parallel()
	const quoted = `found "GET"`
	content := strings.Replace(request("a"), "POST", "GET", 1)
	for _, tt := range inlineSources() {
		t.Run(tt.attribute, func(t *testing.T) {
			t.Parallel()
			p := inline(t, acctest.Mock(t), acctest.Join(tt.with(request("a")), with("purpose", "batch")))
			old := applied(p)
			p.Set(acctest.Join(tt.with(content), with("purpose", "batch")))
			out := p.TryPlan().WantFailure("The content isn't usable", tt.attribute+" ", tt.attribute+", checked", "line 1, column", "The File "+old.ID+" was left as it is")
			if tt.attribute == "content_wo" {
				out.WantNoText("GET")
			} else {
				out.WantText(quoted)
			}
			wantKept(p, old)
			p.Set(acctest.Join(tt.with(content), unchecked("batch")))
			wantConverged(p, content)
		})
	}
}

// TestAccLines_secret looks for the content where it has no place.
func TestAccLines_secret(t *testing.T) {
	t.Parallel()
	const hidden = "what nobody but the file has, and which is longer than what a message quotes"
	p, path := batch(t, strings.Replace(badRequest("b"), "some-model", hidden, 1))
	p.Setenv("TF_LOG_PATH=")
	p.TryPlan().WantFailure("missing_required_parameter").WantNoText(hidden[:20])
	acctest.Rewrite(t, path, request("a")+strings.Replace(request("b"), "some-model", hidden, 1))
	p.TryPlan().WantFailure("model_mismatch").WantNoText(hidden)
	acctest.Rewrite(t, path, strings.Replace(request("b"), "some-model", hidden, 1))
	p.Apply().WantNoText(hidden[:20])
	if strings.Contains(p.Read("terraform.tfstate"), hidden[:20]) {
		t.Error("the state has some of the content")
	}
}

// TestAccLines_log looks for what messages quote in the provider's log.
func TestAccLines_log(t *testing.T) {
	t.Parallel()
	const hidden = "quoted-in-messages"
	p, _ := batch(t, request("a")+strings.Replace(request("b"), "some-model", hidden, 1))
	p.TryPlan().WantFailure("model_mismatch", hidden)
	log := p.Read(acctest.TraceLog)
	if strings.Contains(log, hidden) {
		t.Error("the log has some of the content")
	}
	if !strings.Contains(log, "provider.terraform-provider-openai") {
		t.Error("the provider logged nothing")
	}
}

// TestAccLines_quietPlanDoesNotRead is [TestAccCache_quietPlanDoesNotRead] for a file whose lines
// were checked.
func TestAccLines_quietPlanDoesNotRead(t *testing.T) {
	t.Parallel()
	p, path := batch(t, request("a"))
	p.Apply()
	forge(p)
	p.WantPlan(noop).WantNoWarning()
	p.WantPlan(noop, "-refresh=false")
	chtimes(t, path, time.Now().Add(-time.Minute))
	p.WantPlan(replace)
}

// TestAccLines_unknownPreflight decides during the apply whether the lines are checked.
func TestAccLines_unknownPreflight(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", badRequest("a"))
	p := acctest.New(t, acctest.Mock(t), "unknown_preflight", vars(path, withBool("preflight", false)))
	p.WantPlan(create).WantNoWarning()
	p.ApplyPlan().WantSuccess()
	old := onlyFile(t, p.Mock)
	p.Set(vars(path, withBool("preflight", true)))
	acctest.Rewrite(t, path, badRequest("b"))
	p.WantPlan(replace)
	p.ApplyPlan().WantFailure("The content isn't usable")
	if got := onlyFile(t, p.Mock); got.ID != old.ID {
		t.Errorf("the File is %s, want %s", got.ID, old.ID)
	}
}
