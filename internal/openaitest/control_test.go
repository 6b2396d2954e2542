// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// control sends a request to the control endpoint.
func control(t *testing.T, s *openaitest.Server, token, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	s.Control("secret").ServeHTTP(w, req)
	return w
}

func TestControl(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	want := func(w *httptest.ResponseRecorder, status int, text string) {
		t.Helper()
		if w.Code != status || !strings.Contains(w.Body.String(), text) {
			t.Errorf("%d %s, want %d and %s", w.Code, w.Body, status, text)
		}
	}
	for _, token := range []string{"", "wrong", "secret2"} {
		want(control(t, s, token, http.MethodPost, "/faults", `[{"status":500}]`), http.StatusUnauthorized, "token")
	}
	want(control(t, s, "secret", http.MethodPut, "/faults", ""), http.StatusMethodNotAllowed, "")
	want(control(t, s, "secret", http.MethodPost, "/faults", `[{"op":"create_upload","status":503,"times":-1},{"op":"get_file","set":{"status":"error"}}]`),
		http.StatusNoContent, "")
	want(control(t, s, "secret", http.MethodPost, "/faults", `[{"status":500},{}]`), http.StatusBadRequest, "fault 2: it does nothing")
	for range 2 {
		c.want(c.postJSON("/uploads", createBody(3)), http.StatusServiceUnavailable)
	}
	f := s.AddFile(openaitest.File{})
	if r := c.do(http.MethodGet, "/files/"+f.ID, nil); r.body["status"] != "error" || r.body["id"] != f.ID {
		t.Errorf("answer: %s", r.raw)
	}
	want(control(t, s, "secret", http.MethodDelete, "/faults", ""), http.StatusNoContent, "")
	c.create(3)

	w := control(t, s, "secret", http.MethodGet, "/journal?op=create_upload", "")
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	var last openaitest.Request
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 3 || last.Status != http.StatusOK || last.Seq != 4 {
		t.Errorf("journal: %s, %v", w.Body, err)
	}
	want(control(t, s, "secret", http.MethodDelete, "/journal", ""), http.StatusNoContent, "")
	if n := len(s.Journal()); n != 0 {
		t.Errorf("%d requests are left", n)
	}

	now := s.Now()
	want(control(t, s, "secret", http.MethodPost, "/clock", `{"advance":"1h30m"}`), http.StatusOK, `{"now":"`)
	if d := s.Now().Sub(now); d < 90*time.Minute || d > 91*time.Minute {
		t.Errorf("the clock moved by %s", d)
	}
	want(control(t, s, "secret", http.MethodPost, "/clock", `{"now":"2030-01-02T03:04:05Z"}`), http.StatusOK, `{"now":"2030-01-02T03:04:05`)
	want(control(t, s, "secret", http.MethodGet, "/clock", ""), http.StatusOK, `{"now":"2030-01-02T03:0`)
	for _, body := range []string{
		"", "{}", `{"advance":"soon"}`, `{"advance":1}`, `{"now":"today"}`, `{"advance":"1s","now":"2030-01-02T03:04:05Z"}`, `{"back":"1s"}`,
		`{"now":"9999-01-02T03:04:05Z"}`, `{"advance":"2562047h"}`, `{"advance":"-2562047h"}`,
	} {
		want(control(t, s, "secret", http.MethodPost, "/clock", body), http.StatusBadRequest, "")
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	got, err := openaitest.ParseFaults([]byte(`[{"op":"add_part","skip":1,"times":2,"where":{"upload_id":"u"},"status":429,"header":{"Retry-After":["1"]},"delay":"1m30s"}]`))
	if err != nil || len(got) != 1 || got[0].Op != openaitest.OpAddPart || got[0].Delay != 90*time.Second || got[0].Header.Get("Retry-After") != "1" || got[0].Times != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, tt := range []struct{ text, want string }{
		{`{}`, "aren't a JSON array"},
		{`[{"status":500},{"op":"x","status":500}]`, `fault 2: op "x" is none of`},
		{`[{"stutus":500}]`, `unknown field "stutus"`},
		{`[{"status":20}]`, "status 20"},
		{`[{"skip":-1,"hang":true}]`, "negative"},
		{`[{"delay":"long"}]`, `invalid duration "long"`},
		{`[{"op":"add_part"}]`, "it does nothing"},
	} {
		if _, err := openaitest.ParseFaults([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}

// TestReachableURL listens on all interfaces.
func TestReachableURL(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0"} {
		s, err := openaitest.Listen(t.Context(), address, openaitest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
			t.Errorf("%s: URL %s", address, s.URL())
		}
		c := newClient(t, s)
		c.upload("abc")
		req := c.request(t.Context(), http.MethodGet, "", nil, "Authorization: ")
		req.URL.Path = "/healthz"
		r, err := c.try(req)
		if err != nil || r.status != http.StatusOK || len(s.Journal()) != 3 {
			t.Errorf("health: %+v, %v", r, err)
		}
	}
}
