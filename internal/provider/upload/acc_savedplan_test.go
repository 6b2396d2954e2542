// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// wantOnly checks that the mock has one File, with the given content, and that
// the state has it too.
func (s *session) wantOnly(content string) openaitest.File {
	s.t.Helper()
	file := onlyFile(s.t, s.mock)
	if string(file.Content) != content {
		s.t.Errorf("content at the mock: %q, want %q", file.Content, content)
	}
	attributes := s.state().attributes()
	if attributes["file_id"] != file.ID || attributes["content_sha256"] != sum256([]byte(content)) {
		s.t.Errorf("state: %v, File %s", attributes, file.ID)
	}
	return file
}

// uploadedSession makes a session in which contentA was uploaded from path.
func uploadedSession(t *testing.T, more ...acctest.Variables) (s *session, path string) {
	t.Helper()
	path = acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s = newSession(t, openaitest.Start(t), vars(path, more...))
	s.apply()
	s.mock.ResetJournal()
	return s, path
}

// TestAccSavedPlan_replacement applies a saved replacement after the file
// changed once more, and after it changed back.
func TestAccSavedPlan_replacement(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, atApply string }{
		{"unchanged", contentB},
		{"changedAgain", "{\"c\":3}\n"},
		{"otherSizeAgain", "{\"c\":34567}\n"},
		{"changedBack", contentA},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, path := uploadedSession(t)
			old := onlyFile(t, s.mock)
			acctest.Rewrite(t, path, []byte(contentB))
			s.wantPlan(replaces())
			acctest.Rewrite(t, path, []byte(tt.atApply))
			wantSuccess(t, s.applyPlan())
			if s.wantOnly(tt.atApply).ID == old.ID {
				t.Error("the File wasn't replaced")
			}
			s.wantPlan(noop())
		})
	}
}

// TestAccSavedPlan_replacementWithoutFile applies a saved replacement when no
// usable file is left: the old File isn't given up.
func TestAccSavedPlan_replacementWithoutFile(t *testing.T) {
	t.Parallel()
	for name, c := range unusable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, path := uploadedSession(t)
			old := onlyFile(t, s.mock)
			acctest.Rewrite(t, path, []byte(contentB))
			s.wantPlan(replaces())
			acctest.Remove(t, path)
			c.spoil(path)
			wantFailure(t, s.applyPlan(), "Local file is no longer what was planned[\\s\\S]*"+c.message+"[\\s\\S]*was therefore not deleted")
			wantNothingSent(t, s.mock)
			if s.wantOnly(contentA).ID != old.ID {
				t.Error("the File was replaced")
			}
			// Nothing of the refusal is left in the way of another plan.
			wantText(t, s.wantPlan(noop()).output, "Local file can't be compared")
			s.wantPlan([]string{"delete"}, "-destroy")
			wantSuccess(t, s.applyPlan())
			if left := s.mock.Files(); len(left) != 0 {
				t.Errorf("destroy left %+v", left)
			}
		})
	}
}

// TestAccSavedPlan_fileComesBack applies a replacement that was refused once.
func TestAccSavedPlan_fileComesBack(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t)
	acctest.Rewrite(t, path, []byte(contentB))
	s.wantPlan(replaces())
	acctest.Remove(t, path)
	wantFailure(t, s.applyPlan(), "there is no file at")
	acctest.Rewrite(t, path, []byte(contentB))
	s.apply()
	s.wantOnly(contentB)
	s.wantPlan(noop())
}

// TestAccSavedPlan_requestedReplacement has only Terraform know of it.
func TestAccSavedPlan_requestedReplacement(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t)
	old := onlyFile(t, s.mock)
	s.wantPlan(replaces(), "-replace="+address)
	acctest.Remove(t, path)
	wantFailure(t, s.applyPlan(), "there is no file at[\\s\\S]*was therefore not deleted")
	wantNothingSent(t, s.mock)
	acctest.Rewrite(t, path, []byte(contentA))
	s.wantPlan(replaces(), "-replace="+address)
	wantSuccess(t, s.applyPlan())
	if s.wantOnly(contentA).ID == old.ID {
		t.Error("the File wasn't replaced")
	}
}

