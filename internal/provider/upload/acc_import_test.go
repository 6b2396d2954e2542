// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// foreign adds a File that something else uploaded, and makes a session whose
// local file has the same content.
func foreign(t *testing.T, change func(*openaitest.File), more ...acctest.Variables) (s *session, file openaitest.File, path string) {
	t.Helper()
	mock := openaitest.Start(t)
	file = openaitest.File{Filename: "a.jsonl", Purpose: "fine-tune", Content: []byte(contentA)}
	if change != nil {
		change(&file)
	}
	file = mock.AddFile(file)
	path = acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	return newSession(t, mock, vars(path, more...)), file, path
}

// expiresAfter makes a File live for d.
func expiresAfter(d time.Duration) func(*openaitest.File) {
	return func(f *openaitest.File) {
		f.CreatedAt = time.Now().UTC().Truncate(time.Second)
		f.ExpiresAt = f.CreatedAt.Add(d)
	}
}

func purpose(p string) func(*openaitest.File) {
	return func(f *openaitest.File) { f.Purpose = p }
}

const adoption = "Warning: Content could not be compared[\\s\\S]*is adopted without an upload"

func TestAccImport_adopted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*openaitest.File)
		more   acctest.Variables
	}{
		{"plain", nil, nil},
		{"pinned", nil, pin(contentA)},
		{"typeGiven", nil, with("mime_type", "application/x-mine")},
		{"expires", expiresAfter(2 * time.Hour), acctest.Variables{"expires_seconds": acctest.Int(7200)}},
		{"aSecondLonger", expiresAfter(2*time.Hour + time.Second), acctest.Variables{"expires_seconds": acctest.Int(7200)}},
		{"aSecondShorter", expiresAfter(time.Hour - time.Second), acctest.Variables{"expires_seconds": acctest.Int(3600)}},
		{"batchASecondLonger", func(f *openaitest.File) {
			f.Purpose = "batch"
			expiresAfter(openaitest.BatchFileLifetime + time.Second)(f)
		}, with("purpose", "batch")},
		{"named", func(f *openaitest.File) { f.Filename = "b.jsonl" }, with("filename", "b.jsonl")},
		{"typeSniffed", func(f *openaitest.File) { f.Filename = "b" }, with("filename", "b")},
		{"batch", func(f *openaitest.File) {
			f.Purpose = "batch"
			expiresAfter(openaitest.BatchFileLifetime)(f)
		}, with("purpose", "batch")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, file, path := foreign(t, tt.change, tt.more)
			s.MustRun(t, "import", "-no-color", address, file.ID)
			p := s.wantPlan(update())
			wantText(t, p.output, adoption)
			if p.after["file_id"] != file.ID {
				t.Errorf("planned %v", p.after)
			}
			wantSuccess(t, s.applyPlan())
			wantNothingSent(t, s.mock)
			if s.wantOnly(contentA).ID != file.ID {
				t.Error("the File was replaced")
			}
			attributes := s.state().attributes()
			if attributes["mime_type"] == nil || attributes["upload_id"] != nil {
				t.Errorf("state: %v", attributes)
			}
			wantNoText(t, s.wantPlan(noop()).output, "could not be compared")
			// From now on it is like any other.
			if tt.more["content_sha256"] == nil {
				acctest.Rewrite(t, path, []byte(contentB))
				s.wantPlan(replaces())
				acctest.Rewrite(t, path, []byte(contentA))
			}
			s.mock.UpdateFile(file.ID, func(f *openaitest.File) { f.Bytes = 99 })
			wantText(t, s.wantPlan(replaces()).output, "it has 99 bytes, uploaded were 8")
		})
	}
}

