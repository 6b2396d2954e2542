// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
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

func unknown(names ...string) []plancheck.PlanCheck {
	var checks []plancheck.PlanCheck
	for _, name := range names {
		checks = append(checks, plancheck.ExpectUnknownValue(address, tfjsonpath.New(name)))
	}
	return checks
}

func known(name, value string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New(name), knownvalue.StringExact(value))
}

// checked adds checks of the plan to a step.
func checked(s resource.TestStep, checks ...plancheck.PlanCheck) resource.TestStep {
	s.ConfigPlanChecks.PreApply = append(s.ConfigPlanChecks.PreApply, checks...)
	return s
}

// before does something before a step.
func before(f func(), s resource.TestStep) resource.TestStep {
	s.PreConfig = f
	return s
}

// quiet expects that the step has nothing to do and asks for nothing but the File.
func quiet(t *testing.T, mock *openaitest.Server, v acctest.Variables, prepare func()) resource.TestStep {
	t.Helper()
	s := step(mock, v, plancheck.ResourceActionNoop, checkThat(func() { wantNothingSent(t, mock) }))
	s.ConfigPlanChecks.PreApply = append(s.ConfigPlanChecks.PreApply, plancheck.ExpectEmptyPlan())
	return before(func() {
		mock.ResetJournal()
		if prepare != nil {
			prepare()
		}
	}, s)
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
		{"pinned", "a.jsonl", with("content_sha256", sum256([]byte("{}\n"))), []plancheck.PlanCheck{known("content_sha256", sum256([]byte("{}\n")))}},
		{"expires", "a.jsonl", with("purpose", "batch"), unknown("expires_at")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := acctest.WriteFile(t, tt.local, []byte("{}\n"))
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
	mock := openaitest.Start(t)
	path := filepath.Join(t.TempDir(), "late.jsonl")
	s := newSession(t, mock, vars(path))
	p := s.wantPlan(create())
	wantText(t, p.output, "Warning: No usable file yet[\\s\\S]*there is no file at")
	if p.after["filename"] != "late.jsonl" || p.unknown["content_sha256"] != true || p.unknown["bytes"] != true {
		t.Errorf("planned %v, unknown %v", p.after, p.unknown)
	}
	wantFailure(t, s.applyPlan(), "there is no file at[\\s\\S]*Nothing was sent")
	wantRequests(t, mock, map[openaitest.Op]int{})
	s.wantPlan(create())
	acctest.Rewrite(t, path, []byte("{}\n"))
	wantSuccess(t, s.applyPlan())
	wantNoText(t, s.wantPlan(noop()).output, "No usable file")
}

// TestAccPlan_generatedFile has the file made during apply, by something that
// the resource depends on.
func TestAccPlan_generatedFile(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := filepath.Join(t.TempDir(), "generated.jsonl")
	s := newSessionOf(t, mock, `
resource "terraform_data" "generator" {
  provisioner "local-exec" {
    command = "echo '{}' > '`+filepath.ToSlash(path)+`'"
  }
}

resource "openai_upload" "test" {
  path       = "`+filepath.ToSlash(path)+`"
  purpose    = "fine-tune"
  depends_on = [terraform_data.generator]
}
`)
	wantText(t, s.apply().Output, "No usable file yet")
	onlyFile(t, mock)
	s.wantPlan(noop())
}

// unknownInputs is a configuration whose path and pin aren't known while what
// they are made from is about to change.
const unknownInputs = `
variable "path" {
  type = string
}

variable "path_from" {
  type    = string
  default = "configuration"
}

variable "pin" {
  type    = string
  default = null
}

variable "base_url" {
  type = string
}

variable "api_key" {
  type = string
}

resource "terraform_data" "path" {
  input = var.path
}

resource "terraform_data" "pin" {
  input = var.pin
}

resource "openai_upload" "test" {
  path           = var.path_from == "resource" ? terraform_data.path.output : var.path
  purpose        = "fine-tune"
  filename       = "fixed.jsonl"
  content_sha256 = terraform_data.pin.output
}
`

func TestAccPlan_pathUnknown(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	first := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	second := acctest.WriteFile(t, "b.jsonl", []byte("{}\n"))
	s := newSessionOf(t, mock, unknownInputs)
	fromResource := with("path_from", "resource")
	s.set(vars(first, fromResource))
	p := s.wantPlan(create())
	if p.unknown["path"] != true || p.unknown["content_sha256"] != true || p.after["filename"] != "fixed.jsonl" {
		t.Errorf("planned %v, unknown %v", p.after, p.unknown)
	}
	wantSuccess(t, s.applyPlan())
	s.wantPlan(noop())
	// The same content is behind the new path, but the plan can't know it.
	s.set(vars(second, fromResource))
	if p := s.wantPlan(replaces()); p.unknown["content_sha256"] != true || p.unknown["file_id"] != true {
		t.Errorf("unknown %v", p.unknown)
	}
	wantSuccess(t, s.applyPlan())
	s.wantPlan(noop())
	// A file that isn't there yet is no error where something may make it.
	acctest.Remove(t, second)
	third := filepath.Join(t.TempDir(), "c.jsonl")
	s.set(vars(third, fromResource))
	s.wantPlan(replaces())
	acctest.Rewrite(t, third, []byte("{}\n"))
	wantSuccess(t, s.applyPlan())
	s.wantPlan(noop())
}

func TestAccPlan_pathUnknownNamesNothing(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	s := newSessionOf(t, mock, `
resource "terraform_data" "path" {
  input = "`+filepath.ToSlash(path)+`"
}

resource "openai_upload" "test" {
  path    = terraform_data.path.output
  purpose = "fine-tune"
}
`)
	p := s.wantPlan(create())
	for _, name := range append(decidedAtApply(), "filename", "mime_type", "content_sha256") {
		if p.unknown[name] != true {
			t.Errorf("%s is known: %v", name, p.after[name])
		}
	}
	wantSuccess(t, s.applyPlan())
	if p := s.wantPlan(noop()); p.after["filename"] != "a.jsonl" {
		t.Errorf("planned %v", p.after)
	}
}

func TestAccPlan_contentChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, changed string }{{"sameSize", "{\"a\":2}\n"}, {"otherSize", "{\"a\":23}\n"}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := acctest.WriteFile(t, "a.jsonl", []byte("{\"a\":1}\n"))
			differs := statecheck.CompareValue(compare.ValuesDiffer())
			run(t,
				step(mock, vars(path), plancheck.ResourceActionCreate, differs.AddStateValue(address, tfjsonpath.New("file_id"))),
				before(func() { acctest.Rewrite(t, path, []byte(tt.changed)) },
					checked(checked(step(mock, vars(path), plancheck.ResourceActionDestroyBeforeCreate,
						text("content_sha256", sum256([]byte(tt.changed))), differs.AddStateValue(address, tfjsonpath.New("file_id"))),
						unknown(append(decidedAtApply(), "content_sha256")...)...),
						known("filename", "a.jsonl"), known("mime_type", "text/jsonl"))),
				quiet(t, mock, vars(path), nil),
			)
		})
	}
}

