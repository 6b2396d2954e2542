// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// What was recorded of each kind of answer, for where the recordings aren't.
const (
	recordedUpload = `{"id":"upload_68cb2ab4b6cc8191b75b2ce214482d40","object":"upload","bytes":8,"created_at":1758145204,` +
		`"filename":"a.jsonl","purpose":"fine-tune","status":"pending","expires_at":1758148804}`
	recordedPart = `{"id":"part_68cb2ab53be881918156a0ace62994b2","object":"upload.part","created_at":1758145205,` +
		`"upload_id":"upload_68cb2ab4b6cc8191b75b2ce214482d40"}`
	recordedFile = `{"object":"file","id":"file-RRx32Mws4VZG3ZUnsU6Dvf","purpose":"fine-tune","filename":"a.jsonl","bytes":8,` +
		`"created_at":1758145149,"expires_at":null,"status":"processed","status_details":null}`
	recordedDeleted  = `{"object":"file","deleted":true,"id":"file-RRx32Mws4VZG3ZUnsU6Dvf"}`
	recordedNotFound = `{"error":{"message":"No such File object: fake_id","type":"invalid_request_error","param":"id","code":null},` +
		`"detail":{"message":"No such File object: fake_id","code":null}}`
	recordedPurpose = `{"error":{"message":"'world_domination' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'",` +
		`"type":"invalid_request_error","param":"purpose","code":null},` +
		`"detail":{"message":"'world_domination' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'","code":null}}`
)

// shape is a decoded JSON value with its leaves replaced by their types.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, m := range v {
			out[k] = shape(m)
		}
		return out
	case nil:
		return "null"
	default:
		return fmt.Sprintf("%T", v)
	}
}

// keys is the order of the keys of JSON's top level.
func keys(t *testing.T, raw string) []string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(raw))
	if _, err := d.Token(); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	var out []string
	for d.More() {
		k, err := d.Token()
		if err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
		out = append(out, fmt.Sprint(k))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
	}
	return out
}

// sameShape checks that an answer has the keys, their order and the types of
// what was recorded.
func sameShape(t *testing.T, what, got, recorded string) {
	t.Helper()
	var g, r map[string]any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%s: %v in %s", what, err, got)
	}
	if err := json.Unmarshal([]byte(recorded), &r); err != nil {
		t.Fatalf("%s: %v in %s", what, err, recorded)
	}
	if gs, rs := fmt.Sprint(shape(g)), fmt.Sprint(shape(r)); gs != rs {
		t.Errorf("%s is\n%s, recorded was\n%s", what, gs, rs)
	}
	if gk, rk := keys(t, got), keys(t, recorded); !slices.Equal(gk, rk) {
		t.Errorf("%s has keys %v, recorded were %v", what, gk, rk)
	}
}

func TestRecordedShapes(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	created := c.postJSON("/uploads", createBody(8))
	id := c.id(created)
	sameShape(t, "a pending upload", created.raw, recordedUpload)
	part := c.part(id, "12345678")
	sameShape(t, "a part", part.raw, recordedPart)
	done := c.complete(id, "", c.id(part))
	sameShape(t, "a completed upload", done.raw, strings.TrimSuffix(recordedUpload, "}")+`,"file":`+recordedFile+"}")
	u, _ := s.Upload(id)
	got := c.do(http.MethodGet, "/files/"+u.FileID, nil)
	sameShape(t, "a file", got.raw, recordedFile)
	sameShape(t, "a deleted file", c.do(http.MethodDelete, "/files/"+u.FileID, nil).raw, recordedDeleted)
	next := c.create(8)
	sameShape(t, "a cancelled upload", c.cancel(next).raw, recordedUpload)
	// The recorded errors are matched to the letter.
	for _, tt := range []struct{ name, method string }{{"/files/fake_id", http.MethodGet}, {"/files/fake_id/content", http.MethodGet}} {
		r := c.do(tt.method, tt.name, nil)
		c.want(r, http.StatusNotFound)
		if compact(t, r.raw) != recordedNotFound {
			t.Errorf("%s: %s", tt.name, r.raw)
		}
	}
	r := c.postJSON("/uploads", strings.Replace(createBody(8), "fine-tune", "world_domination", 1))
	c.want(r, http.StatusBadRequest)
	if compact(t, r.raw) != recordedPurpose {
		t.Errorf("purpose: %s", r.raw)
	}
}

