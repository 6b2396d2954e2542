// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the API's checksum
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// found collects violations.
type found struct {
	mu  sync.Mutex
	all []Violation
}

func (f *found) add(v Violation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, v)
}

// purposes are those of Files.
var purposes = []string{"assistants", "batch", "fine-tune", "vision", "user_data", "evals"}

// drive makes a File of size bytes with every request that the client has, and deletes it.
func drive(tb testing.TB, c *openai.Client, purpose string, size int, expiresAfter time.Duration) {
	tb.Helper()
	ctx := tb.Context()
	content := bytes.Repeat([]byte("\x00\xff\r\n--x"), size/7+1)[:size]
	upload, err := c.Create(ctx, engine.Spec{
		Filename: `ä "x".jsonl`, Purpose: purpose, MIMEType: "application/jsonl", Bytes: int64(size), ExpiresAfter: expiresAfter,
	})
	if err != nil {
		tb.Fatal(err)
	}
	ids := make([]string, 2)
	var parts sync.WaitGroup
	for i, part := range [][]byte{content[:size/2], content[size/2:]} {
		parts.Go(func() {
			id, err := c.AddPart(ctx, upload.ID, engine.Part{Number: i, Size: int64(len(part)), Open: func() io.Reader { return bytes.NewReader(part) }})
			wantNoError(tb, err)
			ids[i] = id
		})
	}
	parts.Wait()
	sum := md5.Sum(content) //nolint:gosec // See above.
	done, err := c.Complete(ctx, upload.ID, ids, hex.EncodeToString(sum[:]))
	if err != nil || done.File == nil {
		tb.Fatal(done, err)
	}
	_, err = c.GetFile(ctx, done.File.ID)
	wantNoError(tb, err)
	for _, err := range c.Files(ctx, purpose) {
		wantNoError(tb, err)
	}
	if purpose != "batch" && purpose != "assistants" {
		_, err = c.FileContent(ctx, done.File.ID, int64(size))
		wantNoError(tb, err)
	}
	wantNoError(tb, c.DeleteFile(ctx, done.File.ID))
	if _, err := c.GetFile(ctx, done.File.ID); err == nil {
		tb.Error("the File is still there")
	}
	for _, err := range c.Files(ctx, "") {
		wantNoError(tb, err)
	}
	cancelled, err := c.Create(ctx, engine.Spec{Filename: "a", Purpose: purpose, MIMEType: "text/plain", Bytes: 1})
	wantNoError(tb, err)
	_, err = c.Cancel(ctx, cancelled.ID)
	wantNoError(tb, err)
}

func wantNoError(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Error(err)
	}
}

