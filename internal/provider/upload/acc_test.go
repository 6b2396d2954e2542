// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"bytes"
	"crypto/md5" //nolint:gosec // The API wants MD5.
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"testing"

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

// address is the resource in testdata/upload.
const address = "openai_upload.test"

// mib is the least part size that can be configured.
const mib = 1 << 20

// step applies testdata/upload with the given variables, expects action of the
// plan, and a quiet plan afterwards (which the framework checks).
func step(mock *openaitest.Server, vars acctest.Variables, action plancheck.ResourceActionType, checks ...statecheck.StateCheck) resource.TestStep {
	return resource.TestStep{
		ConfigDirectory:   config.StaticDirectory("testdata/upload"),
		ConfigVariables:   acctest.Vars(mock, vars),
		ConfigStateChecks: checks,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}
}

// failing applies testdata/upload and expects an error.
func failing(mock *openaitest.Server, vars acctest.Variables, pattern string) resource.TestStep {
	return resource.TestStep{
		ConfigDirectory: config.StaticDirectory("testdata/upload"),
		ConfigVariables: acctest.Vars(mock, vars),
		ExpectError:     words(pattern),
	}
}

// words matches a text whatever way the CLI wrapped its lines.
func words(pattern string) *regexp.Regexp {
	return regexp.MustCompile(regexp.MustCompile(` +`).ReplaceAllString(pattern, `[\s│|]+`))
}

func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	// A configuration with a provider block wants its factories at each step.
	for i := range steps {
		steps[i].ProtoV6ProviderFactories = acctest.Factories()
	}
	resource.Test(t, resource.TestCase{Steps: steps})
}

func vars(path string, more ...acctest.Variables) acctest.Variables {
	v := acctest.Variables{"path": acctest.String(path)}
	for _, m := range more {
		maps.Copy(v, m)
	}
	return v
}

func with(name, value string) acctest.Variables {
	return acctest.Variables{name: acctest.String(value)}
}

func attribute(name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}

func text(name, value string) statecheck.StateCheck {
	return attribute(name, knownvalue.StringExact(value))
}

