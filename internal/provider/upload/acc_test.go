// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"crypto/md5" //nolint:gosec // The API wants MD5.
	"encoding/hex"
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

func TestAccUpload_smallFile(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const content = `{"prompt": "hello"}` + "\n"
	path := acctest.WriteFile(t, "train.jsonl", content)
	run(t,
		step(mock, vars(path), plancheck.ResourceActionCreate,
			text("path", path),
			text("purpose", "user_data"),
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
				checkParts(t, mock, content, []int64{int64(len(content))})
				writes := slices.DeleteFunc(ops(mock), func(op openaitest.Op) bool { return op == openaitest.OpGetFile })
				if want := []openaitest.Op{openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload}; !slices.Equal(writes, want) {
					t.Errorf("requests: got %v, want %v", writes, want)
				}
			},
			ConfigDirectory: config.StaticDirectory("testdata/upload"),
			ConfigVariables: acctest.Vars(mock, vars(path)),
			PlanOnly:        true,
		},
	)
	wantNoFiles(t, mock)
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
			mock := acctest.Mock(t)
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
func checkParts(t *testing.T, mock *openaitest.Server, content string, sizes []int64) {
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
	md := md5.Sum([]byte(content)) //nolint:gosec // The API wants MD5.
	if got := complete[0].Body["md5"]; got != hex.EncodeToString(md[:]) {
		t.Errorf("md5 %v", got)
	}
	if got := onlyFile(t, mock); string(got.Content) != content {
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
			mock := acctest.Mock(t)
			path := acctest.WriteFile(t, tt.local, tt.content)
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
	mock := acctest.Mock(t)
	path := acctest.WriteFile(t, "a.txt", "x")
	expires := func(seconds int) acctest.Variables {
		return vars(path, with("purpose", "user_data"), withInt("expires_seconds", seconds))
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
	mock := acctest.Mock(t)
	path := acctest.WriteFile(t, "a.jsonl", "{}\n")
	run(t, step(mock, vars(path, unchecked("batch")), plancheck.ResourceActionCreate,
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
		{"expiry", withInt("expires_seconds", 3600)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			path := acctest.WriteFile(t, "a.txt", "x")
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

func TestAccUpload_import(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	path := acctest.WriteFile(t, "a.jsonl", "{}\n")
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

func TestAccUpload_deleteWaitsForProcessing(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t, openaitest.Options{Processing: 2})
	path := acctest.WriteFile(t, "a.jsonl", "{}\n")
	run(t, step(mock, vars(path), plancheck.ResourceActionCreate))
	if got := len(mock.Requests(openaitest.OpDeleteFile)); got != 3 {
		t.Errorf("%d requests to delete, want 3", got)
	}
}
