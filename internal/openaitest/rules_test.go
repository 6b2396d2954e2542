// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func TestAuthentication(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{APIKey: "sk-right"})
	if s.APIKey() != "sk-right" {
		t.Errorf("key: %s", s.APIKey())
	}
	c := newClient(t, s)
	for _, tt := range []struct{ header, code, noted string }{
		{"Authorization: ", "", ""},
		{"Authorization: Bearer sk-wrong", "invalid_api_key", "wrong"},
		{"Authorization: sk-right", "invalid_api_key", "wrong"},
		{"Authorization: Bearer sk-right ", "", "present"}, // HTTP drops the space
	} {
		s.ResetJournal()
		r := c.do(http.MethodGet, "/files", nil, tt.header)
		if tt.noted == "present" {
			c.want(r, http.StatusOK)
		} else {
			c.wantError(r, http.StatusUnauthorized, "", tt.code)
		}
		if strings.Contains(r.raw, "sk-") {
			t.Errorf("the answer tells a key: %s", r.raw)
		}
		if got := only(t, s, openaitest.OpListFiles).Header.Get("Authorization"); got != tt.noted {
			t.Errorf("%q is noted as %q, want %q", tt.header, got, tt.noted)
		}
	}
	c.wantError(c.postJSON("/uploads", createBody(3), "Authorization: Bearer x"), http.StatusUnauthorized, "", "invalid_api_key")
	if len(s.Uploads()) != 0 {
		t.Error("an upload was made")
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	id := c.create(3)
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodGet, "", http.StatusNotFound, ""},
		{http.MethodGet, "/", http.StatusNotFound, ""},
		{http.MethodGet, "/models", http.StatusNotFound, ""},
		{http.MethodGet, "/uploads/" + id, http.StatusNotFound, ""},
		{http.MethodPost, "/uploads/", http.StatusNotFound, ""},
		{http.MethodPost, "//uploads", http.StatusNotFound, ""},
		{http.MethodPost, "/uploads//cancel", http.StatusNotFound, ""},
		{http.MethodPost, "/uploads/../uploads", http.StatusNotFound, ""},
		{http.MethodPost, "/uploads/" + id + "/part", http.StatusNotFound, ""},
		{http.MethodPost, "/uploads/" + id + "/cancel/x", http.StatusNotFound, ""},
		{http.MethodGet, "/files/", http.StatusNotFound, ""},
		{http.MethodGet, "/uploads", http.StatusMethodNotAllowed, "POST"},
		{http.MethodGet, "/uploads/" + id + "/parts", http.StatusMethodNotAllowed, "POST"},
		{http.MethodPut, "/uploads/" + id + "/cancel", http.StatusMethodNotAllowed, "POST"},
		{http.MethodPut, "/files", http.StatusMethodNotAllowed, "GET, POST"},
		{http.MethodPost, "/batches", http.StatusNotFound, ""},
		{http.MethodPost, "/vector_stores", http.StatusNotFound, ""},
		{http.MethodPost, "/files/x", http.StatusMethodNotAllowed, "DELETE, GET"},
		{http.MethodDelete, "/files/x/content", http.StatusMethodNotAllowed, "GET"},
	} {
		s.ResetJournal()
		r := c.do(tt.method, tt.path, nil)
		c.wantError(r, tt.status, "", "")
		if r.status == http.StatusNotFound && !strings.Contains(r.raw, "Invalid URL ("+tt.method+" /v1"+tt.path+"): this mock serves Uploads and Files only.") {
			t.Errorf("%s %s: %s", tt.method, tt.path, r.raw)
		}
		if r.header.Get("Allow") != tt.allow {
			t.Errorf("%s %s allows %q", tt.method, tt.path, r.header.Get("Allow"))
		}
		j := s.Journal()
		if len(j) != 1 || j[0].Op != openaitest.OpUnknown {
			t.Errorf("%s %s: %+v", tt.method, tt.path, j)
		}
	}
	if u, _ := s.Upload(id); u.Status != "pending" {
		t.Errorf("upload is %s", u.Status)
	}
}

// An ID is what it is once unescaped, whatever it holds.
func TestEscapedIDs(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	f := s.AddFile(openaitest.File{ID: "../x?y/ü"})
	c.want(c.do(http.MethodGet, "/files/..%2Fx%3Fy%2F%C3%BC", nil), http.StatusOK)
	r := only(t, s, openaitest.OpGetFile)
	if r.FileID != f.ID || r.Path != "/v1/files/..%2Fx%3Fy%2F%C3%BC" || r.Query != "" {
		t.Errorf("journal: %+v", r)
	}
}

func TestHeadersAndQueriesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	c.wantError(c.postJSON("/uploads", createBody(3), "Idempotency-Key: x"), http.StatusBadRequest, "", "")
	c.wantError(c.postJSON("/uploads", createBody(3), "Content-Encoding: gzip"), http.StatusUnsupportedMediaType, "", "")
	c.wantError(c.postJSON("/uploads", createBody(3), "Content-Type: text/plain"), http.StatusUnsupportedMediaType, "", "")
	c.wantError(c.postJSON("/uploads", createBody(3), "Content-Type: "), http.StatusUnsupportedMediaType, "", "")
	c.wantError(c.postJSON("/uploads?api-version=1", createBody(3)), http.StatusBadRequest, "", "")
	c.wantError(c.postJSON("/uploads", strings.Repeat(" ", 1<<20+1)), http.StatusRequestEntityTooLarge, "", "")
	c.wantError(c.do(http.MethodGet, "/files/x", strings.NewReader("{}")), http.StatusBadRequest, "", "")
	if len(s.Uploads()) != 0 {
		t.Error("an upload was made")
	}
}

func TestAnswerHeaders(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	seen := map[string]bool{}
	for _, r := range []reply{c.postJSON("/uploads", createBody(3)), c.do(http.MethodGet, "/x", nil)} {
		id := r.header.Get("X-Request-ID")
		if !regexp.MustCompile(`^req_[0-9a-f]{32}$`).MatchString(id) || seen[id] {
			t.Errorf("request ID %q", id)
		}
		seen[id] = true
		if r.header.Get("Content-Type") != "application/json" || r.header.Get("Openai-Version") == "" {
			t.Errorf("headers: %v", r.header)
		}
	}
	for _, r := range s.Journal() {
		if !seen[r.RequestID] {
			t.Errorf("the journal has %q", r.RequestID)
		}
	}
}