// TestAccPlan_quiet changes what must not matter.
func TestAccPlan_quiet(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	now := time.Now()
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate),
		quiet(t, mock, vars(path), nil),
		quiet(t, mock, vars(path), func() { chtimes(t, path, now.Add(-time.Hour)) }),
		quiet(t, mock, vars(path), func() { chtimes(t, path, now.Add(time.Hour)) }),
		quiet(t, mock, vars(path), func() {
			if err := os.Chmod(path, 0o644); err != nil { //nolint:gosec // Another mode is the point.
				t.Error(err)
			}
		}),
		quiet(t, mock, vars(path), func() {
			acctest.Remove(t, path)
			acctest.Rewrite(t, path, []byte("{}\n"))
		}),
	)
}

// TestAccPlan_anotherCheckout has the same relative path in another directory.
func TestAccPlan_anotherCheckout(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	first := newSession(t, mock, vars("a.jsonl"))
	first.write("a.jsonl", "{}\n")
	first.apply()
	second := newSession(t, mock, vars("a.jsonl"))
	second.write("a.jsonl", "{}\n")
	second.write("terraform.tfstate", first.read("terraform.tfstate"))
	mock.ResetJournal()
	second.wantPlan(noop())
	second.apply()
	wantNothingSent(t, mock)
}

func TestAccPlan_pathChanges(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	first := acctest.WriteFile(t, "v1.jsonl", []byte("{}\n"))
	second := acctest.WriteFile(t, "v2.jsonl", []byte("{}\n"))
	other := acctest.WriteFile(t, "v2.jsonl", []byte("[]\n"))
	fixed := with("filename", "fixed.jsonl")
	same := statecheck.CompareValue(compare.ValuesSame())
	run(t,
		step(mock, vars(first, fixed), plancheck.ResourceActionCreate, same.AddStateValue(address, tfjsonpath.New("file_id"))),
		// The File and all that is known of it stay known.
		before(mock.ResetJournal, checked(step(mock, vars(second, fixed), plancheck.ResourceActionUpdate,
			same.AddStateValue(address, tfjsonpath.New("file_id")),
			checkThat(func() { wantNothingSent(t, mock) })),
			known("content_sha256", sum256([]byte("{}\n"))), known("filename", "fixed.jsonl"))),
		quiet(t, mock, vars(second, fixed), nil),
		// Without a fixed name the new path is another name.
		step(mock, vars(second), plancheck.ResourceActionDestroyBeforeCreate, text("filename", "v2.jsonl")),
		step(mock, vars(first), plancheck.ResourceActionDestroyBeforeCreate, text("filename", "v1.jsonl")),
		// Another content under the same name is another File, whatever the path.
		step(mock, vars(second), plancheck.ResourceActionDestroyBeforeCreate),
		checked(step(mock, vars(other), plancheck.ResourceActionDestroyBeforeCreate), unknown("content_sha256")...),
	)
}

