// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// notPlanned is the summary where Delete refuses to give a File up.
const notPlanned = "Local file is no longer what was planned"

// TestAccReplacement_filesha256 pins what is there when Terraform looks, and
// then the file changes or vanishes between plan and apply (rows 1 and 2).
func TestAccReplacement_filesha256(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		content string // None for a file that vanishes.
		text    string
		core    string // A pattern of the CLI's own message.
	}{
		{"changed", contentC, "is now " + sum256(contentC) + "; " + sum256(contentB) + " was planned", "inconsistent"},
		{"reverted", contentA, "is now " + sum256(contentA), "inconsistent"},
		{"vanished", "", "There is no file at", "no file exists at|no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				path := acctest.WriteFile(t, "a.jsonl", contentA)
				p := o.in(acctest.New(t, acctest.Mock(t), "pinned_by_function", vars(path)))
				old := applied(p)
				acctest.Rewrite(t, path, contentB)
				p.WantPlan(o.action)
				acctest.Rewrite(t, path, tt.content)
				if tt.content == "" {
					acctest.Remove(t, path)
				}
				out := p.ApplyPlan()
				if o.createFirst() {
					out.WantFailure().WantMatch(tt.core).WantNoText(notPlanned)
				} else {
					out.WantFailure(notPlanned, tt.text, "File "+old.ID+", which was therefore not deleted")
				}
				wantKept(p, old)
				acctest.Rewrite(t, path, contentC)
				wantConverged(p, contentC)
			})
		})
	}
}

// TestAccReplacement_interactive changes the file while Terraform waits for "yes".
func TestAccReplacement_interactive(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", contentA)
		p := o.in(acctest.New(t, acctest.Mock(t), "pinned_by_function", vars(path)))
		old := applied(p)
		acctest.Rewrite(t, path, contentB)
		answer, ask := io.Pipe()
		cli := p.StartWithInput(answer, "apply", "-no-color")
		acctest.Eventually(t, "Terraform asks", func() bool { return strings.Contains(cli.Output(), "Enter a value:") })
		acctest.Rewrite(t, path, contentC)
		if _, err := io.WriteString(ask, "yes\n"); err != nil {
			t.Fatal(err)
		}
		_ = ask.Close()
		o.wantFailure(t, cli.Wait(), []string{notPlanned}, []string{"inconsistent"})
		wantKept(p, old)
		wantConverged(p, contentC)
	})
}

// TestAccReplacement_literalPin spoils the pinned file after the plan (row 3).
func TestAccReplacement_literalPin(t *testing.T) {
	t.Parallel()
	reverted := unusableFile{
		name: "reverted", spoil: func(path string) { acctest.Rewrite(t, path, contentA) }, message: sum256(contentA),
	}
	for _, tt := range append(unusableByRule(t), reverted) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				p, path := uploadedProject(t, pin(contentA))
				o.in(p)
				old := onlyFile(t, p.Mock)
				acctest.Rewrite(t, path, contentB)
				p.Set(vars(path, pin(contentB)))
				p.WantPlan(o.action)
				acctest.Remove(t, path)
				tt.spoil(path)
				summary := "File can't be uploaded"
				if tt.name == reverted.name {
					summary = "Content doesn't match content_sha256"
				}
				o.wantFailure(t, p.ApplyPlan(),
					[]string{notPlanned, tt.message, "was therefore not deleted"},
					[]string{summary, tt.message, "Nothing was sent"})
				wantKept(p, old)
				restore(t, path, contentB)
				wantConverged(p, contentB)
			})
		})
	}
}

