// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// decidedAtApply are the attributes that no plan of a new File knows.
func decidedAtApply() []string {
	return []string{"id", "file_id", "upload_id", "bytes", "created_at", "expires_at", "status"}
}

func TestAccPlan_newFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		local string
		more  acctest.Variables
		known []plancheck.PlanCheck
	}{
		{"typeByName", "a.jsonl", nil, []plancheck.PlanCheck{known("filename", "a.jsonl"), known("mime_type", "text/jsonl")}},
		{"typeByContent", "noextension", with("purpose", "user_data"), append(unknown("mime_type"), known("filename", "noextension"))},
		{
			"typeGiven", "noextension",
			acctest.Variables{"mime_type": acctest.String("application/json"), "filename": acctest.String("b.jsonl")},
			[]plancheck.PlanCheck{known("filename", "b.jsonl"), known("mime_type", "application/json")},
		},
		{"pinned", "a.jsonl", with("content_sha256", sum256("{}\n")), []plancheck.PlanCheck{known("content_sha256", sum256("{}\n"))}},
		{"expires", "a.jsonl", unchecked("batch"), unknown("expires_at")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			path := acctest.WriteFile(t, tt.local, "{}\n")
			s := checked(checked(step(mock, vars(path, tt.more), plancheck.ResourceActionCreate), unknown(decidedAtApply()...)...), tt.known...)
			if tt.more["content_sha256"] == nil {
				s = checked(s, unknown("content_sha256")...)
			}
			run(t, s)
		})
	}
}

// TestAccPlan_newFileAbsent plans a file that doesn't exist yet.
func TestAccPlan_newFileAbsent(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	path := filepath.Join(t.TempDir(), "late.jsonl")
	p := acctest.New(t, mock, "upload", vars(path))
	p.WantPlan(create).WantText("Warning: No usable file yet", "There is no file at")
	planned := p.Planned()
	wantUnknown(t, planned, "content_sha256", "bytes")
	if planned.After["filename"] != "late.jsonl" {
		t.Errorf("planned %v", planned.After)
	}
	p.ApplyPlan().WantFailure("There is no file at", "Nothing was sent")
	acctest.WantRequests(t, mock, map[openaitest.Op]int{})
	p.WantPlan(create)
	acctest.Rewrite(t, path, contentA)
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop).WantNoText("No usable file")
}

// wantUnknown checks that the plan doesn't know these attributes.
func wantUnknown(tb testing.TB, planned acctest.Change, names ...string) {
	tb.Helper()
	for _, name := range names {
		if planned.Unknown[name] != true {
			tb.Errorf("%s is known: %v", name, planned.After[name])
		}
	}
}

func TestAccPlan_pathUnknown(t *testing.T) {
	t.Parallel()
	first := acctest.WriteFile(t, "a.jsonl", contentA)
	second := acctest.WriteFile(t, "b.jsonl", contentA)
	fromResource := with("path_from", "resource")
	p := acctest.New(t, acctest.Mock(t), "unknown_inputs", vars(first, fromResource))
	p.WantPlan(create)
	planned := p.Planned()
	wantUnknown(t, planned, "path", "content_sha256")
	if planned.After["filename"] != "fixed.jsonl" {
		t.Errorf("planned %v", planned.After)
	}
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
	// The same content is behind the new path, but the plan can't know it.
	p.Set(vars(second, fromResource))
	p.WantPlan(replace)
	wantUnknown(t, p.Planned(), "content_sha256", "file_id")
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
	// A file that isn't there yet is no error where something may make it.
	acctest.Remove(t, second)
	third := filepath.Join(t.TempDir(), "c.jsonl")
	p.Set(vars(third, fromResource))
	p.WantPlan(replace)
	acctest.Rewrite(t, third, contentA)
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
}

func TestAccPlan_pathUnknownNamesNothing(t *testing.T) {
	t.Parallel()
	p := acctest.New(t, acctest.Mock(t), "unknown_path", vars(acctest.WriteFile(t, "a.jsonl", contentA)))
	p.WantPlan(create)
	wantUnknown(t, p.Planned(), append(decidedAtApply(), "filename", "mime_type", "content_sha256")...)
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
	wantAttributes(p, map[string]any{"filename": "a.jsonl"})
}

