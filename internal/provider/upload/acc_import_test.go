// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// foreign adds a File that something else uploaded, and makes a project whose
// local file has the same content.
func foreign(tb testing.TB, change func(*openaitest.File), more ...acctest.Variables) (p *acctest.Project, file openaitest.File, path string) {
	tb.Helper()
	mock := acctest.Mock(tb)
	path = acctest.WriteFile(tb, "a.jsonl", contentA)
	return acctest.New(tb, mock, "upload", vars(path, more...)), addFile(mock, change), path
}

// addFile adds a File that something else uploaded.
func addFile(mock *openaitest.Server, change func(*openaitest.File)) openaitest.File {
	file := openaitest.File{Filename: "a.jsonl", Purpose: "user_data", Content: []byte(contentA)}
	if change != nil {
		change(&file)
	}
	return mock.AddFile(file)
}

// importFile imports a File.
func importFile(p *acctest.Project, file openaitest.File) {
	p.TB.Helper()
	p.MustRun("import", "-no-color", address, file.ID)
}

// importBlock has the next plan import, with these arguments.
func importBlock(p *acctest.Project, arguments map[string]any) {
	p.TB.Helper()
	block := map[string]any{"to": address}
	maps.Copy(block, arguments)
	p.WriteJSON("import.tf.json", map[string]any{"import": []any{block}})
}

// expiresAfter makes a File live for d.
func expiresAfter(d time.Duration) func(*openaitest.File) {
	return func(f *openaitest.File) {
		f.CreatedAt = time.Now().UTC().Truncate(time.Second)
		f.ExpiresAt = f.CreatedAt.Add(d)
	}
}

func named(name string) func(*openaitest.File) {
	return func(f *openaitest.File) { f.Filename = name }
}

func sized(content string) func(*openaitest.File) {
	return func(f *openaitest.File) { f.Content = []byte(content) }
}

// forBatch makes a File of purpose batch live for d.
func forBatch(d time.Duration) func(*openaitest.File) {
	return func(f *openaitest.File) {
		f.Purpose = "batch"
		expiresAfter(d)(f)
	}
}

// wantAdopted applies an adoption: nothing is sent, and the File stays.
func wantAdopted(p *acctest.Project, file openaitest.File, args ...string) {
	p.TB.Helper()
	p.WantPlan(update, args...).WantText(adoption...)
	if id := p.Planned().After["file_id"]; id != file.ID {
		p.TB.Errorf("file_id is planned as %v", id)
	}
	p.ApplyPlan().WantSuccess()
	wantOnly(p, contentA)
	wantKept(p, file)
	p.WantPlan(noop).WantNoText(adoption...)
}

// adoption is what is said where a File is taken over by its size.
var adoption = []string{"Warning: Content could not be compared", "is adopted without an upload"}

func TestAccImport_adopted(t *testing.T) {
	t.Parallel()
	batch := unchecked("batch")
	for _, tt := range []struct {
		name   string
		change func(*openaitest.File)
		more   acctest.Variables
	}{
		{"plain", nil, nil},
		{"pinned", nil, pin(contentA)},
		{"expires", expiresAfter(2 * time.Hour), withInt("expires_seconds", 7200)},
		{"aSecondShorter", expiresAfter(time.Hour - time.Second), withInt("expires_seconds", 3600)},
		{"typeSniffed", named("b"), with("filename", "b")},
		{"batchASecondLonger", forBatch(openaitest.BatchFileLifetime + time.Second), batch},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, file, path := foreign(t, tt.change, tt.more)
			importFile(p, file)
			wantAdopted(p, file)
			attributes := p.Attributes()
			if attributes["mime_type"] == nil || attributes["upload_id"] != nil {
				t.Errorf("state: %v", attributes)
			}
			// From now on it is like any other.
			if tt.more["content_sha256"] == nil {
				acctest.Rewrite(t, path, contentB)
				p.WantPlan(replace)
				acctest.Rewrite(t, path, contentA)
			}
			p.Mock.UpdateFile(file.ID, func(f *openaitest.File) { f.Bytes = 99 })
			p.WantPlan(replace).WantText("it has 99 bytes, but 8 were uploaded")
		})
	}
}