func TestAccImport_differs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*openaitest.File)
		more   acctest.Variables
		reason string
	}{
		{"size", func(f *openaitest.File) { f.Content = []byte("{}\n") }, nil, "it has 3 bytes, the local file 8"},
		{"name", func(f *openaitest.File) { f.Filename = "b.jsonl" }, nil, `is called "b.jsonl"[\s\S]*set filename = "b.jsonl"`},
		{"purpose", purpose("user_data"), nil, `its purpose is "user_data", configured is "fine-tune"`},
		{
			"shorterLife", expiresAfter(time.Hour),
			acctest.Variables{"expires_seconds": acctest.Int(7200)},
			"it lives 3600 seconds, and the configuration asks for 7200 seconds",
		},
		{"noLife", nil, acctest.Variables{"expires_seconds": acctest.Int(7200)}, "it never expires, and the configuration asks for 7200 seconds"},
		{"unwanted", expiresAfter(time.Hour), nil, "it lives 3600 seconds, and the configuration asks for no expiry"},
		{
			"batchShorter", func(f *openaitest.File) { f.Purpose = "batch"; expiresAfter(time.Hour)(f) }, with("purpose", "batch"),
			"it lives 3600 seconds, and the configuration asks for none, which for purpose batch means 2592000 seconds \\(30 days\\)",
		},
		{"unsettable", expiresAfter(10000 * time.Hour), nil, "it lives 36000000 seconds, and the configuration asks for no expiry"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, file, _ := foreign(t, tt.change, tt.more)
			s.MustRun(t, "import", "-no-color", address, file.ID)
			p := s.wantPlan(replaces())
			wantText(t, p.output, tt.reason)
			wantNoText(t, p.output, "adopted without an upload")
			wantSuccess(t, s.applyPlan())
			if s.wantOnly(contentA).ID == file.ID {
				t.Error("the File wasn't replaced")
			}
			s.wantPlan(noop())
		})
	}
}

// TestAccImport_suggestedName follows the suggestion.
func TestAccImport_suggestedName(t *testing.T) {
	t.Parallel()
	s, file, path := foreign(t, func(f *openaitest.File) { f.Filename = "my data.jsonl" })
	s.MustRun(t, "import", "-no-color", address, file.ID)
	wantText(t, s.wantPlan(replaces()).output, `set filename = "my data.jsonl"`)
	s.set(vars(path, with("filename", "my data.jsonl")))
	s.wantPlan(update())
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	s.wantPlan(noop())
}

func TestAccImport_wrongPin(t *testing.T) {
	t.Parallel()
	s, file, _ := foreign(t, nil, pin(contentB))
	s.MustRun(t, "import", "-no-color", address, file.ID)
	s.wantPlanError("Content doesn't match content_sha256")
	wantNothingSent(t, s.mock)
}

// TestAccImport_unusableFile has nothing to adopt the File by.
func TestAccImport_unusableFile(t *testing.T) {
	t.Parallel()
	s, file, path := foreign(t, nil)
	s.MustRun(t, "import", "-no-color", address, file.ID)
	acctest.Remove(t, path)
	s.wantPlanError("No usable file at path[\\s\\S]*was left as it is")
	wantSuccess(t, s.Run(t, "destroy", "-no-color", "-auto-approve", "-refresh=false"))
}

// TestAccImport_unknownExpiry doesn't know the configured lifetime in the plan
// (row 10).
func TestAccImport_unknownExpiry(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		mock := openaitest.Start(t)
		file := openaitest.File{Filename: "a.jsonl", Purpose: "fine-tune", Content: []byte(contentA)}
		expiresAfter(2 * time.Hour)(&file)
		file = mock.AddFile(file)
		path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
		s := sessionIn(t, mock, "unknown_expiry", vars(path, acctest.Variables{"expires_seconds": acctest.Int(7200)})).in(o)
		s.MustRun(t, "import", "-no-color", address, file.ID)
		if p := s.wantPlan(o.actions()); p.unknown["file_id"] != true {
			t.Errorf("planned %v", p.after)
		}
		s.wantConverged(contentA)
		if onlyFile(t, mock).ID == file.ID {
			t.Error("the File wasn't replaced")
		}
	})
}

// TestAccImport_withoutLocalFile imports a File of which there is no local copy
// (row 11).
func TestAccImport_withoutLocalFile(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		mock := openaitest.Start(t)
		file := openaitest.File{Filename: "remote name.jsonl", Purpose: "fine-tune", Content: []byte(contentA)}
		expiresAfter(2*time.Hour + time.Second)(&file)
		file = mock.AddFile(file)
		path := filepath.Join(t.TempDir(), "none.jsonl")
		expires := acctest.Variables{"expires_seconds": acctest.Int(7200)}
		s := sessionIn(t, mock, "ignored_path", vars(path, expires)).in(o)
		s.write("import.tf", importBlock("id = "+strconv.Quote(file.ID)))
		wantNoWarning(t, s.wantPlan(noop()).output)
		wantSuccess(t, s.applyPlan())
		wantNoWarning(t, s.wantPlan(noop()).output)
		s.wantKept(file)
		attributes := s.state().attributes()
		if attributes["path"] != nil || attributes["content_sha256"] != nil || attributes["filename"] != "remote name.jsonl" {
			t.Errorf("state: %v", attributes)
		}
		// A replacement takes what is configured, and that must be there.
		s.setOnly(vars(path, expires, with("purpose", "user_data")))
		s.wantPlanError("No usable file for the replacement[\\s\\S]*there is no file at")
		s.wantKept(file)
		acctest.Rewrite(t, path, []byte(contentB))
		s.wantPlan(o.actions())
		s.wantConverged(contentB)
		// The File can go without a local copy, too.
		acctest.Remove(t, path)
		wantSuccess(t, s.Run(t, "destroy", "-no-color", "-auto-approve"))
		if left := mock.Files(); len(left) != 0 {
			t.Errorf("destroy left %+v", left)
		}
	})
}