// TestAccReplacement_pinnedAndForced replaces a File whose local file isn't the
// pinned one for a reason that only Terraform knows (row 4).
func TestAccReplacement_pinnedAndForced(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", contentA)
		pinned := func(content, trigger string) acctest.Variables {
			return vars(path, pin(content), with("trigger", trigger))
		}
		p := o.in(acctest.New(t, acctest.Mock(t), "pinned_and_triggered", pinned(contentA, "one")))
		old := applied(p)
		acctest.Rewrite(t, path, contentB)
		refused := []string{"Content doesn't match content_sha256", "was left as it is"}
		p.TryPlan("-replace=" + address).WantFailure(refused...)
		p.TryApply("-replace=" + address).WantFailure(refused...)
		p.Set(pinned(contentA, "two"))
		p.TryPlan().WantFailure(refused...)
		wantKept(p, old)
		p.Set(pinned(contentB, "two"))
		wantConverged(p, contentB)
	})
}

// TestAccReplacement_newPinUnusable pins what can't be at the path (row 5).
func TestAccReplacement_newPinUnusable(t *testing.T) {
	t.Parallel()
	for _, tt := range unusableByRule(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				p, path := uploadedProject(t, pin(contentA))
				o.in(p)
				old := onlyFile(t, p.Mock)
				acctest.Remove(t, path)
				tt.spoil(path)
				p.Set(vars(path, pin(contentB)))
				if tt.mayBeMade {
					p.WantPlan(o.action).WantText("No usable file yet", tt.message, "Without create_before_destroy the File "+old.ID)
				} else {
					p.TryPlan().WantFailure("No usable file for the replacement", tt.message)
				}
				wantKept(p, old)
				restore(t, path, contentB)
				wantConverged(p, contentB)
			})
		})
	}
}

// TestAccReplacement_generated has the file written during apply, at the path
// where the old content still is (row 6).
func TestAccReplacement_generated(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "a.jsonl")
		p := o.in(acctest.New(t, acctest.Mock(t), "generated", vars(path, with("content", contentA))))
		p.WantPlan(create).WantText("No usable file yet")
		wantConverged(p, contentA)
		p.Set(vars(path, with("content", contentB)))
		old := onlyFile(t, p.Mock)
		p.WantPlan(o.action).WantText("Warning: Local file still has the old content", "Something has to write the new content", "File "+old.ID)
		wantConverged(p, contentB)
		// A clean checkout.
		acctest.Remove(t, path)
		p.WantPlan(noop)
		p.Set(vars(path, with("content", contentC)))
		p.WantPlan(o.action).WantText("No usable file yet")
		wantConverged(p, contentC)
		// Neither the old content nor the pinned one: nothing is about to be right.
		acctest.Rewrite(t, path, "[]\n")
		p.Set(vars(path, with("content", contentA)))
		p.TryPlan().WantFailure("Content doesn't match content_sha256")
	})
}

// TestAccReplacement_generatorWrong has the generator write other content than
// the pin says: what can be lost without create_before_destroy, and isn't with it.
func TestAccReplacement_generatorWrong(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", contentA)
		p := o.in(acctest.New(t, acctest.Mock(t), "generated", vars(path, with("content", contentA))))
		old := applied(p)
		p.Set(vars(path, with("content", contentB), with("written", contentC)))
		out := p.TryApply()
		out.WantFailure("Content doesn't match content_sha256", "Nothing was sent")
		if o.createFirst() {
			out.WantNoText("had been deleted")
			wantKept(p, old)
		} else {
			out.WantText("The File "+old.ID+", which this upload was to replace, had been deleted before it", "create_before_destroy = true")
			acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{openaitest.OpGetFile: 1, openaitest.OpDeleteFile: 1})
		}
		acctest.Rewrite(t, path, contentB)
		wantConverged(p, contentB)
	})
}