func sum256(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// onlyFile returns the one File that the mock has.
func onlyFile(t *testing.T, mock *openaitest.Server) openaitest.File {
	t.Helper()
	files := mock.Files()
	if len(files) != 1 {
		t.Fatalf("%d Files, want 1: %+v", len(files), files)
	}
	return files[0]
}

// ops lists the operations of the journal, in order.
func ops(mock *openaitest.Server) []openaitest.Op {
	var list []openaitest.Op
	for _, r := range mock.Journal() {
		list = append(list, r.Op)
	}
	return list
}

// wantRequests checks how many requests of each operation were received since
// the journal was reset; operations that aren't named must not occur.
func wantRequests(t *testing.T, mock *openaitest.Server, want map[openaitest.Op]int) {
	t.Helper()
	got := map[openaitest.Op]int{}
	for _, op := range ops(mock) {
		got[op]++
	}
	if !maps.Equal(got, want) {
		t.Errorf("requests: got %v, want %v", got, want)
	}
}

func TestAccUpload_smallFile(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := []byte(`{"prompt": "hello"}` + "\n")
	path := acctest.WriteFile(t, "train.jsonl", content)
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate,
			text("path", path),
			text("purpose", "fine-tune"),
			text("filename", "train.jsonl"),
			text("mime_type", "text/jsonl"),
			text("content_sha256", sum256(content)),
			text("status", "processed"),
			attribute("bytes", knownvalue.Int64Exact(int64(len(content)))),
			attribute("expires_at", knownvalue.Null()),
			attribute("expires_after", knownvalue.Null()),
			attribute("timeouts", knownvalue.Null()),
			attribute("id", knownvalue.StringRegexp(regexp.MustCompile(`^file-[0-9A-Za-z]{22}$`))),
			attribute("upload_id", knownvalue.StringRegexp(regexp.MustCompile(`^upload_[0-9a-f]{32}$`))),
			attribute("created_at", knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`))),
			statecheck.CompareValuePairs(address, tfjsonpath.New("id"), address, tfjsonpath.New("file_id"), compare.ValuesSame()),
		),
		resource.TestStep{
			PreConfig: func() {
				if got := onlyFile(t, mock); !bytes.Equal(got.Content, content) {
					t.Errorf("content at the mock: %q", got.Content)
				}
				var writes []openaitest.Op
				for _, op := range ops(mock) {
					if op != openaitest.OpGetFile {
						writes = append(writes, op)
					}
				}
				if want := []openaitest.Op{openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload}; !slices.Equal(writes, want) {
					t.Errorf("requests: got %v, want %v", writes, want)
				}
			},
			ConfigDirectory: config.StaticDirectory("testdata/upload"),
			ConfigVariables: acctest.Vars(mock, vars(path)),
			PlanOnly:        true,
		},
	)
	if left := mock.Files(); len(left) != 0 {
		t.Errorf("destroy left %+v", left)
	}
}

// TestAccUpload_partSizes walks the border between one part and two.
func TestAccUpload_partSizes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		size  int
		parts []int64
	}{
		{"oneByteLess", mib - 1, []int64{mib - 1}},
		{"exactlyOnePart", mib, []int64{mib}},
		{"oneByteMore", mib + 1, []int64{mib, 1}},
		{"threeParts", 2*mib + 5, []int64{mib, mib, 5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			content := acctest.Pattern(tt.size, 7)
			path := acctest.WriteFile(t, "data.bin", content)
			run(t,
				step(mock, vars(path, acctest.Variables{"part_size": acctest.Int(mib), "purpose": acctest.String("user_data")}),
					plancheck.ResourceActionCreate,
					attribute("bytes", knownvalue.Int64Exact(int64(tt.size))),
					text("content_sha256", sum256(content)),
					checkThat(func() { checkParts(t, mock, content, tt.parts) }),
				),
			)
		})
	}
}

// checkParts checks what the mock received: each part's size, the parts'
// order in complete, the MD5 and the whole content.
func checkParts(t *testing.T, mock *openaitest.Server, content []byte, sizes []int64) {
	t.Helper()
	bySize := map[string]int64{}
	for _, r := range mock.Requests(openaitest.OpAddPart) {
		bySize[r.PartID] = r.PartBytes
	}
	complete := mock.Requests(openaitest.OpCompleteUpload)
	if len(complete) != 1 {
		t.Fatalf("%d requests to complete", len(complete))
	}
	ids, _ := complete[0].Body["part_ids"].([]any)
	var ordered []int64
	for _, id := range ids {
		id, _ := id.(string)
		ordered = append(ordered, bySize[id])
	}
	if !slices.Equal(ordered, sizes) {
		t.Errorf("parts in the order of part_ids: %v, want %v", ordered, sizes)
	}
	md := md5.Sum(content) //nolint:gosec // The API wants MD5.
	if got := complete[0].Body["md5"]; got != hex.EncodeToString(md[:]) {
		t.Errorf("md5 %v", got)
	}
	if got := onlyFile(t, mock); !bytes.Equal(got.Content, content) {
		t.Error("the content at the mock is not the file's")
	}
}

func TestAccUpload_names(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		local    string
		content  string
		more     acctest.Variables
		filename string
		mime     string
	}{
		{"given", "a.txt", "x", acctest.Variables{"filename": acctest.String("other.json"), "mime_type": acctest.String("application/x-mine")}, "other.json", "application/x-mine"},
		{"detectedByName", "a.md", "x", nil, "a.md", "text/markdown"},
		{"byGivenFilename", "a.bin", "{}\n", with("filename", "b.jsonl"), "b.jsonl", "text/jsonl"},
		{"byContent", "noextension", "%PDF-1.4\n", nil, "noextension", "application/pdf"},
		{"nonASCII", "你好 wörld.txt", "x", nil, "你好 wörld.txt", "text/plain"},
		{"quoted", `a "quoted" $& name;.txt`, "x", nil, `a "quoted" $& name;.txt`, "text/plain"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := acctest.WriteFile(t, tt.local, []byte(tt.content))
			run(t,
				step(mock, vars(path, with("purpose", "assistants"), tt.more), plancheck.ResourceActionCreate,
					text("filename", tt.filename),
					text("mime_type", tt.mime),
					checkThat(func() {
						if got := onlyFile(t, mock).Filename; got != tt.filename {
							t.Errorf("filename at the mock: %q", got)
						}
						if got := mock.Requests(openaitest.OpCreateUpload)[0].Body["mime_type"]; got != tt.mime {
							t.Errorf("mime_type at the mock: %v", got)
						}
					}),
				),
			)
		})
	}
}

func TestAccUpload_expiresAfter(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.txt", []byte("x"))
	expires := func(seconds int) acctest.Variables {
		return vars(path, with("purpose", "user_data"), acctest.Variables{"expires_seconds": acctest.Int(seconds)})
	}
	run(t,
		step(mock, expires(3600), plancheck.ResourceActionCreate,
			attribute("expires_after", knownvalue.ObjectExact(map[string]knownvalue.Check{
				"seconds": knownvalue.Int64Exact(3600), "anchor": knownvalue.StringExact("created_at"),
			})),
			attribute("expires_at", knownvalue.NotNull()),
		),
		step(mock, expires(7200), plancheck.ResourceActionDestroyBeforeCreate),
		failing(mock, expires(3599), "seconds value must be between 3600 and 2592000"),
	)
}

func TestAccUpload_batchExpiresByItself(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	run(t, step(mock, vars(path, with("purpose", "batch")), plancheck.ResourceActionCreate,
		attribute("expires_at", knownvalue.NotNull()), attribute("expires_after", knownvalue.Null())))
}

// TestAccUpload_replaces changes one argument at a time, each of which makes
// another File.
func TestAccUpload_replaces(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change acctest.Variables
	}{
		{"purpose", with("purpose", "user_data")},
		{"filename", with("filename", "other.txt")},
		{"mime_type", with("mime_type", "application/x-mine")},
		{"expiry", acctest.Variables{"expires_seconds": acctest.Int(3600)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := acctest.WriteFile(t, "a.txt", []byte("x"))
			differs := statecheck.CompareValue(compare.ValuesDiffer())
			run(t,
				step(mock, vars(path, with("purpose", "assistants")), plancheck.ResourceActionCreate,
					differs.AddStateValue(address, tfjsonpath.New("file_id"))),
				step(mock, vars(path, with("purpose", "assistants"), tt.change), plancheck.ResourceActionDestroyBeforeCreate,
					differs.AddStateValue(address, tfjsonpath.New("file_id")),
					checkThat(func() { onlyFile(t, mock) })),
			)
		})
	}
}

func TestAccUpload_contentChangeReplaces(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{\"a\":1}\n"))
	replaced := step(mock, vars(path), plancheck.ResourceActionDestroyBeforeCreate, text("content_sha256", sum256([]byte("{\"a\":2}\n"))))
	replaced.PreConfig = func() { acctest.Rewrite(t, path, []byte("{\"a\":2}\n")) }
	replaced.ConfigPlanChecks.PreApply = append(replaced.ConfigPlanChecks.PreApply,
		plancheck.ExpectUnknownValue(address, tfjsonpath.New("content_sha256")),
		plancheck.ExpectUnknownValue(address, tfjsonpath.New("file_id")))
	run(t, step(mock, vars(path), plancheck.ResourceActionCreate), replaced)
}

func TestAccUpload_pathChangeKeepsFile(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	first := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	second := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	same := statecheck.CompareValue(compare.ValuesSame())
	moved := step(mock, vars(second), plancheck.ResourceActionUpdate,
		text("path", second), same.AddStateValue(address, tfjsonpath.New("file_id")),
		checkThat(func() {
			wantRequests(t, mock, map[openaitest.Op]int{openaitest.OpGetFile: len(mock.Requests(openaitest.OpGetFile))})
		}))
	moved.PreConfig = mock.ResetJournal
	run(t,
		step(mock, vars(first), plancheck.ResourceActionCreate, same.AddStateValue(address, tfjsonpath.New("file_id"))),
		moved,
	)
}

func TestAccUpload_deletedBehindTerraformsBack(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	again := step(mock, vars(path), plancheck.ResourceActionCreate, differs.AddStateValue(address, tfjsonpath.New("file_id")))
	again.PreConfig = func() { mock.RemoveFile(onlyFile(t, mock).ID) }
	run(t, step(mock, vars(path), plancheck.ResourceActionCreate, differs.AddStateValue(address, tfjsonpath.New("file_id"))), again)
}

func TestAccUpload_import(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate),
		resource.TestStep{
			ConfigDirectory:   config.StaticDirectory("testdata/upload"),
			ConfigVariables:   acctest.Vars(mock, vars(path)),
			ResourceName:      address,
			ImportState:       true,
			ImportStateVerify: true,
			// OpenAI knows neither the local file, nor its type and hash, nor the Upload.
			ImportStateVerifyIgnore: []string{"path", "content_sha256", "mime_type", "upload_id"},
		},
	)
}

func TestAccUpload_partFailsForGood(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Status: http.StatusBadRequest, Message: "part refused", Code: "bad_part"})
	run(t, failing(mock, vars(path), `part refused[\s\S]*The Upload upload_[0-9a-f]{32} was cancelled`))
	wantRequests(t, mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1, openaitest.OpAddPart: 1, openaitest.OpCancelUpload: 1})
}

func TestAccUpload_wrongKey(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	run(t, failing(mock, vars(path, with("api_key", "sk-wrong")), "401"))
	wantRequests(t, mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1})
}

func TestAccUpload_deleteWaitsForProcessing(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t, openaitest.Options{Processing: 2})
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	run(t, step(mock, vars(path), plancheck.ResourceActionCreate))
	if got := len(mock.Requests(openaitest.OpDeleteFile)); got != 3 {
		t.Errorf("%d requests to delete, want 3", got)
	}
}

func TestAccUpload_unusableFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, tt := range []struct{ name, path, message string }{
		{"missing", dir + "/none.jsonl", "there is no file at"},
		{"directory", dir, `is a directory, not a file[\s\S]*fileset`},
		{"empty", acctest.WriteFile(t, "empty.jsonl", nil), "is empty"},
		{"loop", loop(t), "can't be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			run(t, failing(mock, vars(tt.path), "(?i)"+tt.message))
			wantRequests(t, mock, map[openaitest.Op]int{})
		})
	}
}
