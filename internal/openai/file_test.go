// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const (
	theFile = `{"id":"file-1","object":"file","bytes":8,"created_at":1758145204,"filename":"a.jsonl","purpose":"batch",` +
		`"status":"processed","expires_at":1760737204,"status_details":null}`
	theError = `{"error":{"message":"no"}}`
)

func TestGetFile(t *testing.T) {
	t.Parallel()
	server := answering(t, http.StatusOK, theFile, "Date", "Wed, 17 Sep 2025 21:40:04 GMT")
	got, err := client(t, server.URL).GetFile(t.Context(), "file-1")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "answer", got, engine.File{
		ID: "file-1", Filename: "a.jsonl", Purpose: "batch", Status: "processed", Bytes: 8,
		CreatedAt: time.Unix(1758145204, 0).UTC(), ExpiresAt: time.Unix(1760737204, 0).UTC(),
		AsOf: time.Date(2025, 9, 17, 21, 40, 4, 0, time.UTC),
	})
	r := server.only(t)
	equal(t, "request", r.method+" "+r.uri+" "+r.body, "GET /v1/files/file-1 ")
}

func TestGetFileWithoutADateOrID(t *testing.T) {
	t.Parallel()
	server := answering(t, http.StatusOK, theFile, "Date", "")
	got, err := client(t, server.URL).GetFile(t.Context(), "file-1")
	if err != nil || !got.AsOf.IsZero() {
		t.Errorf("date %s, %v", got.AsOf, err)
	}
	server = answering(t, http.StatusOK, `{"object":"file"}`)
	_, err = client(t, server.URL).GetFile(t.Context(), "file-1")
	wantFault(t, err, http.StatusOK, engine.Retryable, false)
}

func TestDeleteFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   error
		ok     bool
	}{
		{"deleted", 200, `{"id":"file-1","object":"file","deleted":true}`, nil, true},
		{"no content", 204, "", nil, true},
		{"not deleted", 200, `{"id":"file-1","object":"file","deleted":false}`, errNotDeleted, false},
		{"says nothing", 200, `{}`, errNotDeleted, false},
		{"not found", 404, theError, ErrNotFound, false},
		{"processing", 409, theError, ErrConflict, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := answering(t, tt.status, tt.body)
			c := client(t, server.URL, func(c *Config, _ *limits) { c.MaxRetries = 3 })
			err := c.DeleteFile(t.Context(), "file-1")
			if (err == nil) != tt.ok || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			r := server.only(t)
			equal(t, "request", r.method+" "+r.uri, "DELETE /v1/files/file-1")
		})
	}
}

func TestFileCallsRetry(t *testing.T) {
	t.Parallel()
	type response struct {
		status int
		body   string
		header []string
	}
	soon := []string{"Retry-After-Ms", "1"}
	good := response{200, theFile, nil}
	for _, tt := range []struct {
		name      string
		responses []response
		requests  int
		status    int
	}{
		{"500 twice", []response{{500, theError, soon}, {502, "<html>", soon}, good}, 3, 0},
		{"429", []response{{429, theError, soon}, good}, 2, 0},
		{"409", []response{{409, theError, soon}, good}, 2, 0},
		{"retry wished", []response{{400, theError, append([]string{"X-Should-Retry", "true"}, soon...)}, good}, 2, 0},
		{"retry not wished", []response{{500, theError, []string{"X-Should-Retry", "false"}}, good}, 1, 500},
		{"insufficient quota", []response{{429, `{"error":{"code":"insufficient_quota"}}`, soon}, good}, 1, 429},
		{"400", []response{{400, theError, soon}, good}, 1, 400},
		{"redirect", []response{{307, "", []string{"Location", "/x"}}, good}, 1, 307},
		{"truncated", []response{{200, theFile[:30], soon}, good}, 2, 0},
		{"too often", []response{{500, theError, soon}, {500, theError, soon}, {503, theError, soon}}, 3, 503},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				r := tt.responses[n-1]
				answer(w, r.status, r.body, r.header...)
			})
			c := client(t, server.URL, func(c *Config, _ *limits) { c.MaxRetries = 2 })
			got, err := c.GetFile(t.Context(), "file-1")
			equal(t, "requests", len(server.all()), tt.requests)
			if tt.status != 0 {
				equal(t, "status", asError(t, err).Status, tt.status)
			} else if err != nil || got.ID != "file-1" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// The first request's answer is lost, the second finds nothing.
