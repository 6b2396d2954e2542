// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const contentC = "{\"c\":3}\n"

// order is Terraform's order of a replacement.
type order struct {
	name string
	// createFirst stands for create_before_destroy.
	createFirst bool
}

// inBothOrders runs a test with and without create_before_destroy.
func inBothOrders(t *testing.T, f func(t *testing.T, o order)) {
	t.Helper()
	for _, o := range []order{{"deleteFirst", false}, {"createFirst", true}} {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			f(t, o)
		})
	}
}

// actions are those of a planned replacement.
func (o order) actions() []string {
	if o.createFirst {
		return []string{"create", "delete"}
	}
	return replaces()
}

// error is the message for an apply that is stopped in this order.
func (o order) error(deleteFirst, createFirst string) string {
	if o.createFirst {
		return createFirst
	}
	return deleteFirst
}

// sessionIn makes a session of a configuration below testdata, with exactly
// these variables.
func sessionIn(t *testing.T, mock *openaitest.Server, dir string, v acctest.Variables) *session {
	t.Helper()
	hcl, err := os.ReadFile("testdata/" + dir + "/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	s := newSessionOf(t, mock, string(hcl))
	s.setOnly(v)
	return s
}

// setOnly replaces the variables' values, without those that point at the mock.
func (s *session) setOnly(v acctest.Variables) {
	s.t.Helper()
	values, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("terraform.tfvars.json", string(values))
}

// override adds an override file from testdata.
func (s *session) override(name string) {
	s.t.Helper()
	hcl, err := os.ReadFile("testdata/" + name)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("main_override.tf", string(hcl))
}

// in sets the order of replacements.
func (s *session) in(o order) *session {
	s.t.Helper()
	if o.createFirst {
		s.override("create_before_destroy.tf")
	}
	return s
}

// wantKept checks that the File is the one there was, that nothing was deleted
// or sent since the journal was reset, and that the state has it.
func (s *session) wantKept(old openaitest.File) {
	s.t.Helper()
	wantNothingSent(s.t, s.mock)
	if got := onlyFile(s.t, s.mock); got.ID != old.ID {
		s.t.Errorf("File %s, want %s", got.ID, old.ID)
	}
	if got := s.state().attributes()["file_id"]; got != old.ID {
		s.t.Errorf("File %v in the state, want %s", got, old.ID)
	}
}

// wantConverged applies, and checks that content is what is there, and a quiet plan.
func (s *session) wantConverged(content string) {
	s.t.Helper()
	s.apply()
	s.wantOnly(content)
	s.wantPlan(noop())
}

// TestAccReplacement_filesha256 pins what is there when Terraform looks, and
// then the file changes or vanishes between plan and apply (rows 1 and 2).
func TestAccReplacement_filesha256(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		// back is what makes it converge.
		text string
	}{
		{"changed", func(t *testing.T, path string) { t.Helper(); acctest.Rewrite(t, path, []byte(contentC)) }, "is now " + sum256([]byte(contentC)) + "; " + sum256([]byte(contentB)) + " was planned"},
		{"reverted", func(t *testing.T, path string) { t.Helper(); acctest.Rewrite(t, path, []byte(contentA)) }, "is now " + sum256([]byte(contentA))},
		{"vanished", func(t *testing.T, path string) { t.Helper(); acctest.Remove(t, path) }, "There is no file at"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
				s := sessionIn(t, openaitest.Start(t), "pinned_by_function", vars(path)).in(o)
				s.apply()
				old := onlyFile(t, s.mock)
				acctest.Rewrite(t, path, []byte(contentB))
				s.wantPlan(o.actions())
				s.mock.ResetJournal()
				tt.spoil(t, path)
				wantFailure(t, s.applyPlan(), o.error(
					"Local file is no longer what was planned[\\s\\S]*"+tt.text+"[\\s\\S]*File "+old.ID+", which was therefore not deleted",
					"inconsistent|no file exists at|no such file"))
				s.wantKept(old)
				acctest.Rewrite(t, path, []byte(contentC))
				s.wantConverged(contentC)
			})
		})
	}
}

// TestAccReplacement_interactive changes the file while Terraform waits for "yes".
func TestAccReplacement_interactive(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
		s := sessionIn(t, openaitest.Start(t), "pinned_by_function", vars(path)).in(o)
		s.apply()
		old := onlyFile(t, s.mock)
		s.mock.ResetJournal()
		acctest.Rewrite(t, path, []byte(contentB))
		answer, ask := io.Pipe()
		p := s.StartWithInput(t, answer, "apply", "-no-color")
		acctest.Eventually(t, "Terraform asks", func() bool { return strings.Contains(p.Output(), "Enter a value:") })
		acctest.Rewrite(t, path, []byte(contentC))
		if _, err := io.WriteString(ask, "yes\n"); err != nil {
			t.Fatal(err)
		}
		_ = ask.Close()
		wantFailure(t, p.Wait(t), o.error("Local file is no longer what was planned", "inconsistent"))
		s.wantKept(old)
		s.wantConverged(contentC)
	})
}