func TestAccImport_differs(t *testing.T) {
	t.Parallel()
	twoHours := withInt("expires_seconds", 7200)
	for _, tt := range []struct {
		name   string
		change func(*openaitest.File)
		more   acctest.Variables
		reason string
	}{
		{"size", sized("{}\n"), nil, "it has 3 bytes, the local file 8"},
		{"name", named("b.jsonl"), nil, `is called "b.jsonl"`},
		{"purpose", func(f *openaitest.File) { f.Purpose = "vision" }, nil, `its purpose is "vision", but "user_data" is configured`},
		{"shorterLife", expiresAfter(time.Hour), twoHours, "it lives 3600 seconds, and the configuration asks for 7200 seconds"},
		{
			"batchShorter", forBatch(time.Hour), unchecked("batch"),
			"it lives 3600 seconds, and the configuration asks for none, which for purpose batch means 2592000 seconds (30 days)",
		},
		{"unsettable", expiresAfter(10000 * time.Hour), nil, "it lives 36000000 seconds, and the configuration asks for no expiry"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, file, _ := foreign(t, tt.change, tt.more)
			importFile(p, file)
			p.WantPlan(replace).WantText(tt.reason).WantNoText("adopted without an upload")
			p.ApplyPlan().WantSuccess()
			wantReplaced(p, contentA, file)
			p.WantPlan(noop)
		})
	}
}

// TestAccImport_suggestedName follows the suggestion.
func TestAccImport_suggestedName(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, named("my data.jsonl"))
	importFile(p, file)
	p.WantPlan(replace).WantText(`set filename = "my data.jsonl"`)
	p.Set(vars(path, with("filename", "my data.jsonl")))
	wantAdopted(p, file)
}

func TestAccImport_wrongPin(t *testing.T) {
	t.Parallel()
	p, file, _ := foreign(t, nil, pin(contentB))
	importFile(p, file)
	p.TryPlan().WantFailure("Content doesn't match content_sha256")
	wantKept(p, file)
}

// TestAccImport_unusableFile has nothing to adopt the File by.
func TestAccImport_unusableFile(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, nil)
	importFile(p, file)
	acctest.Remove(t, path)
	p.TryPlan().WantFailure("No usable file at path", "was left as it is")
	wantDestroyed(p, "-refresh=false")
}

// TestAccImport_unknownExpiry doesn't know the configured lifetime in the plan
// (row 10).
func TestAccImport_unknownExpiry(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		mock := acctest.Mock(t)
		file := addFile(mock, expiresAfter(2*time.Hour))
		path := acctest.WriteFile(t, "a.jsonl", contentA)
		p := o.in(acctest.New(t, mock, "unknown_expiry", vars(path, withInt("expires_seconds", 7200))))
		importFile(p, file)
		p.WantPlan(o.action)
		wantUnknown(t, p.Planned(), "file_id")
		wantConverged(p, contentA)
		wantReplaced(p, contentA, file)
	})
}

// TestAccImport_withoutLocalFile imports a File of which there is no local copy
// (row 11).
func TestAccImport_withoutLocalFile(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		mock := acctest.Mock(t)
		file := addFile(mock, func(f *openaitest.File) {
			f.Filename = "remote name.jsonl"
			expiresAfter(2*time.Hour + time.Second)(f)
		})
		path := filepath.Join(t.TempDir(), "none.jsonl")
		expires := withInt("expires_seconds", 7200)
		p := o.in(acctest.New(t, mock, "ignored_path", vars(path, expires)))
		importBlock(p, map[string]any{"id": file.ID})
		p.WantPlan(noop).WantNoWarning()
		p.ApplyPlan().WantSuccess()
		p.WantPlan(noop).WantNoWarning()
		wantKept(p, file)
		wantAttributes(p, map[string]any{"path": nil, "content_sha256": nil, "filename": "remote name.jsonl"})
		// A replacement takes what is configured, and that must be there.
		p.Set(vars(path, expires, with("purpose", "vision")))
		p.TryPlan().WantFailure("No usable file for the replacement", "there is no file at")
		wantKept(p, file)
		acctest.Rewrite(t, path, contentB)
		p.WantPlan(o.action)
		wantConverged(p, contentB)
		// The File can go without a local copy, too.
		acctest.Remove(t, path)
		wantDestroyed(p)
	})
}

// TestAccImport_pinWithoutLocalFile notes a pin that nothing can be compared with,
// until a local copy turns up and shows that it is another file's.
func TestAccImport_pinWithoutLocalFile(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, sized("[]\n"), pin(contentA))
	acctest.Remove(t, path)
	p.Copy("testdata/ignore_path.tf", "main_override.tf")
	importFile(p, file)
	p.WantPlan(update)
	p.ApplyPlan().WantSuccess()
	p.WantPlan(noop)
	acctest.Rewrite(t, path, contentA)
	p.Remove("main_override.tf")
	p.WantPlan(replace).WantText("it has 3 bytes, the local file 8")
	wantConverged(p, contentA)
}