func TestDeleteRetriedAfterALostAnswer(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 1 {
			panic(http.ErrAbortHandler)
		}
		answer(w, http.StatusNotFound, theError)
	})
	err := client(t, server.URL, func(c *Config, _ *limits) { c.MaxRetries = 1 }).DeleteFile(t.Context(), "file-1")
	if !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	equal(t, "requests", len(server.all()), 2)
}

func TestFileCallsAreBoundedInTime(t *testing.T) {
	t.Parallel()
	// The hasty client's request may end before it arrives here.
	server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if strings.HasSuffix(r.URL.Path, "/file-slow") {
			<-r.Context().Done()
			return
		}
		answer(w, http.StatusOK, theFile)
	})
	hasty := client(t, server.URL, func(c *Config, l *limits) { c.MaxRetries, l.request = 0, 200*time.Millisecond })
	_, err := hasty.GetFile(t.Context(), "file-slow")
	wantFault(t, err, 0, engine.Retryable, false)
	// The caller's context has not ended.
	if errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	patient := client(t, server.URL, func(c *Config, _ *limits) { c.MaxRetries = 0 })
	if _, err := patient.GetFile(t.Context(), "file-1"); err != nil {
		t.Error(err)
	}
}

func TestWaitingForARetryEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := answering(t, http.StatusServiceUnavailable, theError, "Retry-After", "100")
	c := client(t, server.URL, func(c *Config, _ *limits) {
		c.MaxRetries = 3
		c.Observe = func(RequestEvent) { time.AfterFunc(10*time.Millisecond, cancel) }
	})
	_, err := c.GetFile(ctx, "file-1")
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	equal(t, "status", asError(t, err).Status, http.StatusServiceUnavailable)
	server.only(t)
}

func TestObserve(t *testing.T) {
	t.Parallel()
	var events []RequestEvent
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 1 {
			answer(w, http.StatusInternalServerError, theError, "X-Request-Id", "req_1\u202e", "Retry-After-Ms", "1")
			return
		}
		answer(w, http.StatusOK, theFile, "X-Request-Id", "req_2")
	})
	c := client(t, server.URL, func(c *Config, _ *limits) {
		c.MaxRetries = 1
		c.Observe = func(e RequestEvent) { events = append(events, e) }
	})
	if _, err := c.GetFile(t.Context(), "file-1/x"); err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if events[i].Duration <= 0 {
			t.Errorf("no duration: %+v", events[i])
		}
		events[i].Duration = 0
	}
	want := []RequestEvent{
		{Method: "GET", Path: "/v1/files/file-1%2Fx", Status: 500, RequestID: "req_1"},
		{Method: "GET", Path: "/v1/files/file-1%2Fx", Status: 200, RequestID: "req_2"},
	}
	if !slices.Equal(events, want) {
		t.Errorf("got %+v, want %+v", events, want)
	}
}

// fileList is the service's list, newest first.
type fileList []map[string]any

// serve lists at most page of them at once, whatever it is asked for.
func (l fileList) serve(t *testing.T, page int) *journal {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		query := r.URL.Query()
		limit, _ := strconv.Atoi(query.Get("limit"))
		first := 0
		if after := query.Get("after"); after != "" {
			first = 1 + slices.IndexFunc(l, func(f map[string]any) bool { return f["id"] == after })
		}
		last := min(first+min(limit, page), len(l))
		body, _ := json.Marshal(map[string]any{"object": "list", "data": l[first:last], "has_more": last < len(l)})
		answer(w, http.StatusOK, string(body))
	})
}