// TestAccReplacement_triggered replaces an unpinned File because of what
// generates the local file (row 14).
func TestAccReplacement_triggered(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "a.jsonl")
		p := o.in(acctest.New(t, acctest.Mock(t), "triggered", vars(path, with("content", contentA))))
		wantConverged(p, contentA)
		p.Set(vars(path, with("content", contentB)))
		p.WantPlan(o.action)
		wantConverged(p, contentB)
	})
	// Without the trigger the plan knows nothing of the change yet: two applies.
	t.Run("withoutTrigger", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "a.jsonl")
		unpinned := func(content string) acctest.Variables {
			return vars(path, with("content", content), acctest.Variables{"pinned": acctest.Bool(false)})
		}
		p := acctest.New(t, acctest.Mock(t), "generated", unpinned(contentA))
		p.Apply().WantText("No usable file yet")
		wantConverged(p, contentA)
		p.Set(unpinned(contentB))
		p.WantPlan(noop)
		p.Apply()
		wantOnly(p, contentA)
		p.WantPlan(replace)
		wantConverged(p, contentB)
	})
}

// TestAccReplacement_createRefused says what a refused replacement cost (row 13).
func TestAccReplacement_createRefused(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		p, path := uploadedProject(t)
		o.in(p)
		old := onlyFile(t, p.Mock)
		acctest.Rewrite(t, path, contentB)
		p.Mock.Inject(openaitest.Fault{
			Op: openaitest.OpCreateUpload, Status: 400,
			Body: `{"error":{"message":"no such luck","type":"invalid_request_error","param":"purpose","code":null}}`,
		})
		out := p.TryApply()
		out.WantFailure("Uploading", "with openai_upload.test,", "purpose = ", "no such luck", "Nothing is left at OpenAI")
		if o.createFirst() {
			out.WantNoText("had been deleted")
			onlyFile(t, p.Mock)
		} else {
			out.WantText("The File "+old.ID+", which this upload was to replace, had been deleted before it", "create_before_destroy = true")
		}
		wantConverged(p, contentB)
		// A later upload replaces nothing that is gone.
		p.Mock.RemoveFile(onlyFile(t, p.Mock).ID)
		p.Mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Status: 400, Message: "no such luck"})
		p.TryApply().WantNoText("had been deleted")
	})
}

// TestAccReplacement_tainted has no private state of the File: Delete looks at
// what the plan of the new upload noted.
func TestAccReplacement_tainted(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		p, path := uploadedProject(t)
		o.in(p)
		old := onlyFile(t, p.Mock)
		p.MustRun("taint", "-no-color", address)
		p.WantPlan(o.action)
		acctest.Remove(t, path)
		p.ApplyPlan().WantFailure("there is no file at")
		wantKept(p, old)
		p.Set(vars(path, pin(contentA)))
		acctest.Rewrite(t, path, contentB)
		o.wantFailure(t, p.TryApply(), []string{notPlanned}, []string{"Content doesn't match content_sha256"})
		wantKept(p, old)
		acctest.Rewrite(t, path, contentA)
		wantConverged(p, contentA)
	})
}

// TestAccReplacement_taintedGenerated has the file of a tainted resource made
// during apply, and absent in a clean checkout.
func TestAccReplacement_taintedGenerated(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "a.jsonl")
		unpinned := func(content string) acctest.Variables {
			return vars(path, with("content", content), acctest.Variables{"pinned": acctest.Bool(false)})
		}
		p := o.in(acctest.New(t, acctest.Mock(t), "generated", unpinned(contentA)))
		wantConverged(p, contentA)
		p.MustRun("taint", "-no-color", address)
		acctest.Remove(t, path)
		p.Set(unpinned(contentB))
		p.WantPlan(o.action).WantText("No usable file yet")
		wantConverged(p, contentB)
	})
}

// TestAccReplacement_othersDeletion fails to upload a new File like one that was
// replaced in the same run: that isn't blamed for it.
func TestAccReplacement_othersDeletion(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	p := acctest.New(t, acctest.Mock(t), "two_alike", vars(path, with("second", "")))
	p.Apply()
	p.Set(vars(acctest.WriteFile(t, "b.jsonl", contentB), with("second", path+".none")))
	p.TryApply().WantFailure("There is no file at").WantNoText("had been deleted")
}