// compact removes the white space of JSON.
func compact(t *testing.T, raw string) string {
	t.Helper()
	var b strings.Builder
	var buf json.RawMessage
	if err := json.Unmarshal([]byte(raw), &buf); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	for line := range strings.Lines(raw) {
		line = strings.TrimSpace(line)
		// Indented JSON has one member a line, with one space behind its key.
		if k, v, ok := strings.Cut(line, `": `); ok {
			line = k + `":` + v
		}
		b.WriteString(line)
	}
	return b.String()
}

// entry is one recorded exchange.
type entry struct {
	RequestURI      string          `json:"RequestUri"`
	RequestMethod   string          `json:"RequestMethod"`
	StatusCode      int             `json:"StatusCode"`
	ResponseHeaders map[string]any  `json:"ResponseHeaders"`
	ResponseBody    json.RawMessage `json:"ResponseBody"`
}

// TestRecordings compares with the recordings themselves.
func TestRecordings(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/records/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d recordings, %v", len(paths), err)
	}
	s := openaitest.Start(t)
	c := newClient(t, s)
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var record struct{ Entries []entry }
		if err := json.Unmarshal(raw, &record); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, e := range record.Entries {
			name := filepath.Base(path) + " " + e.RequestMethod + " " + e.RequestURI
			got := c.replay(t, e)
			c.want(got, e.StatusCode)
			sameShape(t, name, got.raw, string(e.ResponseBody))
			if e.StatusCode == http.StatusNotFound {
				want, ok := e.ResponseHeaders["Content-Length"].(string)
				if !ok || want != strconv.Itoa(len(got.raw)) {
					t.Errorf("%s: %d bytes, recorded were %s", name, len(got.raw), want)
				}
			}
			for k := range e.ResponseHeaders {
				if strings.EqualFold(k, "X-Request-ID") && got.header.Get(k) == "" {
					t.Errorf("%s has no %s", name, k)
				}
			}
		}
	}
	t.Logf("compared with %d recordings", len(paths))
}

// replay makes a request that stands for a recorded one. Where that used the
// single-request POST /files, a File made of parts must look the same.
func (c *client) replay(t *testing.T, e entry) reply {
	t.Helper()
	_, path, _ := strings.Cut(e.RequestURI, "/v1")
	last := path[strings.LastIndex(path, "/"):]
	known := !strings.Contains(path, "fake_id")
	switch {
	case path == "/files" && e.StatusCode == http.StatusOK:
		return c.do(http.MethodGet, "/files/"+c.upload("12345678"), nil)
	case path == "/files":
		return c.postJSON("/uploads", strings.Replace(createBody(8), "fine-tune", "world_domination", 1))
	case path == "/uploads":
		return c.postJSON(path, createBody(8))
	case last == "/parts":
		return c.part(c.create(8), "1234")
	case last == "/cancel":
		return c.cancel(c.create(8))
	case last == "/complete":
		id := c.create(8)
		return c.complete(id, "", c.addPart(id, "1234"), c.addPart(id, "5678"))
	case known:
		return c.do(e.RequestMethod, "/files/"+c.upload("12345678"), nil)
	default:
		return c.do(e.RequestMethod, path, nil)
	}
}

// The list has the keys of the document; nothing of it was recorded.
func TestListShape(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	c.upload("abc")
	r := c.do(http.MethodGet, "/files", nil)
	want := []string{"data", "first_id", "has_more", "last_id", "object"}
	if got := slices.Sorted(maps.Keys(r.body)); !slices.Equal(got, want) {
		t.Errorf("keys: %v", got)
	}
	data, ok := r.body["data"].([]any)
	if !ok || len(data) != 1 {
		t.Fatalf("data: %s", r.raw)
	}
	file, err := json.Marshal(data[0])
	if err != nil {
		t.Fatal(err)
	}
	var got, recorded map[string]any
	if json.Unmarshal(file, &got) != nil || json.Unmarshal([]byte(recordedFile), &recorded) != nil {
		t.Fatal("no JSON")
	}
	if fmt.Sprint(shape(got)) != fmt.Sprint(shape(recorded)) {
		t.Errorf("a listed file: %s", file)
	}
}