func TestAccPlan_contentChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, changed string }{{"sameSize", contentB}, {"otherSize", "{\"a\":23}\n"}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			path := acctest.WriteFile(t, "a.jsonl", contentA)
			differs := statecheck.CompareValue(compare.ValuesDiffer())
			run(t,
				step(mock, vars(path), plancheck.ResourceActionCreate, differs.AddStateValue(address, tfjsonpath.New("file_id"))),
				before(func() { acctest.Rewrite(t, path, tt.changed) },
					checked(checked(step(mock, vars(path), plancheck.ResourceActionDestroyBeforeCreate,
						text("content_sha256", sum256(tt.changed)), differs.AddStateValue(address, tfjsonpath.New("file_id"))),
						unknown(append(decidedAtApply(), "content_sha256")...)...),
						known("filename", "a.jsonl"), known("mime_type", "text/jsonl"))),
			)
		})
	}
}

// TestAccPlan_quiet changes what must not matter.
func TestAccPlan_quiet(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	file := onlyFile(t, p.Mock)
	now := time.Now()
	for _, change := range []func(){
		func() {},
		func() { chtimes(t, path, now.Add(-time.Hour)) },
		func() { chtimes(t, path, now.Add(time.Hour)) },
		func() {
			if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // Another mode is the point.
				t.Error(err)
			}
		},
		func() { restore(t, path, contentA) },
	} {
		change()
		p.WantPlan(noop).WantNoWarning()
		p.Apply()
		wantKept(p, file)
	}
	wantDestroyed(p)
}

// TestAccPlan_anotherCheckout has the same relative path in another directory.
func TestAccPlan_anotherCheckout(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	first := acctest.New(t, mock, "upload", vars("a.jsonl"))
	first.Write("a.jsonl", contentA)
	first.Apply()
	second := acctest.New(t, mock, "upload", vars("a.jsonl"))
	second.Write("a.jsonl", contentA)
	second.Write("terraform.tfstate", first.Read("terraform.tfstate"))
	mock.ResetJournal()
	second.WantPlan(noop)
	second.Apply()
	wantNothingSent(t, mock)
}

func TestAccPlan_pathChanges(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	file := onlyFile(t, p.Mock)
	// The File and all that is known of it stay known.
	moved := acctest.WriteFile(t, filepath.Base(path), contentA)
	p.Set(vars(moved))
	p.WantPlan(update)
	after := p.Planned().After
	for name, want := range map[string]any{
		"file_id": file.ID, "content_sha256": sum256(contentA), "path": moved, "filename": filepath.Base(path),
	} {
		if got := after[name]; got != want {
			t.Errorf("planned %s: %v, want %v", name, got, want)
		}
	}
	p.ApplyPlan().WantSuccess()
	wantKept(p, file)
	p.WantPlan(noop)
	// Another content under the same name is another File, whatever the path.
	p.Set(vars(acctest.WriteFile(t, filepath.Base(path), contentB)))
	p.WantPlan(replace)
	wantUnknown(t, p.Planned(), "content_sha256")
	wantConverged(p, contentB)
	// Without a fixed name the new path is another name.
	renamed := acctest.WriteFile(t, "b.jsonl", contentB)
	p.Set(vars(renamed))
	p.WantPlan(replace)
	wantConverged(p, contentB)
	wantAttributes(p, map[string]any{"filename": "b.jsonl"})
	file = onlyFile(t, p.Mock)
	p.Mock.ResetJournal()
	p.Set(vars(acctest.WriteFile(t, "c.jsonl", contentB), with("filename", "b.jsonl")))
	p.WantPlan(update)
	p.ApplyPlan().WantSuccess()
	wantKept(p, file)
	p.WantPlan(noop)
}

