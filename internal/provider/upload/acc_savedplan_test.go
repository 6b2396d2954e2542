// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccSavedPlan_replacement applies a saved replacement after the file
// changed once more, and after it changed back.
func TestAccSavedPlan_replacement(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, atApply string }{
		{"unchanged", contentB},
		{"changedAgain", contentC},
		{"otherSizeAgain", "{\"c\":34567}\n"},
		{"changedBack", contentA},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := uploadedProject(t)
			old := onlyFile(t, p.Mock)
			acctest.Rewrite(t, path, contentB)
			p.WantPlan(replace)
			acctest.Rewrite(t, path, tt.atApply)
			p.ApplyPlan().WantSuccess()
			wantReplaced(p, tt.atApply, old)
			p.WantPlan(noop)
		})
	}
}

// TestAccSavedPlan_replacementWithoutFile applies a saved replacement when no
// usable file is left: the old File isn't given up.
func TestAccSavedPlan_replacementWithoutFile(t *testing.T) {
	t.Parallel()
	for _, tt := range unusableByRule(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := uploadedProject(t)
			old := onlyFile(t, p.Mock)
			acctest.Rewrite(t, path, contentB)
			p.WantPlan(replace)
			acctest.Remove(t, path)
			tt.spoil(path)
			p.ApplyPlan().WantFailure(notPlanned, tt.message, "was therefore not deleted")
			wantKept(p, old)
			// Nothing of the refusal is left in the way of another plan.
			p.WantPlan(noop).WantText("Local file can't be compared")
			p.WantPlan(destroy, "-destroy")
			p.ApplyPlan().WantSuccess()
			wantNoFiles(t, p.Mock)
		})
	}
}

// TestAccSavedPlan_fileComesBack applies a replacement that was refused once.
func TestAccSavedPlan_fileComesBack(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace)
	acctest.Remove(t, path)
	p.ApplyPlan().WantFailure("there is no file at")
	acctest.Rewrite(t, path, contentB)
	wantConverged(p, contentB)
}

// TestAccSavedPlan_requestedReplacement has only Terraform know of it.
func TestAccSavedPlan_requestedReplacement(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	old := onlyFile(t, p.Mock)
	p.WantPlan(replace, "-replace="+address)
	acctest.Remove(t, path)
	p.ApplyPlan().WantFailure("there is no file at", "was therefore not deleted")
	wantNothingSent(t, p.Mock)
	acctest.Rewrite(t, path, contentA)
	p.WantPlan(replace, "-replace="+address)
	p.ApplyPlan().WantSuccess()
	wantReplaced(p, contentA, old)
}

// TestAccSavedPlan_pinnedReplacement has the pinned file made after the plan,
// so that its absence is no reason to stop.
func TestAccSavedPlan_pinnedReplacement(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t, pin(contentA))
	p.Set(vars(path, pin(contentB)))
	acctest.Remove(t, path)
	p.WantPlan(replace)
	acctest.Rewrite(t, path, contentB)
	p.ApplyPlan().WantSuccess()
	wantOnly(p, contentB)
	p.WantPlan(noop)
}

func TestAccSavedPlan_newFile(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	p := acctest.New(t, acctest.Mock(t), "upload", vars(path))
	p.WantPlan(create)
	acctest.Remove(t, path)
	p.ApplyPlan().WantFailure("there is no file at", "Nothing was sent")
	acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
	acctest.Rewrite(t, path, contentA)
	p.WantPlan(create)
	acctest.Rewrite(t, path, contentB)
	p.ApplyPlan().WantSuccess()
	wantOnly(p, contentB)
	p.WantPlan(noop)
}

// TestAccSavedPlan_newPath leads to core's own message: an update in place can't
// become a replacement. Nothing is destroyed.
func TestAccSavedPlan_newPath(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t)
	old := onlyFile(t, p.Mock)
	second := acctest.WriteFile(t, "a.jsonl", contentA)
	p.Set(vars(second))
	p.WantPlan(update)
	acctest.Rewrite(t, second, contentB)
	p.ApplyPlan().WantFailure("Provider produced inconsistent final plan")
	wantKept(p, old)
	// Planning again helps.
	p.WantPlan(replace)
	p.ApplyPlan().WantSuccess()
	wantOnly(p, contentB)
	p.WantPlan(noop)
}

// TestAccSavedPlan_newTimeouts is the same for an update that has nothing to do with the content.
func TestAccSavedPlan_newTimeouts(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	old := onlyFile(t, p.Mock)
	p.Set(vars(path, with("read_timeout", "4m")))
	p.WantPlan(update)
	acctest.Rewrite(t, path, contentB)
	p.ApplyPlan().WantFailure("Provider produced inconsistent final plan")
	wantKept(p, old)
	p.WantPlan(replace)
	p.ApplyPlan().WantSuccess()
	wantReplaced(p, contentB, old)
}

func TestAccSavedPlan_newPathVanishesAndReverts(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t)
	second := acctest.WriteFile(t, "a.jsonl", contentA)
	p.Set(vars(second))
	p.WantPlan(update)
	acctest.Remove(t, second)
	p.ApplyPlan().WantFailure("No usable file at path", "there is no file at")
	wantNothingSent(t, p.Mock)
	wantOnly(p, contentA)
	// Written again, and so another inode and time, with the same content.
	acctest.Rewrite(t, second, contentA)
	p.WantPlan(update)
	acctest.Rewrite(t, second, contentB)
	acctest.Rewrite(t, second, contentA)
	p.ApplyPlan().WantSuccess()
	wantNothingSent(t, p.Mock)
	wantOnly(p, contentA)
	p.WantPlan(noop)
}

// TestAccSavedPlan_quiet applies a plan with nothing to do, or to destroy,
// after the file changed and vanished.
func TestAccSavedPlan_quiet(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	p.WantPlan(noop)
	acctest.Rewrite(t, path, contentB)
	p.ApplyPlan().WantSuccess()
	wantNothingSent(t, p.Mock)
	p.WantPlan(destroy, "-destroy")
	acctest.Remove(t, path)
	p.ApplyPlan().WantSuccess()
	wantNoFiles(t, p.Mock)
}

// TestAccSavedPlan_adoption applies an adoption after the file changed.
func TestAccSavedPlan_adoption(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, nil)
	importFile(p, file)
	p.WantPlan(update)
	acctest.Rewrite(t, path, "[]\n")
	p.ApplyPlan().WantFailure("inconsistent final plan")
	wantKept(p, file)
	acctest.Rewrite(t, path, contentA)
	wantAdopted(p, file)
}