// TestAccImport_pinWithoutLocalFile notes a pin that nothing can be compared with,
// until a local copy turns up and shows that it is another file's.
func TestAccImport_pinWithoutLocalFile(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	file := mock.AddFile(openaitest.File{Filename: "a.jsonl", Purpose: "fine-tune", Content: []byte("[]\n")})
	path := filepath.Join(t.TempDir(), "a.jsonl")
	s := newSession(t, mock, vars(path, pin(contentA)))
	s.override("ignore_path.tf")
	s.MustRun(t, "import", "-no-color", address, file.ID)
	s.wantPlan(update())
	wantSuccess(t, s.applyPlan())
	s.wantPlan(noop())
	acctest.Rewrite(t, path, []byte(contentA))
	s.write("main_override.tf", "")
	wantText(t, s.wantPlan(replaces()).output, "it has 3 bytes, the local file 8")
	s.wantConverged(contentA)
}

func TestAccImport_noSuchFile(t *testing.T) {
	t.Parallel()
	s, _, _ := foreign(t, nil)
	wantFailure(t, s.Run(t, "import", "-no-color", address, "file-nobodyknowsthisone00000"), "Cannot import non-existent remote object")
	wantFailure(t, s.Run(t, "import", "-no-color", address, ""), "No File to import|ID of a File|must have a value|required|empty")
}

// TestAccImport_block imports and adopts in one apply.
func TestAccImport_block(t *testing.T) {
	t.Parallel()
	s, file, _ := foreign(t, nil)
	s.write("import.tf", importBlock("id = "+strconv.Quote(file.ID)))
	wantText(t, s.wantPlan(update()).output, adoption)
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	s.wantOnly(contentA)
	s.wantPlan(noop())
}

func importBlock(argument string) string {
	return "import {\n  to = " + address + "\n  " + argument + "\n}\n"
}

// TestAccImport_generatedConfiguration goes the way of the docs: generate, fill
// in the path, adopt.
func TestAccImport_generatedConfiguration(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*openaitest.File)
	}{
		{"plain", nil},
		{"expires", expiresAfter(2 * time.Hour)},
		{"batch", func(f *openaitest.File) {
			f.Purpose = "batch"
			expiresAfter(openaitest.BatchFileLifetime)(f)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, file, path := foreign(t, tt.change)
			// The newest CLIs want the provider named as long as no resource does.
			id := "id = " + strconv.Quote(file.ID)
			s.configure(importBlock(id + "\n  provider = openai"))
			if err := os.Remove(filepath.Join(s.Dir, "terraform.tfvars.json")); err != nil {
				t.Fatal(err)
			}
			s.wantPlanError("path is not set[\\s\\S]*path = null[\\s\\S]*Fill in the local file", "-generate-config-out=generated.tf")
			generated := s.read("generated.tf")
			unset := words(`path = null`)
			if !unset.MatchString(generated) {
				t.Fatalf("generated:\n%s", generated)
			}
			s.configure(importBlock(id))
			s.write("generated.tf", unset.ReplaceAllLiteralString(generated, "path = "+strconv.Quote(filepath.ToSlash(path))))
			wantText(t, s.wantPlan(update()).output, adoption)
			wantSuccess(t, s.applyPlan())
			wantNothingSent(t, s.mock)
			s.wantOnly(contentA)
			s.wantPlan(noop())
		})
	}
}

// noIdentity is the error of a CLI that doesn't know resource identity.
const noIdentity = `argument named "identity" is not expected|argument "id" is required`

