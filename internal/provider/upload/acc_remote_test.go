// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"testing"
	"time"

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
		{"bytes", func(f *openaitest.File) { f.Bytes = 77 }, "it has 77 bytes, but 8 were uploaded"},
		{"filename", named("b.jsonl"), `it is called "b.jsonl", uploaded as "a.jsonl"`},
		{"purpose", func(f *openaitest.File) { f.Purpose = "vision" }, `its purpose is "vision", uploaded as "user_data"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := uploadedProject(t)
			old := onlyFile(t, p.Mock)
			p.Mock.UpdateFile(old.ID, tt.change)
			p.WantPlan(replace).WantText("The File at OpenAI differs", tt.reason)
			// The refresh was kept, and the reason with it.
			p.Apply("-refresh-only")
			p.WantPlan(replace).WantText(tt.reason)
			// Without a local file the File stays, whatever it is.
			acctest.Remove(t, path)
			p.TryPlan().WantFailure("No usable file for the replacement")
			acctest.Rewrite(t, path, contentA)
			p.WantPlan(replace)
			p.ApplyPlan().WantSuccess()
			if got := onlyFile(t, p.Mock); got.ID == old.ID || got.Bytes != 8 || got.Filename != "a.jsonl" || got.Purpose != "user_data" {
				t.Errorf("File %+v", got)
			}
			p.WantPlan(noop).WantNoText("differs")
		})
	}
}

func TestAccRemote_expired(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t, withInt("expires_seconds", 3600))
	p.Mock.Advance(50 * time.Minute)
	p.WantPlan(noop)
	p.Mock.Advance(20 * time.Minute)
	p.WantPlan(create)
	wantConverged(p, contentA)
}

// TestAccRemote_gone names the File that is gone, and who was asked (row 8).
func TestAccRemote_gone(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "a.jsonl", contentA)
		other := acctest.Mock(t)
		p := o.in(acctest.New(t, acctest.Mock(t), "two_accounts", vars(path, with("other_base_url", other.URL()))))
		file := applied(p)
		// Another project's key, or another service.
		p.Copy("testdata/two_accounts_other.tf", "main_override.tf")
		p.WantPlan(create).
			WantText("Warning: The File "+file.ID+" no longer exists", "404", other.URL()+
				" (organization: the API key's own, project: proj-second)", "don't apply, but correct the key").
			WantNoText("Is base_url right")
		p.Remove("main_override.tf")
		o.in(p)
		p.WantPlan(noop).WantNoWarning()
		onlyFile(t, p.Mock)
		// Deleted.
		p.Mock.RemoveFile(file.ID)
		p.WantPlan(create).WantText("Warning: The File "+file.ID+" no longer exists", "404", p.Mock.URL()+" (organization: org-first, project: proj-first)")
		wantConverged(p, contentA)
		wantNoFiles(t, other)
	})
}

// TestAccRemote_expiredSays names the File, and when it expired (row 8).
func TestAccRemote_expiredSays(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t, withInt("expires_seconds", 3600))
	file := onlyFile(t, p.Mock)
	p.Mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Mutate: func(body map[string]any) {
		body["expires_at"] = p.Mock.Now().Unix() - 1
	}})
	p.WantPlan(create).
		WantText("Warning: The File "+file.ID+" has expired", "It expired at ", p.Mock.URL()).
		WantMatch("It expired at [0-9T:-]+Z")
	p.ApplyPlan().WantSuccess()
	p.Mock.RemoveFile(file.ID) // Which the service would do by itself.
	file = wantOnly(p, contentA)
	p.WantPlan(noop)
	p.Mock.Advance(2 * time.Hour)
	p.WantPlan(create).WantText("Warning: The File "+file.ID+" no longer exists", "It was due to expire at "+
		file.ExpiresAt.UTC().Format(time.RFC3339))
	wantConverged(p, contentA)
}

// TestAccRemote_expiryByTheServersClock has a local clock that is years off.
func TestAccRemote_expiryByTheServersClock(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	mock.SetNow(time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC))
	p := project(t, mock, contentA, withInt("expires_seconds", 3600))
	wantConverged(p, contentA)
	wantDestroyed(p)
}

func TestAccRemote_statusError(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	mock := p.Mock
	id := onlyFile(t, mock).ID
	mock.UpdateFile(id, func(f *openaitest.File) { f.Status, f.StatusDetails = "error", "Line 3 is no JSON" })
	p.WantPlan(noop).WantText(`Warning: The File `+id+` has the status "error"`, `Line 3 is no JSON. Correct`)
	mock.UpdateFile(id, func(f *openaitest.File) { f.StatusDetails = "" })
	p.WantPlan(noop).WantText(`has the status "error"`, `gives no details`)
	// A corrected file replaces it, and the warning goes.
	acctest.Rewrite(t, path, "[]\n")
	p.WantPlan(replace)
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop).WantNoText("has the status")
}

// TestAccRemote_unknownValues reads a status and a purpose that nobody knows yet.
func TestAccRemote_unknownValues(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t, openaitest.Options{Purposes: []string{"somethingNew"}})
	p := project(t, mock, contentA, with("purpose", "somethingNew"))
	p.Apply()
	mock.UpdateFile(onlyFile(t, mock).ID, func(f *openaitest.File) { f.Status = "pondering" })
	p.WantPlan(noop)
	wantConverged(p, contentA)
	wantAttributes(p, map[string]any{"status": "pondering"})
	wantDestroyed(p)
}

// TestAccRemote_unreachable makes sure that a failed refresh changes nothing.
func TestAccRemote_unreachable(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t, withInt("max_retries", 0))
	p.Mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Status: 500})
	p.TryPlan().WantFailure("Reading the File", "Nothing was changed", "-refresh=false")
	p.WantPlan(noop, "-refresh=false")
	p.Mock.ClearFaults()
	p.WantPlan(noop)
}
