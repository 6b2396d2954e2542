// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const (
	contentA = "{\"a\":1}\n"
	contentB = "{\"b\":2}\n"
)

func pin(content string) acctest.Variables { return with("content_sha256", sum256([]byte(content))) }

// TestAccPin_newWrongContent has other content at the path than is pinned: a
// warning, as something may still make it, and then nothing is sent (row 12).
func TestAccPin_newWrongContent(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s := newSession(t, mock, vars(path, pin(contentB)))
	const warning = "Warning: Local file has other content than content_sha256"
	wantText(t, s.wantPlan(create()).output, warning)
	out := s.applyPlan()
	wantFailure(t, out, "Content doesn't match content_sha256[\\s\\S]*"+sum256([]byte(contentA))+"[\\s\\S]*Nothing was sent")
	wantNoText(t, out.Output, "had been deleted")
	wantRequests(t, mock, map[openaitest.Op]int{})
	s.wantPlan(create())
	acctest.Rewrite(t, path, []byte(contentB))
	wantSuccess(t, s.applyPlan())
	wantNoText(t, s.wantPlan(noop()).output, "Warning: Local")
}

// TestAccPin_equal has the pin say all there is to know.
func TestAccPin_equal(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	elsewhere := filepath.Join(t.TempDir(), "a.jsonl")
	directory := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.Mkdir(directory, 0o700); err != nil {
		t.Fatal(err)
	}
	run(t,
		step(mock, vars(path, pin(contentA)), plancheck.ResourceActionCreate, text("content_sha256", sum256([]byte(contentA)))),
		quiet(t, mock, vars(path, pin(contentA)), nil),
		quiet(t, mock, vars(path, pin(contentA)), func() { acctest.Remove(t, path) }),
		// Another checkout has the file elsewhere, or nowhere.
		step(mock, vars(elsewhere, pin(contentA)), plancheck.ResourceActionUpdate, checkThat(func() { wantNothingSent(t, mock) })),
		failing(mock, vars(directory, pin(contentA)), "No usable file at path[\\s\\S]*is a directory"),
		// Without the pin the file is what counts again.
		quiet(t, mock, vars(elsewhere), func() { acctest.Rewrite(t, elsewhere, []byte(contentA)) }),
	)
}

// TestAccPin_equalAndFile expects no warning about an absent file, and one about
// an edited one (row 7).
func TestAccPin_equalAndFile(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		s, path := uploadedSession(t, pin(contentA))
		s.in(o)
		old := onlyFile(t, s.mock)
		wantNoText(t, s.wantPlan(noop()).output, "Warning: (Local|No usable)")
		acctest.Remove(t, path)
		wantNoText(t, s.wantPlan(noop()).output, "Warning: (Local|No usable)")
		acctest.Rewrite(t, path, []byte(contentB))
		wantText(t, s.wantPlan(noop()).output, "Warning: Local file has other content than content_sha256[\\s\\S]*"+
			sum256([]byte(contentB))+"[\\s\\S]*"+sum256([]byte(contentA))+"[\\s\\S]*File "+old.ID+"[\\s\\S]*ignore_changes")
		acctest.Rewrite(t, path, []byte("another size\n"))
		wantText(t, s.wantPlan(noop()).output, "Warning: Local file has other content than content_sha256[\\s\\S]*has 13 bytes, another size")
		s.apply()
		s.wantKept(old)
		acctest.Rewrite(t, path, []byte(contentA))
		wantNoText(t, s.wantPlan(noop()).output, "Warning: (Local|No usable)")
	})
}

// TestAccPin_ignored has content_sha256 in ignore_changes and not configured:
// no content is compared until another change replaces the File (row 9).
func TestAccPin_ignored(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
		s := sessionIn(t, openaitest.Start(t), "ignored_hash", vars(path)).in(o)
		s.apply()
		old := onlyFile(t, s.mock)
		s.mock.ResetJournal()
		acctest.Rewrite(t, path, []byte(contentB))
		wantText(t, s.wantPlan(noop()).output, "remove it from ignore_changes if it is there")
		s.setOnly(vars(path, with("purpose", "user_data")))
		acctest.Remove(t, path)
		s.wantPlanError("No usable file for the replacement")
		s.wantKept(old)
		acctest.Rewrite(t, path, []byte(contentB))
		s.wantPlan(o.actions())
		wantSuccess(t, s.applyPlan())
		s.wantOnly(contentB)
		wantNoText(t, s.wantPlan(noop()).output, "Warning: Local")
	})
}

func TestAccPin_changes(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t, pin(contentA))
	old := onlyFile(t, s.mock)
	s.set(vars(path, pin(contentB)))
	// The file is neither the old one nor the pinned one.
	acctest.Rewrite(t, path, []byte(contentC))
	s.wantPlanError("Content doesn't match content_sha256[\\s\\S]*" + sum256([]byte(contentC)) + "[\\s\\S]*" + sum256([]byte(contentB)) + "[\\s\\S]*-refresh=false")
	s.wantKept(old)
	acctest.Rewrite(t, path, []byte(contentB))
	p := s.wantPlan(replaces())
	if p.after["content_sha256"] != sum256([]byte(contentB)) {
		t.Errorf("planned %v", p.after)
	}
	wantNoText(t, p.output, "Warning: (Local|No usable)")
	s.wantConverged(contentB)
}