// hasIdentity reports whether the CLI knows resource identity: Terraform and
// OpenTofu do from 1.12 on.
func hasIdentity(t *testing.T, s *session) bool {
	t.Helper()
	var version struct {
		Text string `json:"terraform_version"`
	}
	decode(t, s.MustRun(t, "version", "-json").Output, &version)
	numbers := strings.Split(version.Text, ".")
	if len(numbers) < 2 {
		t.Fatalf("version %q", version.Text)
	}
	major, _ := strconv.Atoi(numbers[0])
	minor, _ := strconv.Atoi(numbers[1])
	return major > 1 || major == 1 && minor >= 12
}

func TestAccImport_identity(t *testing.T) {
	t.Parallel()
	s, file, _ := foreign(t, nil)
	s.write("import.tf", importBlock("identity = {\n    id = "+strconv.Quote(file.ID)+"\n  }"))
	if !hasIdentity(t, s) {
		s.wantPlanError(noIdentity)
		s.write("import.tf", "")
		s.apply()
		if _, ok := s.state().instance["identity"]; ok {
			t.Error("the state has an identity")
		}
		return
	}
	wantText(t, s.wantPlan(update()).output, adoption)
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	s.wantOnly(contentA)
	s.wantPlan(noop())
	if got, _ := s.state().instance["identity"].(map[string]any); got["id"] != file.ID {
		t.Errorf("identity %v, want %s", got, file.ID)
	}
}

// withoutIdentity takes from the state what a CLI without identity leaves out.
func (s *session) withoutIdentity() {
	s.t.Helper()
	st := s.state()
	delete(st.instance, "identity")
	delete(st.instance, "identity_schema_version")
	s.save(st)
}

// TestAccIdentity_older works on a state that an older CLI wrote.
func TestAccIdentity_older(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t)
	s.withoutIdentity()
	s.wantPlan(noop())
	s.apply()
	// In place.
	s.withoutIdentity()
	s.set(vars(path, with("delete_timeout", "5m")))
	s.wantPlan(update())
	wantSuccess(t, s.applyPlan())
	// Replaced.
	s.withoutIdentity()
	acctest.Rewrite(t, path, []byte(contentB))
	s.wantPlan(replaces())
	wantSuccess(t, s.applyPlan())
	file := s.wantOnly(contentB)
	if got, _ := s.state().instance["identity"].(map[string]any); hasIdentity(t, s) && got["id"] != file.ID {
		t.Errorf("identity %v, want %s", got, file.ID)
	}
	// Gone.
	s.withoutIdentity()
	s.mock.RemoveFile(file.ID)
	s.wantPlan(create())
	wantSuccess(t, s.applyPlan())
	// Destroyed.
	s.withoutIdentity()
	wantSuccess(t, s.Run(t, "destroy", "-no-color", "-auto-approve"))
}

// TestAccState_firstRelease reads a state with the first release's schema: it
// has no private state and no identity.
func TestAccState_firstRelease(t *testing.T) {
	t.Parallel()
	s, file, path := foreign(t, nil)
	s.write("terraform.tfstate", `{
  "version": 4,
  "terraform_version": "1.5.0",
  "serial": 1,
  "lineage": "8c9e8b1f-0f3c-4f0e-9d5b-0a6f7d1e2c3b",
  "outputs": {},
  "resources": [{
    "mode": "managed",
    "type": "openai_upload",
    "name": "test",
    "provider": "provider[\"`+providerHost()+`/upload-backed/openai\"]",
    "instances": [{
      "schema_version": 0,
      "attributes": {
        "path": `+strconv.Quote(filepath.ToSlash(path))+`,
        "purpose": "fine-tune",
        "mime_type": "text/jsonl",
        "filename": "a.jsonl",
        "expires_after": null,
        "content_sha256": "`+sum256([]byte(contentA))+`",
        "timeouts": null,
        "id": "`+file.ID+`",
        "file_id": "`+file.ID+`",
        "upload_id": "upload_0123456789abcdef0123456789abcdef",
        "bytes": 8,
        "created_at": "2026-01-01T00:00:00Z",
        "expires_at": null,
        "status": "processed"
      },
      "sensitive_attributes": []
    }]
  }],
  "check_results": null
}`)
	s.wantPlan(noop())
	s.apply()
	wantNothingSent(t, s.mock)
	s.wantOnly(contentA)
	acctest.Rewrite(t, path, []byte(contentB))
	s.wantPlan(replaces())
	wantSuccess(t, s.applyPlan())
	s.wantOnly(contentB)
}

// providerHost is where the CLI under test looks for providers.
func providerHost() string {
	if host := os.Getenv("TF_ACC_PROVIDER_HOST"); host != "" {
		return host
	}
	return "registry.terraform.io"
}