func TestFiles(t *testing.T) {
	t.Parallel()
	var list fileList
	for i := range 2*servedPage + 1 {
		list = append(list, map[string]any{"id": fmt.Sprint("file-", i), "created_at": 1758145000, "expires_at": nil})
	}
	server := list.serve(t, servedPage)
	c := client(t, server.URL)
	for i, file := range collect(t, c.Files(t.Context(), "batch")) {
		equal(t, "ID", file.ID, fmt.Sprint("file-", i))
		equal(t, "time of the answer is known", file.AsOf.IsZero(), false)
	}
	for _, err := range c.Files(t.Context(), "batch") {
		equal(t, "error", err, nil)
		break // No more pages than are needed.
	}
	requests := server.all()
	equal(t, "requests", len(requests), 4)
	for i, after := range []string{"", fmt.Sprint("file-", servedPage-1), fmt.Sprint("file-", 2*servedPage-1), ""} {
		u, err := url.Parse(requests[i].uri)
		if err != nil {
			t.Fatal(err)
		}
		want := url.Values{"limit": {strconv.Itoa(pageSize)}, "order": {"desc"}, "purpose": {"batch"}}
		if after != "" {
			want.Set("after", after)
		}
		equal(t, "request", u.Path+"?"+u.Query().Encode(), "/v1/files?"+want.Encode())
	}
}

func collect(t *testing.T, files iter.Seq2[engine.File, error]) (all []engine.File) {
	t.Helper()
	for file, err := range files {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, file)
	}
	return all
}

func TestFilesEnd(t *testing.T) {
	t.Parallel()
	page := func(id string, more bool) string {
		return fmt.Sprintf(`{"data":[{"id":%q,"created_at":1758145000}],"has_more":%t}`, id, more)
	}
	for _, tt := range []struct {
		name     string
		page     func(n int) string
		requests int
		ok       bool
	}{
		{"no Files", func(int) string { return `{"data":[],"has_more":false}` }, 1, true},
		{"no has_more", func(int) string { return `{"data":[{"id":"a","created_at":1758145000}]}` }, 1, true},
		{"more Files, but none listed", func(int) string { return `{"data":[],"has_more":true}` }, 1, false},
		{"the same page again", func(int) string { return page("a", true) }, 2, false},
		{"a null File", func(int) string { return `{"data":[null]}` }, 1, false},
		{"a File without an ID", func(int) string { return `{"data":[{"id":"a"},{},{"id":"b"}]}` }, 1, false},
		{"pages without end", func(n int) string { return page(fmt.Sprint("file-", n), true) }, maxPages, false},
		{"data is null", func(int) string { return `{"data":null}` }, 1, false},
		{"data is absent", func(int) string { return `{}` }, 1, false},
		{"data is something else", func(int) string { return `{"data":{"a":1}}` }, 1, false},
		{"cut short in a File", func(int) string { return `{"data":[{"id":"a"` }, 1, false},
		{"cut short in the list", func(int) string { return `{"data":[{"id":"a"}` }, 1, false},
		{"cut short after the list", func(int) string { return `{"data":[{"id":"a"}]` }, 1, false},
		{"more than an object", func(int) string { return `{"data":[]}{}` }, 1, false},
		{"no object", func(int) string { return `[]` }, 1, false},
		{"no JSON", func(int) string { return `<html>` }, 1, false},
		{"nothing", func(int) string { return `` }, 1, false},
		{"has_more of another type", func(int) string { return `{"data":[],"has_more":"no"}` }, 1, false},
		{"other members", func(int) string { return `{"object":"list","first_id":{"x":[1]},"data":[{"id":"a"}],"last_id":null}` }, 1, true},
		{"its entries are no File", func(int) string { return `{"data":["a",1]}` }, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) { answer(w, http.StatusOK, tt.page(n)) })
			var last error
			for _, err := range client(t, server.URL).Files(t.Context(), "batch") {
				last = err
			}
			if (last == nil) != tt.ok {
				t.Errorf("ended with %v", last)
			}
			equal(t, "requests", len(server.all()), tt.requests)
		})
	}
}