func newClient(tb testing.TB, url, key string) *openai.Client {
	tb.Helper()
	c, err := openai.New(openai.Config{BaseURL: url, APIKey: key})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// TestClient has nothing but the known exceptions, and each of those.
func TestClient(t *testing.T) {
	t.Parallel()
	var violations found
	mock := openaitest.Start(t, openaitest.Options{Wrap: Wrap(t, violations.add)})
	c := newClient(t, mock.URL(), mock.APIKey())
	for _, purpose := range purposes {
		drive(t, c, purpose, 1000, 0)
	}
	drive(t, c, "vision", 1<<20, time.Hour)
	mock.Close()
	used := map[string]bool{}
	for _, v := range violations.all {
		known := false
		for _, e := range Exceptions() {
			if v.isOneOf([]Exception{e}) {
				known, used[e.Source] = true, true
			}
		}
		if !known {
			t.Errorf("not as in the OpenAPI document: %s", v)
		}
	}
	for _, e := range Exceptions() {
		if !used[e.Source] {
			t.Errorf("an exception that isn't needed: %+v", e)
		}
	}
}

// TestViolations shows that the middleware finds something.
func TestViolations(t *testing.T) {
	t.Parallel()
	const create = `{"filename":"a","purpose":"vision","bytes":1,"mime_type":"a/b"}`
	form := func(fields string) string { return fields + "--b--\r\n" }
	const data = "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"d\"\r\nContent-Type: application/octet-stream\r\n\r\nabc\r\n"
	const other = "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nabc\r\n"
	for _, tt := range []struct {
		name, method, path, contentType, body string
		fault                                 openaitest.Fault
		in, text                              string // Of a violation; empty if there is none.
	}{
		{"good", http.MethodPost, "/uploads", "application/json", create, openaitest.Fault{}, "", ""},
		{"a field too many", http.MethodPost, "/uploads", "application/json", strings.Replace(create, "{", `{"x":1,`, 1), openaitest.Fault{}, "request", `property "x"`},
		{"wrong type", http.MethodPost, "/uploads", "application/json", strings.Replace(create, `:1`, `:"1"`, 1), openaitest.Fault{}, "request", "/bytes"},
		{"missing", http.MethodPost, "/uploads", "application/json", `{"filename":"a"}`, openaitest.Fault{}, "request", `"purpose"`},
		{"unknown purpose", http.MethodPost, "/uploads", "application/json", strings.Replace(create, "vision", "x", 1), openaitest.Fault{}, "request", "/purpose is x"},
		{"wrong media type", http.MethodPost, "/uploads", "text/plain", create, openaitest.Fault{}, "request", "Content-Type"},
		{"no body", http.MethodPost, "/uploads", "application/json", "", openaitest.Fault{}, "request", "body"},
		{"a body too many", http.MethodPost, "/uploads/upload_1/cancel", "application/json", "{}", openaitest.Fault{}, "request", "body"},
		{"limit", http.MethodGet, "/files?limit=abc", "", "", openaitest.Fault{}, "request", "limit"},
		{"unknown path", http.MethodGet, "/uploads/upload_1", "", "", openaitest.Fault{}, "request", "no matching operation"},
		{"form", http.MethodPost, "/uploads/UPLOAD/parts", "multipart/form-data; boundary=b", form(data), openaitest.Fault{}, "", ""},
		{"a form's field too many", http.MethodPost, "/uploads/UPLOAD/parts", "multipart/form-data; boundary=b", form(data + other), openaitest.Fault{}, "request", "other"},
		{"a form without data", http.MethodPost, "/uploads/UPLOAD/parts", "multipart/form-data; boundary=b", form(other), openaitest.Fault{}, "request", "other"},
		{"an answer", http.MethodGet, "/files", "", "", openaitest.Fault{}, "", ""},
		{"an answer that a fault changed", http.MethodGet, "/files", "", "", openaitest.Fault{Set: map[string]any{"data": 1}}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var violations found
			allowed := Exceptions()
			mock := openaitest.Start(t, openaitest.Options{Wrap: Wrap(t, func(v Violation) {
				if !v.isOneOf(allowed) {
					violations.add(v)
				}
			})})
			upload, err := newClient(t, mock.URL(), mock.APIKey()).Create(t.Context(), engine.Spec{Filename: "a", Purpose: "vision", MIMEType: "a/b", Bytes: 3})
			wantNoError(t, err)
			mock.Inject(tt.fault)
			do(t, mock, tt.method, strings.Replace(tt.path, "UPLOAD", upload.ID, 1), tt.contentType, tt.body)
			mock.Close()
			var got strings.Builder
			for _, v := range violations.all {
				got.WriteString(v.String() + "\n")
				if v.In != tt.in {
					t.Errorf("a violation in %s", v.In)
				}
			}
			if !strings.Contains(got.String(), tt.text) || (got.Len() > 0) != (tt.in != "") {
				t.Errorf("violations, want %q:\n%s", tt.text, got.String())
			}
		})
	}
}

// do sends a request and drops the answer.
func do(t *testing.T, mock *openaitest.Server, method, path, contentType, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, mock.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+mock.APIKey())
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}

// TestAnswers has a server that answers wrongly by itself.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		status     int
		in, text   string
	}{
		{"no File", `{"object":"file"}`, http.StatusOK, "response", "filename"},
		{"bad File", `{"object":"file","id":5,"bytes":1,"created_at":1,"filename":"a","purpose":"vision","status":"processed"}`, http.StatusOK, "response", "/id is 5"},
		{"no JSON", `<html>`, http.StatusOK, "response", "invalid character"},
		{"bad error", `{"error":"x"}`, http.StatusNotFound, "error", "/error is x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var violations found
			server := httptest.NewServer(Wrap(t, violations.add)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})))
			_, _ = newClient(t, server.URL+"/v1", "sk-test").GetFile(t.Context(), "file-1") // Whatever the client makes of it.
			server.Close()
			var got strings.Builder
			for _, v := range violations.all {
				got.WriteString(v.String() + "\n")
			}
			if !strings.Contains(got.String(), tt.in) || !strings.Contains(got.String(), tt.text) {
				t.Errorf("violations, want %q:\n%s", tt.text, got.String())
			}
		})
	}
}

// TestPrograms checks that the validator is part of tests alone.
func TestPrograms(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "go", "list", "-deps", "../..", "../cmd/openai-mock").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "kin-openapi") || !strings.Contains(string(out), "internal/openaitest") {
		t.Errorf("packages:\n%s", out)
	}
}