// TestAccReplacement_literalPin spoils the pinned file after the plan (row 3).
func TestAccReplacement_literalPin(t *testing.T) {
	t.Parallel()
	cases := unusable(t)
	cases["reverted"] = struct {
		spoil   func(path string)
		message string
	}{func(path string) { acctest.Rewrite(t, path, []byte(contentA)) }, sum256([]byte(contentA))}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				s, path := uploadedSession(t, pin(contentA))
				s.in(o)
				old := onlyFile(t, s.mock)
				acctest.Rewrite(t, path, []byte(contentB))
				s.set(vars(path, pin(contentB)))
				s.wantPlan(o.actions())
				acctest.Remove(t, path)
				c.spoil(path)
				wantFailure(t, s.applyPlan(), o.error(
					"Local file is no longer what was planned[\\s\\S]*"+c.message+"[\\s\\S]*was therefore not deleted",
					"(File can't be uploaded|Content doesn't match content_sha256)[\\s\\S]*"+c.message+"[\\s\\S]*Nothing was sent"))
				s.wantKept(old)
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
				acctest.Rewrite(t, path, []byte(contentB))
				s.wantConverged(contentB)
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
		path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
		pinned := func(content, trigger string) acctest.Variables {
			return vars(path, pin(content), with("trigger", trigger))
		}
		s := sessionIn(t, openaitest.Start(t), "pinned_and_triggered", pinned(contentA, "one")).in(o)
		s.apply()
		old := onlyFile(t, s.mock)
		s.mock.ResetJournal()
		acctest.Rewrite(t, path, []byte(contentB))
		const refused = "Content doesn't match content_sha256[\\s\\S]*was left as it is"
		s.wantPlanError(refused, "-replace="+address)
		wantFailure(t, s.Apply(t, "-replace="+address), refused)
		s.setOnly(pinned(contentA, "two"))
		s.wantPlanError(refused)
		s.wantKept(old)
		s.setOnly(pinned(contentB, "two"))
		s.wantConverged(contentB)
	})
}

// TestAccReplacement_newPinUnusable pins what can't be at the path (row 5).
func TestAccReplacement_newPinUnusable(t *testing.T) {
	t.Parallel()
	for name, c := range unusable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				s, path := uploadedSession(t, pin(contentA))
				s.in(o)
				old := onlyFile(t, s.mock)
				acctest.Remove(t, path)
				c.spoil(path)
				s.set(vars(path, pin(contentB)))
				switch name {
				case "absent", "unreadable":
					wantText(t, s.wantPlan(o.actions()).output, "No usable file yet[\\s\\S]*"+c.message+"[\\s\\S]*Without create_before_destroy the File "+old.ID)
				default:
					s.wantPlanError("No usable file for the replacement[\\s\\S]*" + c.message)
				}
				s.wantKept(old)
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
				acctest.Rewrite(t, path, []byte(contentB))
				s.wantConverged(contentB)
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
		path := acctest.WriteFile(t, "a.jsonl", nil)
		acctest.Remove(t, path)
		s := sessionIn(t, openaitest.Start(t), "generated", vars(path, with("content", contentA))).in(o)
		wantText(t, s.wantPlan(create()).output, "No usable file yet")
		s.wantConverged(contentA)
		s.setOnly(vars(path, with("content", contentB)))
		old := onlyFile(t, s.mock)
		wantText(t, s.wantPlan(o.actions()).output, "Warning: Local file still has the old content[\\s\\S]*Something has to write the new content[\\s\\S]*File "+old.ID)
		s.wantConverged(contentB)
		// A clean checkout.
		acctest.Remove(t, path)
		s.wantPlan(noop())
		s.setOnly(vars(path, with("content", contentC)))
		wantText(t, s.wantPlan(o.actions()).output, "No usable file yet")
		s.wantConverged(contentC)
		// Neither the old content nor the pinned one: nothing is about to be right.
		acctest.Rewrite(t, path, []byte("[]\n"))
		s.setOnly(vars(path, with("content", contentA)))
		s.wantPlanError("Content doesn't match content_sha256")
	})
}

// TestAccReplacement_generatorWrong has the generator write other content than
// the pin says: what can be lost without create_before_destroy, and isn't with it.
func TestAccReplacement_generatorWrong(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
		s := sessionIn(t, openaitest.Start(t), "generated", vars(path, with("content", contentA))).in(o)
		s.apply()
		old := onlyFile(t, s.mock)
		s.mock.ResetJournal()
		s.setOnly(vars(path, with("content", contentB), with("written", contentC)))
		out := s.Apply(t)
		wantFailure(t, out, "Content doesn't match content_sha256[\\s\\S]*Nothing was sent")
		if o.createFirst {
			wantNoText(t, out.Output, "had been deleted")
			s.wantKept(old)
		} else {
			wantText(t, out.Output, "The File "+old.ID+", which this upload was to replace, had been deleted before it[\\s\\S]*create_before_destroy = true")
			wantRequests(t, s.mock, map[openaitest.Op]int{openaitest.OpGetFile: 1, openaitest.OpDeleteFile: 1})
		}
		acctest.Rewrite(t, path, []byte(contentB))
		s.wantConverged(contentB)
	})
}

