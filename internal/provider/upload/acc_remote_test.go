// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func TestAccRemote_drift(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*openaitest.File)
		reason string
	}{
		{"bytes", func(f *openaitest.File) { f.Bytes = 77 }, "it has 77 bytes, uploaded were 3"},
		{"filename", func(f *openaitest.File) { f.Filename = "b.jsonl" }, `it is called "b.jsonl", uploaded as "a.jsonl"`},
		{"purpose", func(f *openaitest.File) { f.Purpose = "user_data" }, `its purpose is "user_data", uploaded as "fine-tune"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
			s := newSession(t, mock, vars(path))
			s.apply()
			old := onlyFile(t, mock)
			mock.UpdateFile(old.ID, tt.change)
			wantText(t, s.wantPlan(replaces()).output, "The File at OpenAI differs[\\s\\S]*"+tt.reason)
			// The refresh was kept, and the reason with it.
			s.MustRun(t, "apply", "-refresh-only", "-auto-approve")
			wantText(t, s.wantPlan(replaces()).output, tt.reason)
			// Without a local file the File stays, whatever it is.
			acctest.Remove(t, path)
			s.wantPlanError("No usable file for the replacement")
			acctest.Rewrite(t, path, []byte("{}\n"))
			s.wantPlan(replaces())
			wantSuccess(t, s.applyPlan())
			if got := onlyFile(t, mock); got.ID == old.ID || got.Bytes != 3 || got.Filename != "a.jsonl" || got.Purpose != "fine-tune" {
				t.Errorf("File %+v", got)
			}
			wantNoText(t, s.wantPlan(noop()).output, "differs")
		})
	}
}

func TestAccRemote_expired(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	expiring := vars(path, acctest.Variables{"expires_seconds": acctest.Int(3600)})
	run(t,
		step(mock, expiring, plancheck.ResourceActionCreate),
		before(func() { mock.Advance(50 * time.Minute) }, step(mock, expiring, plancheck.ResourceActionNoop)),
		before(func() { mock.Advance(20 * time.Minute) }, step(mock, expiring, plancheck.ResourceActionCreate,
			checkThat(func() { onlyFile(t, mock) }))),
		// A service that answers with a File whose time is over.
		before(func() {
			mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Mutate: func(body map[string]any) {
				body["expires_at"] = mock.Now().Unix() - 1
			}})
		}, step(mock, expiring, plancheck.ResourceActionCreate)),
	)
}

// TestAccRemote_gone names the File that is gone, and who was asked (row 8).
func TestAccRemote_gone(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
		other := openaitest.Start(t)
		s := sessionIn(t, openaitest.Start(t), "two_accounts", vars(path, with("other_base_url", other.URL()))).in(o)
		s.apply()
		file := onlyFile(t, s.mock)
		// Another project's key, or another service.
		s.override("two_accounts_other.tf")
		out := s.wantPlan(create()).output
		wantText(t, out, "Warning: The File "+file.ID+" no longer exists[\\s\\S]*404[\\s\\S]*"+other.URL()+
			" \\(organization: the API key's own, project: proj-second\\)[\\s\\S]*don't apply, but correct the key")
		wantNoText(t, out, "Is base_url right")
		if err := os.Remove(filepath.Join(s.Dir, "main_override.tf")); err != nil {
			t.Fatal(err)
		}
		s.in(o)
		wantNoWarning(t, s.wantPlan(noop()).output)
		onlyFile(t, s.mock)
		// Deleted.
		s.mock.RemoveFile(file.ID)
		wantText(t, s.wantPlan(create()).output, "Warning: The File "+file.ID+" no longer exists[\\s\\S]*404[\\s\\S]*"+
			s.mock.URL()+" \\(organization: org-first, project: proj-first\\)")
		s.wantConverged(contentA)
		if len(other.Files()) != 0 {
			t.Errorf("Files elsewhere: %+v", other.Files())
		}
	})
}

// TestAccRemote_expiredSays names the File, and when it expired (row 8).
func TestAccRemote_expiredSays(t *testing.T) {
	t.Parallel()
	s, _ := uploadedSession(t, acctest.Variables{"expires_seconds": acctest.Int(3600)})
	file := onlyFile(t, s.mock)
	s.mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Mutate: func(body map[string]any) {
		body["expires_at"] = s.mock.Now().Unix() - 1
	}})
	wantText(t, s.wantPlan(create()).output, "Warning: The File "+file.ID+" has expired[\\s\\S]*It expired at "+
		"[0-9T:-]+Z[\\s\\S]*"+s.mock.URL())
	s.mock.Advance(2 * time.Hour)
	wantText(t, s.wantPlan(create()).output, "Warning: The File "+file.ID+" no longer exists[\\s\\S]*It was due to expire at "+
		file.ExpiresAt.UTC().Format(time.RFC3339))
	s.wantConverged(contentA)
}

// TestAccRemote_expiryByTheServersClock has a local clock that is years off.
func TestAccRemote_expiryByTheServersClock(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	mock.SetNow(time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC))
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	expiring := vars(path, acctest.Variables{"expires_seconds": acctest.Int(3600)})
	run(t,
		step(mock, expiring, plancheck.ResourceActionCreate),
		quiet(t, mock, expiring, nil),
	)
}

func TestAccRemote_statusError(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	s := newSession(t, mock, vars(path))
	s.apply()
	id := onlyFile(t, mock).ID
	mock.UpdateFile(id, func(f *openaitest.File) { f.Status, f.StatusDetails = "error", "Line 3 is no JSON" })
	p := s.wantPlan(noop())
	wantText(t, p.output, `Warning: The File `+id+` has the status "error"[\s\S]*Line 3 is no JSON\. Correct`)
	mock.UpdateFile(id, func(f *openaitest.File) { f.StatusDetails = "" })
	wantText(t, s.wantPlan(noop()).output, `has the status "error"[\s\S]*gives no details`)
	// A corrected file replaces it, and the warning goes.
	acctest.Rewrite(t, path, []byte("[]\n"))
	s.wantPlan(replaces())
	wantSuccess(t, s.applyPlan())
	wantNoText(t, s.wantPlan(noop()).output, "has the status")
}

// TestAccRemote_unknownValues reads a status and a purpose that nobody knows yet.
func TestAccRemote_unknownValues(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t, openaitest.Options{Purposes: []string{"somethingNew"}})
	path := acctest.WriteFile(t, "a.txt", []byte("x"))
	v := vars(path, with("purpose", "somethingNew"))
	run(t,
		step(mock, v, plancheck.ResourceActionCreate),
		before(func() {
			mock.UpdateFile(onlyFile(t, mock).ID, func(f *openaitest.File) { f.Status = "pondering" })
		}, step(mock, v, plancheck.ResourceActionNoop, text("status", "pondering"))),
	)
}

// TestAccRemote_unreachable makes sure that a failed refresh changes nothing.
func TestAccRemote_unreachable(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	s := newSession(t, mock, vars(path, acctest.Variables{"max_retries": acctest.Int(0)}))
	s.apply()
	mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Status: 500})
	s.wantPlanError("Reading the File[\\s\\S]*Nothing was changed[\\s\\S]*-refresh=false")
	s.wantPlan(noop(), "-refresh=false")
	mock.ClearFaults()
	s.wantPlan(noop())
}