// TestAccPlan_onlyState changes what only the state holds.
func TestAccPlan_onlyState(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	limited := vars(path, with("delete_timeout", "5m"))
	same := statecheck.CompareValue(compare.ValuesSame())
	fileID := func() statecheck.StateCheck { return same.AddStateValue(address, tfjsonpath.New("file_id")) }
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate, fileID()),
		before(mock.ResetJournal, step(mock, limited, plancheck.ResourceActionUpdate, fileID())),
		// A detected type that is configured now, and the other way round.
		step(mock, acctest.Join(limited, with("mime_type", "text/jsonl")), plancheck.ResourceActionNoop, fileID()),
		step(mock, limited, plancheck.ResourceActionNoop, fileID(), checkThat(func() { wantNothingSent(t, mock) })),
	)
}

// TestAccPlan_keepsDetectedType stands for a newer table of types.
func TestAccPlan_keepsDetectedType(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t, with("mime_type", "application/x-older"))
	p.Set(vars(path))
	p.WantPlan(noop)
}

// TestAccPlan_createBeforeDestroy follows the order of the requests.
func TestAccPlan_createBeforeDestroy(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	mock := p.Mock
	p.Copy("testdata/create_before_destroy.tf", "main_override.tf")
	old := onlyFile(t, mock)
	// The upload fails: the old File stays, also in the state.
	acctest.Rewrite(t, path, contentB)
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 400, Message: "part refused"})
	p.WantPlan(acctest.CreateBeforeDestroy)
	p.ApplyPlan().WantFailure("part refused")
	if got := onlyFile(t, mock); got.ID != old.ID {
		t.Errorf("File %s, want %s", got.ID, old.ID)
	}
	wantAttributes(p, map[string]any{"file_id": old.ID})
	wantCount(t, mock, openaitest.OpDeleteFile, 0)
	// The file is gone: nothing is sent, and the old File stays.
	p.WantPlan(acctest.CreateBeforeDestroy)
	acctest.Remove(t, path)
	mock.ResetJournal()
	p.ApplyPlan().WantFailure("There is no file at")
	wantKept(p, old)
	// Now it works: the new File is there before the old one goes.
	acctest.Rewrite(t, path, contentB)
	mock.ResetJournal()
	wantConverged(p, contentB)
	completed, deleted := mock.Requests(openaitest.OpCompleteUpload), mock.Requests(openaitest.OpDeleteFile)
	if len(completed) != 1 || len(deleted) != 1 || completed[0].Finished.After(deleted[0].Started) {
		t.Errorf("completed %v, deleted %v", completed, deleted)
	}
}

// TestAccPlan_withoutKey plans and destroys where nothing has to be asked.
func TestAccPlan_withoutKey(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	p := acctest.New(t, mock, "upload", vars(path))
	p.Setenv("OPENAI_API_KEY=")
	p.Destroy().WantSuccess()
	p.WantPlan(create)
	p.ApplyPlan().WantFailure("No OpenAI API key", "Nothing was sent")
	acctest.WantRequests(t, mock, map[openaitest.Op]int{})
	p.Setenv("OPENAI_API_KEY=" + mock.APIKey())
	p.Apply()
	p.Setenv("OPENAI_API_KEY=")
	mock.ResetJournal()
	p.TryPlan().WantFailure("No OpenAI API key")
	p.WantPlan(noop, "-refresh=false")
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace, "-refresh=false")
	p.WantPlan(destroy, "-destroy", "-refresh=false")
	p.ApplyPlan().WantFailure("No OpenAI API key")
	acctest.WantRequests(t, mock, map[openaitest.Op]int{})
}

// TestAccPlan_planOnlyKeepsNothing makes sure that a plan of a replacement by
// itself leaves everything as it is.
func TestAccPlan_planOnlyKeepsNothing(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	file := onlyFile(t, p.Mock)
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace)
	acctest.Rewrite(t, path, contentA)
	p.WantPlan(noop)
	p.Apply()
	wantKept(p, file)
}

func chtimes(tb testing.TB, path string, at time.Time) {
	tb.Helper()
	if err := os.Chtimes(path, at, at); err != nil {
		tb.Error(err)
	}
}
