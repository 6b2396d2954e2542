// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccPin_newWrongContent has other content at the path than is pinned: a
// warning, as something may still make it, and then nothing is sent (row 12).
func TestAccPin_newWrongContent(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	p := acctest.New(t, acctest.Mock(t), "upload", vars(path, pin(contentB)))
	p.WantPlan(create).WantText("Warning: Local file has other content than content_sha256")
	p.ApplyPlan().
		WantFailure("Content doesn't match content_sha256", sum256(contentA), "Nothing was sent").
		WantNoText("had been deleted")
	acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
	p.WantPlan(create)
	acctest.Rewrite(t, path, contentB)
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop).WantNoText("Warning: Local")
}

// TestAccPin_equal has the pin say all there is to know.
func TestAccPin_equal(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t, pin(contentA))
	file := onlyFile(t, p.Mock)
	// Another checkout has the file elsewhere, or nowhere.
	elsewhere := filepath.Join(t.TempDir(), "a.jsonl")
	p.Set(vars(elsewhere, pin(contentA)))
	p.WantPlan(update)
	p.ApplyPlan().WantSuccess()
	p.Set(vars(t.TempDir(), pin(contentA), with("filename", "a.jsonl")))
	p.TryPlan().WantFailure("No usable file at path", "is a directory")
	// Without the pin the file is what counts again.
	p.Set(vars(elsewhere))
	acctest.Rewrite(t, elsewhere, contentA)
	p.WantPlan(noop)
	wantKept(p, file)
}

// TestAccPin_equalAndFile expects no warning about an absent file, and one about
// an edited one (row 7).
func TestAccPin_equalAndFile(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		p, path := uploadedProject(t, pin(contentA))
		o.in(p)
		old := onlyFile(t, p.Mock)
		p.WantPlan(noop).WantNoWarning()
		acctest.Remove(t, path)
		p.WantPlan(noop).WantNoWarning()
		acctest.Rewrite(t, path, contentB)
		const other = "Warning: Local file has other content than content_sha256"
		p.WantPlan(noop).WantText(other, sum256(contentB), sum256(contentA), "File "+old.ID, "ignore_changes")
		acctest.Rewrite(t, path, "another size\n")
		p.Apply().WantText(other, "has 13 bytes, another size")
		wantKept(p, old)
		acctest.Rewrite(t, path, contentA)
		p.WantPlan(noop).WantNoWarning()
	})
}

// TestAccPin_ignored has content_sha256 in ignore_changes and not configured:
// no content is compared until another change replaces the File (row 9).
func TestAccPin_ignored(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", contentA)
		p := o.in(acctest.New(t, acctest.Mock(t), "ignored_hash", vars(path)))
		old := applied(p)
		acctest.Rewrite(t, path, contentB)
		p.WantPlan(noop).WantText("remove it from ignore_changes if it is there")
		p.Set(vars(path, with("purpose", "vision")))
		acctest.Remove(t, path)
		p.TryPlan().WantFailure("No usable file for the replacement")
		wantKept(p, old)
		acctest.Rewrite(t, path, contentB)
		p.WantPlan(o.action)
		p.ApplyPlan().WantSuccess()
		wantOnly(p, contentB)
		p.WantPlan(noop).WantNoText("Warning: Local")
	})
}

func TestAccPin_changes(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t, pin(contentA))
	old := onlyFile(t, p.Mock)
	p.Set(vars(path, pin(contentB)))
	// The file is neither the old one nor the pinned one.
	acctest.Rewrite(t, path, contentC)
	p.TryPlan().WantFailure("Content doesn't match content_sha256", sum256(contentC), sum256(contentB), "-refresh=false")
	wantKept(p, old)
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace).WantNoWarning()
	if got := p.Planned().After["content_sha256"]; got != sum256(contentB) {
		t.Errorf("planned %v", got)
	}
	wantConverged(p, contentB)
}