// TestAccSavedPlan_pinnedReplacement has the pinned file made after the plan,
// so that its absence is no reason to stop.
func TestAccSavedPlan_pinnedReplacement(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t, pin(contentA))
	s.set(vars(path, pin(contentB)))
	acctest.Remove(t, path)
	s.wantPlan(replaces())
	acctest.Rewrite(t, path, []byte(contentB))
	wantSuccess(t, s.applyPlan())
	s.wantOnly(contentB)
	s.wantPlan(noop())
}

func TestAccSavedPlan_newFile(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s := newSession(t, mock, vars(path))
	s.wantPlan(create())
	acctest.Remove(t, path)
	wantFailure(t, s.applyPlan(), "there is no file at[\\s\\S]*Nothing was sent")
	wantRequests(t, mock, map[openaitest.Op]int{})
	acctest.Rewrite(t, path, []byte(contentA))
	s.wantPlan(create())
	acctest.Rewrite(t, path, []byte(contentB))
	wantSuccess(t, s.applyPlan())
	s.wantOnly(contentB)
	s.wantPlan(noop())
}

// TestAccSavedPlan_newPath is the one way to core's own message: an update in
// place can't become a replacement. Nothing is destroyed.
func TestAccSavedPlan_newPath(t *testing.T) {
	t.Parallel()
	s, _ := uploadedSession(t)
	old := onlyFile(t, s.mock)
	second := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s.set(vars(second))
	s.wantPlan(update())
	acctest.Rewrite(t, second, []byte(contentB))
	wantFailure(t, s.applyPlan(), "Provider produced inconsistent final plan")
	wantNothingSent(t, s.mock)
	if s.wantOnly(contentA).ID != old.ID {
		t.Error("the File was replaced")
	}
	// Planning again helps.
	s.wantPlan(replaces())
	wantSuccess(t, s.applyPlan())
	s.wantOnly(contentB)
	s.wantPlan(noop())
}

func TestAccSavedPlan_newPathVanishesAndReverts(t *testing.T) {
	t.Parallel()
	s, _ := uploadedSession(t)
	second := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s.set(vars(second))
	s.wantPlan(update())
	acctest.Remove(t, second)
	wantFailure(t, s.applyPlan(), "No usable file at path[\\s\\S]*there is no file at")
	wantNothingSent(t, s.mock)
	s.wantOnly(contentA)
	// Written again, and so another inode and time, with the same content.
	acctest.Rewrite(t, second, []byte(contentA))
	s.wantPlan(update())
	acctest.Rewrite(t, second, []byte(contentB))
	acctest.Rewrite(t, second, []byte(contentA))
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	s.wantOnly(contentA)
	s.wantPlan(noop())
}

// TestAccSavedPlan_quiet applies a plan with nothing to do, or to destroy,
// after the file changed and vanished.
func TestAccSavedPlan_quiet(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t)
	s.wantPlan(noop())
	acctest.Rewrite(t, path, []byte(contentB))
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	s.wantPlan([]string{"delete"}, "-destroy")
	acctest.Remove(t, path)
	wantSuccess(t, s.applyPlan())
	if left := s.mock.Files(); len(left) != 0 {
		t.Errorf("destroy left %+v", left)
	}
}

// TestAccSavedPlan_adoption applies an adoption after the file changed.
func TestAccSavedPlan_adoption(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	file := mock.AddFile(openaitest.File{Filename: "a.jsonl", Purpose: "fine-tune", Content: []byte(contentA)})
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s := newSession(t, mock, vars(path))
	s.MustRun(t, "import", "-no-color", address, file.ID)
	s.wantPlan(update())
	acctest.Rewrite(t, path, []byte("[]\n"))
	wantFailure(t, s.applyPlan(), "inconsistent final plan")
	wantNothingSent(t, mock)
	onlyFile(t, mock)
	acctest.Rewrite(t, path, []byte(contentA))
	s.wantPlan(update())
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, mock)
	s.wantOnly(contentA)
}