// Names of the greatest length, with characters that JSON escapes, fit into a page.
func TestFilesWithLongNames(t *testing.T) {
	t.Parallel()
	var list fileList
	for i := range pageSize {
		list = append(list, map[string]any{"id": fmt.Sprint("file-", i), "filename": strings.Repeat("\u2028", 255)})
	}
	server := list.serve(t, pageSize)
	equal(t, "Files", len(collect(t, client(t, server.URL).List(t.Context(), FileQuery{Order: "asc"}))), pageSize)
	equal(t, "request", server.only(t).uri, "/v1/files?limit=10000&order=asc")
}

func TestFileContent(t *testing.T) {
	t.Parallel()
	const text = "any bytes \x00\xff"
	chunked := func(w http.ResponseWriter) {
		_, _ = io.WriteString(w, text[:4])
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, text[4:])
	}
	for _, tt := range []struct {
		name   string
		reply  func(w http.ResponseWriter)
		limit  int64
		class  engine.Class
		size   int64 // Of a LengthError; -1 for another error, or none.
		status int   // Of an error, 0 for none.
	}{
		{"as long as allowed", func(w http.ResponseWriter) { answer(w, 200, text) }, 12, 0, -1, 0},
		{"of unknown length", chunked, 12, 0, -1, 0},
		{"announced as longer", func(w http.ResponseWriter) { answer(w, 200, text) }, 11, engine.Final, 12, 200},
		{"longer than announced", chunked, 11, engine.Final, 0, 200},
		{"refused at length", func(w http.ResponseWriter) { answer(w, 400, theError) }, 1, engine.Final, -1, 400},
		{"not found", func(w http.ResponseWriter) { answer(w, 404, theError) }, 12, engine.Final, -1, 404},
		{"a part of it", func(w http.ResponseWriter) { answer(w, 206, text[:4]) }, 12, engine.Retryable, -1, 206},
		{"nothing", func(w http.ResponseWriter) { answer(w, 204, "") }, 12, engine.Retryable, -1, 204},
		{"elsewhere", func(w http.ResponseWriter) { answer(w, 302, "", "Location", "https://example.com/x") }, 12, engine.Final, -1, 302},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { tt.reply(w) })
			got, err := client(t, server.URL).FileContent(t.Context(), "file-1", tt.limit)
			r := server.only(t)
			equal(t, "request", r.method+" "+r.uri+" "+r.header.Get("Accept"), "GET /v1/files/file-1/content application/binary")
			if tt.status == 0 {
				equal(t, "error", err, nil)
				equal(t, "content", string(got), text)
				return
			}
			wantFault(t, err, tt.status, tt.class, tt.status >= 400)
			if len(got) > 0 || strings.Contains(err.Error(), text[:4]) {
				t.Errorf("%q came with the error %v", got, err)
			}
			long, ok := errors.AsType[*LengthError](err)
			if ok != (tt.size >= 0) || ok && (long.Size != tt.size || long.Limit != tt.limit) {
				t.Errorf("error %#v, want size %d", err, tt.size)
			}
		})
	}
}

// A content that was cut short isn't taken for the whole, and asked for again.
func TestFileContentCutShort(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 1 {
			w.Header().Set("Content-Length", "8")
			_, _ = io.WriteString(w, "half")
			return
		}
		answer(w, http.StatusOK, "the rest")
	})
	got, err := client(t, server.URL, func(c *Config, _ *limits) { c.MaxRetries = 1 }).FileContent(t.Context(), "file-1", 100)
	equal(t, "error", err, nil)
	equal(t, "content", string(got), "the rest")
	equal(t, "requests", len(server.all()), 2)
}

// No more of a content is read than is allowed.
func TestFileContentWithoutEnd(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		// Ends when the client leaves.
		_, _ = io.Copy(w, zeroReader{})
	})
	_, err := client(t, server.URL).FileContent(t.Context(), "file-1", 1<<20)
	wantFault(t, err, http.StatusOK, engine.Final, false)
}