// TestAccPlan_onlyState changes what only the state holds.
func TestAccPlan_onlyState(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate),
		before(mock.ResetJournal, step(mock, vars(path, with("delete_timeout", "5m")), plancheck.ResourceActionUpdate,
			checkThat(func() { wantNothingSent(t, mock) }))),
		// A detected type that is configured now, and the other way round.
		quiet(t, mock, vars(path, with("delete_timeout", "5m"), with("mime_type", "text/jsonl")), nil),
		quiet(t, mock, vars(path, with("delete_timeout", "5m")), nil),
	)
}

// TestAccPlan_keepsDetectedType stands for a newer table of types.
func TestAccPlan_keepsDetectedType(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	run(t,
		step(mock, vars(path, with("mime_type", "application/x-older")), plancheck.ResourceActionCreate),
		quiet(t, mock, vars(path), nil),
	)
}

// TestAccPlan_createBeforeDestroy follows the order of the requests.
func TestAccPlan_createBeforeDestroy(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{\"a\":1}\n"))
	s := newSessionOf(t, mock, `
resource "openai_upload" "test" {
  path    = "`+filepath.ToSlash(path)+`"
  purpose = "fine-tune"

  lifecycle {
    create_before_destroy = true
  }
}
`)
	s.apply()
	old := onlyFile(t, mock)
	// The upload fails: the old File stays, also in the state.
	acctest.Rewrite(t, path, []byte("{\"a\":2}\n"))
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 400, Message: "part refused"})
	mock.ResetJournal()
	s.wantPlan([]string{"create", "delete"})
	wantFailure(t, s.applyPlan(), "part refused")
	if got := onlyFile(t, mock); got.ID != old.ID || s.state().attributes()["file_id"] != old.ID {
		t.Errorf("File %s in the state %v, want %s", got.ID, s.state().attributes()["file_id"], old.ID)
	}
	if n := len(mock.Requests(openaitest.OpDeleteFile)); n != 0 {
		t.Errorf("%d Files deleted", n)
	}
	// The file is gone: nothing is sent, and the old File stays.
	s.wantPlan([]string{"create", "delete"})
	acctest.Remove(t, path)
	mock.ResetJournal()
	wantFailure(t, s.applyPlan(), "there is no file at")
	wantNothingSent(t, mock)
	// Now it works: the new File is there before the old one goes.
	acctest.Rewrite(t, path, []byte("{\"a\":2}\n"))
	mock.ResetJournal()
	s.apply()
	if got := onlyFile(t, mock); got.ID == old.ID || s.state().attributes()["file_id"] != got.ID {
		t.Errorf("File %s, in the state %v", got.ID, s.state().attributes()["file_id"])
	}
	completed, deleted := mock.Requests(openaitest.OpCompleteUpload), mock.Requests(openaitest.OpDeleteFile)
	if len(completed) != 1 || len(deleted) != 1 || completed[0].Finished.After(deleted[0].Started) {
		t.Errorf("completed %v, deleted %v", completed, deleted)
	}
	s.wantPlan(noop())
}

// TestAccPlan_withoutKey plans and destroys where nothing has to be asked.
func TestAccPlan_withoutKey(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	s := newSessionOf(t, mock, `
resource "openai_upload" "test" {
  path    = "`+filepath.ToSlash(path)+`"
  purpose = "fine-tune"
}
`)
	withKey := s.Env
	s.Env = append(append([]string(nil), withKey...), "OPENAI_API_KEY=")
	s.MustRun(t, "destroy", "-no-color", "-auto-approve")
	s.wantPlan(create())
	wantFailure(t, s.applyPlan(), "No OpenAI API key[\\s\\S]*Nothing was sent")
	wantRequests(t, mock, map[openaitest.Op]int{})
	s.Env = withKey
	s.apply()
	s.Env = append(append([]string(nil), withKey...), "OPENAI_API_KEY=")
	mock.ResetJournal()
	s.wantPlanError("No OpenAI API key")
	s.wantPlan(noop(), "-refresh=false")
	acctest.Rewrite(t, path, []byte("{\"a\":1}\n"))
	s.wantPlan(replaces(), "-refresh=false")
	s.wantPlan([]string{"delete"}, "-destroy", "-refresh=false")
	wantFailure(t, s.applyPlan(), "No OpenAI API key")
	wantRequests(t, mock, map[openaitest.Op]int{})
}

// TestAccPlan_planOnlyKeepsNothing makes sure that a plan of a replacement by
// itself leaves everything as it is.
func TestAccPlan_planOnlyKeepsNothing(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate),
		resource.TestStep{
			PreConfig: func() {
				mock.ResetJournal()
				acctest.Rewrite(t, path, []byte("[]\n"))
			},
			ConfigDirectory:    config.StaticDirectory("testdata/upload"),
			ConfigVariables:    acctest.Vars(mock, vars(path)),
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
		},
		quiet(t, mock, vars(path), func() {
			wantNothingSent(t, mock)
			acctest.Rewrite(t, path, []byte("{}\n"))
		}),
	)
}

func chtimes(t *testing.T, path string, at time.Time) {
	t.Helper()
	if err := os.Chtimes(path, at, at); err != nil {
		t.Error(err)
	}
}