// TestAccPin_wrongPinDestroys destroys in spite of a plan that is an error.
func TestAccPin_wrongPinDestroys(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s := newSession(t, mock, vars(path))
	s.apply()
	acctest.Rewrite(t, path, []byte(contentC))
	s.set(vars(path, pin(contentB)))
	wantFailure(t, s.Run(t, "destroy", "-no-color", "-auto-approve"), "Content doesn't match content_sha256")
	onlyFile(t, mock)
	wantSuccess(t, s.Run(t, "destroy", "-no-color", "-auto-approve", "-refresh=false"))
	if left := mock.Files(); len(left) != 0 {
		t.Errorf("destroy left %+v", left)
	}
}

// TestAccPin_anotherChange replaces a pinned File for another reason. What
// isn't there may be made; what is there has to be right.
func TestAccPin_anotherChange(t *testing.T) {
	t.Parallel()
	for name, c := range unusable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
			s := newSession(t, mock, vars(path, pin(contentA)))
			s.apply()
			acctest.Remove(t, path)
			c.spoil(path)
			changed := vars(path, pin(contentA), with("purpose", "user_data"))
			switch name {
			case "absent", "unreadable":
				s.wantPlan(replaces(), "-replace="+address)
				s.set(changed)
				wantText(t, s.wantPlan(replaces()).output, "No usable file yet[\\s\\S]*"+c.message)
			default:
				refused := "No usable file for the replacement[\\s\\S]*" + c.message
				s.wantPlanError(refused, "-replace="+address)
				s.set(changed)
				s.wantPlanError(refused)
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			acctest.Rewrite(t, path, []byte(contentB))
			s.wantPlanError("Content doesn't match content_sha256")
			acctest.Rewrite(t, path, []byte(contentA))
			s.wantPlan(replaces())
			wantSuccess(t, s.applyPlan())
			s.wantPlan(noop())
		})
	}
}

func TestAccPin_unknown(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s := newSessionOf(t, mock, unknownInputs)
	pinned := func(content string) acctest.Variables {
		return vars(path, acctest.Variables{"pin": acctest.String(sum256([]byte(content)))})
	}
	s.set(pinned(contentA))
	if p := s.wantPlan(create()); p.unknown["content_sha256"] != true {
		t.Errorf("planned %v", p.after)
	}
	wantSuccess(t, s.applyPlan())
	s.wantPlan(noop())
	acctest.Rewrite(t, path, []byte(contentB))
	s.set(pinned(contentB))
	if p := s.wantPlan(replaces()); p.unknown["content_sha256"] != true {
		t.Errorf("planned %v", p.after)
	}
	wantSuccess(t, s.applyPlan())
	s.wantPlan(noop())
	// Content that isn't the pinned one is never completed.
	s.set(pinned(contentA))
	s.wantPlan(replaces())
	wantFailure(t, s.applyPlan(), "Content doesn't match content_sha256")
	if len(mock.Files()) != 0 {
		t.Errorf("Files: %+v", mock.Files())
	}
}

// TestAccPin_addedAndRemoved pins what was uploaded without.
func TestAccPin_addedAndRemoved(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate),
		quiet(t, mock, vars(path, pin(contentA)), nil),
		quiet(t, mock, vars(path), nil),
		failing(mock, vars(path, with("content_sha256", "ABC")), "must be 64 lower-case hexadecimal digits"),
	)
}

// TestAccPin_nameFollowsContent is how a generated file changes where the old
// one is still there: its path has the hash, its File a fixed name.
func TestAccPin_nameFollowsContent(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	dir := filepath.ToSlash(t.TempDir())
	s := newSessionOf(t, mock, `
variable "base_url" {
  type = string
}

variable "api_key" {
  type = string
}

variable "content" {
  type = string
}

locals {
  path = "`+dir+`/${sha256(var.content)}.jsonl"
}

resource "terraform_data" "generator" {
  triggers_replace = var.content

  provisioner "local-exec" {
    command     = "printf '%s' \"$CONTENT\" > '${local.path}'"
    environment = { CONTENT = var.content }
  }
}

resource "openai_upload" "test" {
  path           = local.path
  purpose        = "fine-tune"
  filename       = "requests.jsonl"
  content_sha256 = sha256(var.content)
  depends_on     = [terraform_data.generator]
}
`)
	s.set(with("content", "[1]"))
	s.apply()
	s.wantPlan(noop())
	s.set(with("content", "[2]"))
	s.wantPlan(replaces())
	wantSuccess(t, s.applyPlan())
	s.wantPlan(noop())
	if got := onlyFile(t, mock); string(got.Content) != "[2]" || got.Filename != "requests.jsonl" {
		t.Errorf("File %+v", got)
	}
}