// TestAccPin_wrongPinDestroys destroys in spite of a plan that is an error.
func TestAccPin_wrongPinDestroys(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	acctest.Rewrite(t, path, contentC)
	p.Set(vars(path, pin(contentB)))
	wantDestroyedWithoutRefresh(p, "Content doesn't match content_sha256")
}

// wantDestroyedWithoutRefresh destroys where the plan is an error: it says how.
func wantDestroyedWithoutRefresh(p *acctest.Project, text string) {
	p.TB.Helper()
	old := onlyFile(p.TB, p.Mock)
	p.Destroy().WantFailure(text, "run it with -refresh=false")
	wantKept(p, old)
	wantDestroyed(p, "-refresh=false")
}

// TestAccPin_anotherChange replaces a pinned File for another reason. What
// isn't there may be made; what is there has to be right.
func TestAccPin_anotherChange(t *testing.T) {
	t.Parallel()
	for _, tt := range unusableByRule(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := uploadedProject(t, pin(contentA))
			acctest.Remove(t, path)
			tt.spoil(path)
			changed := vars(path, pin(contentA), with("purpose", "vision"))
			if tt.mayBeMade {
				p.WantPlan(replace, "-replace="+address)
				p.Set(changed)
				p.WantPlan(replace).WantText("No usable file yet", tt.message)
			} else {
				p.TryPlan("-replace="+address).WantFailure("No usable file for the replacement", tt.message)
				p.Set(changed)
				p.TryPlan().WantFailure("No usable file for the replacement", tt.message)
			}
			restore(t, path, contentB)
			p.TryPlan().WantFailure("Content doesn't match content_sha256")
			acctest.Rewrite(t, path, contentA)
			p.WantPlan(replace)
			p.ApplyPlan().WantSuccess()
			p.WantPlan(noop)
		})
	}
}

func TestAccPin_unknown(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	pinned := func(content string) acctest.Variables { return vars(path, with("pin", sum256(content))) }
	p := acctest.New(t, acctest.Mock(t), "unknown_inputs", pinned(contentA))
	p.WantPlan(create)
	wantUnknown(t, p.Planned(), "content_sha256")
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
	acctest.Rewrite(t, path, contentB)
	p.Set(pinned(contentB))
	p.WantPlan(replace)
	wantUnknown(t, p.Planned(), "content_sha256")
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
	// Content that isn't the pinned one is never completed.
	p.Set(pinned(contentA))
	p.WantPlan(replace)
	p.ApplyPlan().WantFailure("Content doesn't match content_sha256")
	wantNoFiles(t, p.Mock)
}

// TestAccPin_addedAndRemoved pins what was uploaded without.
func TestAccPin_addedAndRemoved(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	file := onlyFile(t, p.Mock)
	p.Set(vars(path, pin(contentA)))
	p.WantPlan(noop)
	p.Apply()
	p.Set(vars(path))
	p.WantPlan(noop)
	wantKept(p, file)
	p.Set(vars(path, with("content_sha256", "ABC")))
	p.TryPlan().WantFailure("must be 64 lower-case hexadecimal digits")
}

// TestAccPin_nameFollowsContent is how a generated file changes where the old
// one is still there: its path has the hash, its File a fixed name.
func TestAccPin_nameFollowsContent(t *testing.T) {
	t.Parallel()
	dir := with("dir", filepath.ToSlash(t.TempDir()))
	configured := func(content string) acctest.Variables { return acctest.Join(dir, with("content", content)) }
	p := acctest.New(t, acctest.Mock(t), "name_follows_content", configured(contentA))
	wantConverged(p, contentA)
	p.Set(configured(contentB))
	p.WantPlan(replace)
	p.ApplyPlan().WantSuccess()
	if got := wantOnly(p, contentB).Filename; got != "requests.jsonl" {
		t.Errorf("the File is called %q", got)
	}
	p.WantPlan(noop)
}
