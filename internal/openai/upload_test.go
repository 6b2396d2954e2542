// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const pending = `{"id":"upload_1","object":"upload","bytes":8,"created_at":1758145204,"filename":"a.jsonl",` +
	`"purpose":"fine-tune","status":"pending","expires_at":1758148804}`

// sameJSON compares values, so that neither order nor escapes count.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	gotText, _ := json.Marshal(g)
	wantText, _ := json.Marshal(w)
	equal(t, "JSON", string(gotText), string(wantText))
}

func TestCreate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		expiry time.Duration
		want   string
	}{
		{"without expiry", 0, `{"filename":"a.jsonl","purpose":"fine-tune","bytes":8,"mime_type":"text/jsonl"}`},
		{"with expiry", 2 * time.Hour, `{"filename":"a.jsonl","purpose":"fine-tune","bytes":8,"mime_type":"text/jsonl",
			"expires_after":{"anchor":"created_at","seconds":7200}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := answering(t, http.StatusOK, pending)
			c := client(t, server.URL, func(c *Config, _ *limits) {
				c.Organization, c.Project, c.UserAgent = "org-1", "proj_1", "agent/1"
			})
			session, err := c.Create(t.Context(), engine.Spec{
				Filename: "a.jsonl", Purpose: "fine-tune", MIMEType: "text/jsonl", Bytes: 8, ExpiresAfter: tt.expiry,
			})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "session", session, engine.Upload{
				ID: "upload_1", Status: "pending", CreatedAt: time.Unix(1758145204, 0).UTC(), ExpiresAt: time.Unix(1758148804, 0).UTC(),
			})
			r := server.only(t)
			equal(t, "request", r.method+" "+r.uri+" "+r.proto, "POST /v1/uploads HTTP/1.1")
			equal(t, "length", r.length, int64(len(r.body)))
			sameJSON(t, r.body, tt.want)
			for _, header := range []struct{ name, want string }{
				{"Authorization", "Bearer " + testKey},
				{"Openai-Organization", "org-1"},
				{"Openai-Project", "proj_1"},
				{"User-Agent", "agent/1"},
				{"Content-Type", "application/json"},
				{"Idempotency-Key", ""},
				{"Accept-Encoding", ""},
			} {
				equal(t, header.name, strings.Join(r.header[header.name], ","), header.want)
			}
		})
	}
}

func TestCreateRefusesAFilenameThatIsNoText(t *testing.T) {
	t.Parallel()
	server := answering(t, http.StatusOK, pending)
	_, err := client(t, server.URL).Create(t.Context(), engine.Spec{Filename: "a\xff.txt"})
	wantUnsent(t, err, engine.Final)
	equal(t, "requests", len(server.all()), 0)
}

// An Upload whose ID is thrown away can't be cancelled.
func TestCreateKeepsAnAnswerThatCameBeforeTheCancellation(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := answering(t, http.StatusOK, pending)
	c := client(t, server.URL, func(c *Config, _ *limits) { c.Observe = func(RequestEvent) { cancel() } })
	session, err := c.Create(ctx, engine.Spec{Filename: "a", Purpose: "batch", Bytes: 1})
	if err != nil || session.ID != "upload_1" {
		t.Errorf("got %+v, %v", session, err)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		cause error
	}{{"without a cause", nil}, {"with a cause", errors.New("interrupted")}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			server := serve(t, func(_ http.ResponseWriter, r *http.Request, _ int) {
				cancel(tt.cause)
				<-r.Context().Done()
			})
			_, err := client(t, server.URL).Create(ctx, engine.Spec{Filename: "a", Purpose: "batch", Bytes: 1})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v is not context.Canceled", err)
			}
			wantFault(t, err, 0, engine.Retryable, false)
		})
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	const file = `{"id":"file-1","object":"file","bytes":8,"created_at":1758145204,"filename":"a.jsonl",` +
		`"purpose":"new-purpose","status":"brooding","expires_at":null,"status_details":null}`
	created := time.Unix(1758145204, 0).UTC()
	for _, tt := range []struct {
		name                 string
		md5, answer, request string
		status               string
		file                 *engine.File
	}{
		{
			"with md5", "abc", `{"id":"upload_1","status":"completed","file":` + file + `}`, `{"part_ids":["p2","p1"],"md5":"abc"}`,
			"completed", &engine.File{
				ID: "file-1", Filename: "a.jsonl", Purpose: "new-purpose", Status: "brooding", Bytes: 8, CreatedAt: created,
			},
		},
		{
			"without md5", "", `{"id":"upload_1","status":"completed","file":{"id":"file-1","expires_at":1758145205,"status_details":"why"}}`,
			`{"part_ids":["p2","p1"]}`, "completed",
			&engine.File{ID: "file-1", ExpiresAt: created.Add(time.Second), StatusDetails: "why", Bytes: engine.UnknownBytes},
		},
		{
			"bytes are null", "a", `{"id":"upload_1","status":"completed","file":{"id":"file-1","bytes":null}}`,
			`{"part_ids":["p2","p1"],"md5":"a"}`, "completed", &engine.File{ID: "file-1", Bytes: engine.UnknownBytes},
		},
		{
			"a field of another type", "a", `{"id":"upload_1","status":"completed","file":{"filename":["a"],"id":"file-1","bytes":8.0}}`,
			`{"part_ids":["p2","p1"],"md5":"a"}`, "completed", &engine.File{ID: "file-1", Bytes: 8},
		},
		{"file is null", "a", `{"id":"upload_1","status":"pending","file":null}`, `{"part_ids":["p2","p1"],"md5":"a"}`, "pending", nil},
		{"file has no ID", "a", `{"id":"upload_1","status":"odd","file":{"bytes":8}}`, `{"part_ids":["p2","p1"],"md5":"a"}`, "odd", nil},
		{"file is absent", "a", `{"id":"upload_1","status":"odd"}`, `{"part_ids":["p2","p1"],"md5":"a"}`, "odd", nil},
		{"empty object", "a", `{}`, `{"part_ids":["p2","p1"],"md5":"a"}`, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := answering(t, http.StatusOK, tt.answer)
			got, err := client(t, server.URL).Complete(t.Context(), "upload_1", []string{"p2", "p1"}, tt.md5)
			if err != nil {
				t.Fatal(err)
			}
			r := server.only(t)
			equal(t, "request", r.method+" "+r.uri, "POST /v1/uploads/upload_1/complete")
			sameJSON(t, r.body, tt.request)
			equal(t, "status", got.Status, tt.status)
			equal(t, "file is there", got.File != nil, tt.file != nil)
			if got.File != nil && tt.file != nil {
				equal(t, "file", *got.File, *tt.file)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	server := answering(t, http.StatusOK, pending)
	answer, err := client(t, server.URL).Cancel(t.Context(), "upload_1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "answer", answer, engine.Upload{
		ID: "upload_1", Status: "pending", CreatedAt: time.Unix(1758145204, 0).UTC(), ExpiresAt: time.Unix(1758148804, 0).UTC(),
	})
	r := server.only(t)
	equal(t, "request", r.method+" "+r.uri+" "+r.body, "POST /v1/uploads/upload_1/cancel ")
	equal(t, "Content-Length", r.length, 0)
}

// The engine retries; the client mustn't.
func TestUploadCallsSendOneRequest(t *testing.T) {
	t.Parallel()
	for _, call := range uploadCalls() {
		t.Run(call.name, func(t *testing.T) {
			t.Parallel()
			server := answering(t, http.StatusInternalServerError, `{"error":{"message":"broken"}}`, "X-Should-Retry", "true")
			err := call.send(t.Context(), client(t, server.URL, func(c *Config, _ *limits) { c.MaxRetries = 5 }), "upload_1")
			wantFault(t, err, http.StatusInternalServerError, engine.Retryable, true)
			server.only(t)
		})
	}
}

// uploadCall sends one request about an Upload.
type uploadCall struct {
	name string
	send func(context.Context, *Client, string) error
}

func uploadCalls() []uploadCall {
	return []uploadCall{
		{"create", func(ctx context.Context, c *Client, _ string) error {
			_, err := c.Create(ctx, engine.Spec{Filename: "a", Purpose: "batch", Bytes: 1})
			return err
		}},
		{"part", func(ctx context.Context, c *Client, id string) error {
			_, err := c.AddPart(ctx, id, textPart("hello"))
			return err
		}},
		{"complete", func(ctx context.Context, c *Client, id string) error {
			_, err := c.Complete(ctx, id, []string{"p"}, "")
			return err
		}},
		{"cancel", func(ctx context.Context, c *Client, id string) error {
			_, err := c.Cancel(ctx, id)
			return err
		}},
	}
}

func TestHostileIDs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"../x?", "../../files/file-1", "a/b", "a%2Fb", "x#y", "x?y=z", "a b", "a\x00b", "\r\nX: y", "é", "//evil.test/", `\..\x`,
		"http://evil.test", ":", strings.Repeat("a", 5000),
	} {
		for _, call := range uploadCalls() {
			if call.name == "create" {
				continue
			}
			server := answering(t, http.StatusOK, `{"id":"x"}`)
			if err := call.send(t.Context(), client(t, server.URL), id); err != nil {
				t.Errorf("%s %q: %v", call.name, id, err)
				continue
			}
			suffix := map[string]string{"part": "/parts", "complete": "/complete", "cancel": "/cancel"}[call.name]
			equal(t, "URI", server.only(t).uri, "/v1/uploads/"+url.PathEscape(id)+suffix)
		}
	}
	for _, id := range []string{"", ".", ".."} {
		server := answering(t, http.StatusOK, `{"id":"x"}`)
		c := client(t, server.URL)
		for _, call := range uploadCalls() {
			if call.name != "create" {
				wantUnsent(t, call.send(t.Context(), c, id), engine.Final)
			}
		}
		_, err := c.GetFile(t.Context(), id)
		wantUnsent(t, err, engine.Final)
		wantUnsent(t, c.DeleteFile(t.Context(), id), engine.Final)
		equal(t, "requests", len(server.all()), 0)
	}
}

func TestNoAPIKey(t *testing.T) {
	t.Parallel()
	server := answering(t, http.StatusOK, pending)
	c := client(t, server.URL, func(c *Config, _ *limits) { c.APIKey = "" })
	errs := map[string]error{"delete": c.DeleteFile(t.Context(), "file-1")}
	_, errs["get"] = c.GetFile(t.Context(), "file-1")
	_, errs["content"] = c.FileContent(t.Context(), "file-1", 1)
	for _, err := range c.Files(t.Context(), "batch") {
		errs["files"] = err
	}
	for _, call := range uploadCalls() {
		errs[call.name] = call.send(t.Context(), c, "upload_1")
	}
	for name, err := range errs {
		if !errors.Is(err, ErrNoAPIKey) {
			t.Errorf("%s: %v", name, err)
		}
		wantUnsent(t, err, engine.Final)
	}
	equal(t, "requests", len(server.all()), 0)
}

func FuzzFilename(f *testing.F) {
	for _, name := range []string{
		"a.txt", `quote".txt`, `back\slash`, "你好.txt", "<&>.html", "new\nline", "\u2028\u2029", "\x00", "e\u0301", "😀", "\ufffd", "a\xffb", "",
	} {
		f.Add(name)
	}

	var seen atomic.Value

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen.Store(string(body))
		answer(w, http.StatusOK, pending)
	}))
	f.Cleanup(server.Close)

	c, err := newClient(Config{APIKey: testKey, BaseURL: server.URL + "/v1"}, defaultLimits(), noProxy)
	if err != nil {
		f.Fatal(err)
	}

	f.Fuzz(func(t *testing.T, name string) {
		seen.Store("")

		_, err := c.Create(t.Context(), engine.Spec{Filename: name, Purpose: "batch", MIMEType: "text/plain", Bytes: 1})
		if !utf8.ValidString(name) {
			wantUnsent(t, err, engine.Final)

			return
		}

		if err != nil {
			t.Fatal(err)
		}

		var body struct {
			Filename string `json:"filename"`
		}

		text, _ := seen.Load().(string)
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			t.Fatalf("%v: %q", err, text)
		}

		equal(t, "filename", body.Filename, name)
	})
}