// TestAccReplacement_triggered replaces an unpinned File because of what
// generates the local file (row 14).
func TestAccReplacement_triggered(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", nil)
		acctest.Remove(t, path)
		s := sessionIn(t, openaitest.Start(t), "triggered", vars(path, with("content", contentA))).in(o)
		s.wantConverged(contentA)
		s.setOnly(vars(path, with("content", contentB)))
		s.wantPlan(o.actions())
		s.wantConverged(contentB)
	})
	// Without the trigger the plan knows nothing of the change yet: two applies.
	t.Run("withoutTrigger", func(t *testing.T) {
		t.Parallel()
		path := acctest.WriteFile(t, "a.jsonl", nil)
		acctest.Remove(t, path)
		unpinned := func(content string) acctest.Variables {
			return vars(path, with("content", content), acctest.Variables{"pinned": acctest.Bool(false)})
		}
		s := sessionIn(t, openaitest.Start(t), "generated", unpinned(contentA))
		s.wantConverged(contentA)
		s.setOnly(unpinned(contentB))
		s.wantPlan(noop())
		s.apply()
		s.wantOnly(contentA)
		s.wantPlan(replaces())
		s.wantConverged(contentB)
	})
}

// TestAccReplacement_createRefused says what a refused replacement cost (row 13).
func TestAccReplacement_createRefused(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		s, path := uploadedSession(t)
		s.in(o)
		old := onlyFile(t, s.mock)
		acctest.Rewrite(t, path, []byte(contentB))
		s.mock.Inject(openaitest.Fault{
			Op: openaitest.OpCreateUpload, Status: 400,
			Body: `{"error":{"message":"no such luck","type":"invalid_request_error","param":"purpose","code":null}}`,
		})
		out := s.Apply(t)
		wantFailure(t, out, `Uploading[\s\S]*with openai_upload.test,[\s\S]*purpose = [\s\S]*no such luck[\s\S]*Nothing is left at OpenAI`)
		if o.createFirst {
			wantNoText(t, out.Output, "had been deleted")
			onlyFile(t, s.mock)
		} else {
			wantText(t, out.Output, "The File "+old.ID+", which this upload was to replace, had been deleted before it[\\s\\S]*create_before_destroy = true")
		}
		s.wantConverged(contentB)
		// A later upload replaces nothing that is gone.
		s.mock.RemoveFile(onlyFile(t, s.mock).ID)
		s.mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Status: 400, Message: "no such luck"})
		wantNoText(t, s.Apply(t).Output, "had been deleted")
	})
}

// TestAccReplacement_tainted has no private state of the File: Delete looks at
// what the plan of the new upload noted.
func TestAccReplacement_tainted(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		s, path := uploadedSession(t)
		s.in(o)
		old := onlyFile(t, s.mock)
		s.MustRun(t, "taint", "-no-color", address)
		s.wantPlan(o.actions())
		acctest.Remove(t, path)
		wantFailure(t, s.applyPlan(), "there is no file at")
		s.wantKept(old)
		s.set(vars(path, pin(contentA)))
		acctest.Rewrite(t, path, []byte(contentB))
		wantFailure(t, s.Apply(t), o.error("Local file is no longer what was planned", "Content doesn't match content_sha256"))
		s.wantKept(old)
		acctest.Rewrite(t, path, []byte(contentA))
		s.wantConverged(contentA)
	})
}

// TestAccReplacement_taintedGenerated has the file of a tainted resource made
// during apply, and absent in a clean checkout.
func TestAccReplacement_taintedGenerated(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", nil)
		acctest.Remove(t, path)
		unpinned := func(content string) acctest.Variables {
			return vars(path, with("content", content), acctest.Variables{"pinned": acctest.Bool(false)})
		}
		s := sessionIn(t, openaitest.Start(t), "generated", unpinned(contentA)).in(o)
		s.wantConverged(contentA)
		s.MustRun(t, "taint", "-no-color", address)
		acctest.Remove(t, path)
		s.setOnly(unpinned(contentB))
		wantText(t, s.wantPlan(o.actions()).output, "No usable file yet")
		s.wantConverged(contentB)
	})
}

// TestAccReplacement_othersDeletion fails to upload a new File like one that was
// replaced in the same run: that isn't blamed for it.
func TestAccReplacement_othersDeletion(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s := sessionIn(t, openaitest.Start(t), "two_alike", vars(path, with("second", "")))
	s.apply()
	s.setOnly(vars(acctest.WriteFile(t, "b.jsonl", []byte(contentB)), with("second", path+".none")))
	out := s.Apply(t)
	wantFailure(t, out, "There is no file at")
	wantNoText(t, out.Output, "had been deleted")
}