func TestAccImport_noSuchFile(t *testing.T) {
	t.Parallel()
	p, _, _ := foreign(t, nil)
	p.Run("import", "-no-color", address, "file-nobodyknowsthisone00000").WantFailure("Cannot import non-existent remote object")
	// CLIs differ in who refuses an empty ID first.
	p.Run("import", "-no-color", address, "").WantFailure().WantMatch("No File to import|ID of a File|must have a value|required|empty")
}

// TestAccImport_block imports and adopts in one apply.
func TestAccImport_block(t *testing.T) {
	t.Parallel()
	p, file, _ := foreign(t, nil)
	importBlock(p, map[string]any{"id": file.ID})
	wantAdopted(p, file)
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
		{"batch", forBatch(openaitest.BatchFileLifetime)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			file := addFile(mock, tt.change)
			p := acctest.NewEmpty(t, mock)
			// The newest CLIs want the provider named as long as no resource does.
			importBlock(p, map[string]any{"id": file.ID, "provider": "openai"})
			p.TryPlan("-generate-config-out=generated.tf").WantFailure("path is not set", "path = null", "Fill in the local file")
			fillInPath(p)
			importBlock(p, map[string]any{"id": file.ID})
			wantAdopted(p, file)
		})
	}
}

// fillInPath provides the local file that a generated configuration lacks.
func fillInPath(p *acctest.Project) {
	p.TB.Helper()
	generated, unset := p.Read("generated.tf"), regexp.MustCompile(`path +=\s*null`)
	if !unset.MatchString(generated) {
		p.TB.Fatalf("generated:\n%s", generated)
	}
	p.Write("a.jsonl", contentA)
	p.Write("generated.tf", unset.ReplaceAllString(generated, `path = "a.jsonl"`))
}

func TestAccImport_identity(t *testing.T) {
	t.Parallel()
	p, file, _ := foreign(t, nil)
	importBlock(p, map[string]any{"identity": map[string]any{"id": file.ID}})
	if !p.HasIdentity() {
		p.TryPlan().WantFailure().WantMatch(acctest.NoIdentity)
		p.Remove("import.tf.json")
		p.Apply()
		if _, instance := p.Only(); instance["identity"] != nil {
			t.Error("the state has an identity")
		}
		return
	}
	wantAdopted(p, file)
	wantIdentity(p, file)
}

// wantIdentity checks the identity in the state, where the CLI has one.
func wantIdentity(p *acctest.Project, file openaitest.File) {
	p.TB.Helper()
	_, instance := p.Only()
	if got, _ := instance["identity"].(map[string]any); p.HasIdentity() && got["id"] != file.ID {
		p.TB.Errorf("identity %v, want %s", got, file.ID)
	}
}

// withoutIdentity takes from the state what a CLI without identity leaves out.
func withoutIdentity(p *acctest.Project) {
	p.TB.Helper()
	st, instance := p.Only()
	delete(instance, "identity")
	delete(instance, "identity_schema_version")
	p.Save(st)
}

// TestAccIdentity_older works on a state that an older CLI wrote.
func TestAccIdentity_older(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	withoutIdentity(p)
	p.WantPlan(noop)
	p.Apply()
	// In place.
	withoutIdentity(p)
	p.Set(vars(path, with("delete_timeout", "5m")))
	p.WantPlan(update)
	p.ApplyPlan().WantSuccess()
	// Replaced.
	withoutIdentity(p)
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace)
	p.ApplyPlan().WantSuccess()
	file := wantOnly(p, contentB)
	wantIdentity(p, file)
	// Gone.
	withoutIdentity(p)
	p.Mock.RemoveFile(file.ID)
	p.WantPlan(create)
	p.ApplyPlan().WantSuccess()
	// Destroyed.
	withoutIdentity(p)
	wantDestroyed(p)
}

// TestAccState_firstRelease reads a state with the first release's schema: it
// has no private state and no identity.
func TestAccState_firstRelease(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, func(f *openaitest.File) { f.UploadID = "upload_0123456789abcdef0123456789abcdef" })
	p.WriteState(acctest.Source("upload-backed", "openai"), "openai_upload", "test", map[string]any{
		"path": filepath.ToSlash(path), "purpose": "user_data", "mime_type": "text/jsonl", "filename": "a.jsonl",
		"expires_after": nil, "content_sha256": sum256(contentA), "timeouts": nil,
		"id": file.ID, "file_id": file.ID, "upload_id": file.UploadID, "bytes": 8,
		"created_at": "2026-01-01T00:00:00Z", "expires_at": nil, "status": "processed",
	})
	p.WantPlan(noop)
	p.Apply()
	wantOnly(p, contentA)
	wantKept(p, file)
	acctest.Rewrite(t, path, contentB)
	p.WantPlan(replace)
	p.ApplyPlan().WantSuccess()
	wantOnly(p, contentB)
}
