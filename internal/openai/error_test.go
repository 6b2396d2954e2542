// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

func create(t *testing.T, c *Client) error {
	t.Helper()
	_, err := c.Create(t.Context(), engine.Spec{Filename: "a", Purpose: "batch", MIMEType: "text/plain", Bytes: 1})
	return err
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const plain = `{"error":{"message":"no","type":null,"param":null,"code":null}}`
	quota := func(code, typ string) string {
		return fmt.Sprintf(`{"error":{"message":"no","type":%q,"param":null,"code":%q}}`, typ, code)
	}
	for _, tt := range []struct {
		name     string
		status   int
		body     string
		header   []string
		class    engine.Class
		answered bool
		text     string
	}{
		{
			"all fields", 400, `{"error":{"message":"bad purpose","type":"invalid_request_error","param":"purpose","code":"nope"}}`,
			[]string{"X-Request-Id", "req_1"},
			engine.Final, true,
			"POST /uploads: 400 Bad Request: bad purpose (type invalid_request_error, param purpose, code nope, request ID req_1)",
		},
		{"nulls", 400, plain, nil, engine.Final, true, "POST /uploads: 400 Bad Request: no"},
		{"numbers", 400, `{"error":{"message":1,"code":42}}`, nil, engine.Final, true, "POST /uploads: 400 Bad Request: 1 (code 42)"},
		{"extra detail", 404, `{"error":{"message":"gone"},"detail":{"message":"gone"}}`, nil, engine.Final, true, "POST /uploads: 404 Not Found: gone"},
		{"error is text", 500, `{"error":"boom"}`, nil, engine.Retryable, true, "POST /uploads: 500 Internal Server Error: boom"},
		{"error in other letters", 400, `{"Error":"boom"}`, nil, engine.Final, false, "POST /uploads: 400 Bad Request"},
		{"error is null", 500, `{"error":null}`, nil, engine.Retryable, false, "POST /uploads: 500 Internal Server Error"},
		{"a gateway's message", 504, `{"message":"timed out"}`, nil, engine.Retryable, false, "POST /uploads: 504 Gateway Timeout: timed out"},
		{"a gateway's detail", 404, `{"detail":"Not Found"}`, nil, engine.Final, false, "POST /uploads: 404 Not Found: Not Found"},
		{"HTML", 502, "<html>\x1b[31mbad", []string{"Content-Type", "text/html"}, engine.Retryable, false, "POST /uploads: 502 Bad Gateway"},
		{"garbage", 400, "\x00\xff", nil, engine.Final, false, "POST /uploads: 400 Bad Request"},
		{"empty", 401, "", nil, engine.Final, false, "POST /uploads: 401 Unauthorized"},
		{"cut JSON", 500, `{"error":{"mess`, nil, engine.Retryable, false, "POST /uploads: 500 Internal Server Error"},
		{"array", 500, `[1]`, nil, engine.Retryable, false, "POST /uploads: 500 Internal Server Error"},
		{"408", 408, plain, nil, engine.Retryable, true, "POST /uploads: 408 Request Timeout: no"},
		{"409", 409, plain, nil, engine.Retryable, true, "POST /uploads: 409 Conflict: no"},
		{"429", 429, plain, nil, engine.Throttled, true, "POST /uploads: 429 Too Many Requests: no"},
		{"503", 503, plain, nil, engine.Throttled, true, "POST /uploads: 503 Service Unavailable: no"},
		{"520", 520, plain, nil, engine.Retryable, true, "POST /uploads: 520: no"},
		{"403", 403, plain, nil, engine.Final, true, "POST /uploads: 403 Forbidden: no"},
		{"413", 413, plain, nil, engine.Final, true, "POST /uploads: 413 Request Entity Too Large: no"},
		{"quota by code", 429, quota("insufficient_quota", "x"), nil, engine.Final, true, ""},
		{"quota by type", 429, quota("x", "insufficient_quota"), nil, engine.Final, true, ""},
		{"quota, retry wished", 429, quota("insufficient_quota", ""), []string{"X-Should-Retry", "true"}, engine.Final, true, ""},
		{"billing limit", 400, quota("billing_hard_limit_reached", ""), nil, engine.Final, true, ""},
		{"slow_down", 503, quota("slow_down", ""), nil, engine.Throttled, true, ""},
		{"retry wished", 400, plain, []string{"X-Should-Retry", "true"}, engine.Retryable, true, ""},
		{"retry wished, limited", 429, plain, []string{"X-Should-Retry", "true"}, engine.Throttled, true, ""},
		{"retry not wished", 500, plain, []string{"X-Should-Retry", "false"}, engine.Final, true, ""},
		{"retry nonsense", 500, plain, []string{"X-Should-Retry", "maybe"}, engine.Retryable, true, ""},
		{"not modified", 304, "", nil, engine.Final, false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			server := answering(t, tt.status, tt.body, tt.header...)
			err := create(t, client(t, server.URL))
			wantFault(t, err, tt.status, tt.class, tt.answered)

			if tt.text != "" {
				equal(t, "text", err.Error(), tt.text)
			}
		})
	}
}

func TestRetryAfterReachesTheFault(t *testing.T) {
	t.Parallel()

	server := answering(t, http.StatusTooManyRequests, "{}", "Retry-After", "1.5")
	equal(t, "wait", asError(t, create(t, client(t, server.URL))).Fault().Wait, 1500*time.Millisecond)
}

func TestWebPageIsNoNotFound(t *testing.T) {
	t.Parallel()

	server := answering(t, http.StatusNotFound, "\n<!doctype html><title>404</title>", "Content-Type", "text/html")
	_, err := client(t, server.URL).Cancel(t.Context(), "upload_1")
	equal(t, "ErrNotFound", errors.Is(err, ErrNotFound), false)
	equal(t, "Gone", asError(t, err).Fault().Gone, false)
	equal(t, "errPage", errors.Is(err, errPage), true)
}

func TestErrorKinds(t *testing.T) {
	t.Parallel()

	for _, want := range []struct {
		status                               int
		body                                 string
		badRequest, notFound, conflict, gone bool
	}{
		{status: 404, body: "{}", notFound: true, gone: true},
		{status: 409, body: "{}", conflict: true},
		{status: 400, body: `{"error":{"message":"no"}}`, badRequest: true},
		{status: 400, body: "{}"},
		{status: 400, body: "<html>a proxy's"},
		{status: 422, body: `{"error":{"message":"no"}}`},
		{status: 500, body: "{}"},
	} {
		server := answering(t, want.status, want.body)
		_, err := client(t, server.URL).Cancel(t.Context(), "upload_1")
		equal(t, "ErrBadRequest", errors.Is(err, ErrBadRequest), want.badRequest)
		equal(t, "ErrNotFound", errors.Is(err, ErrNotFound), want.notFound)
		equal(t, "ErrConflict", errors.Is(err, ErrConflict), want.conflict)
		equal(t, "Gone", asError(t, err).Fault().Gone, want.gone)
	}

	server := answering(t, http.StatusNotFound, "{}")
	_, err := client(t, server.URL).GetFile(t.Context(), "file-1")
	equal(t, "a File is no Upload", asError(t, err).Fault().Gone, false)
}

func TestUnusableSuccess(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, body string }{
		{"empty", ""},
		{"garbage", "\x00"},
		{"HTML", "<html>"},
		{"truncated", pending[:40]},
		{"null", "null"},
		{"text", `"ok"`},
		{"array", "[]"},
		{"number", "1"},
		{"more than one", pending + "x"},
		{"wrong type", `{"id":{"a":1},"created_at":[]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			server := answering(t, http.StatusOK, tt.body)
			wantFault(t, create(t, client(t, server.URL)), http.StatusOK, engine.Retryable, false)
		})
	}
}

// The type is a gateway's affair; what counts is the object.
func TestSuccessOfAnotherType(t *testing.T) {
	t.Parallel()

	for _, typ := range []string{"text/plain", "application/json; charset=utf-8", "text/html", "nonsense;;"} {
		server := answering(t, http.StatusOK, pending, "Content-Type", typ)
		if err := create(t, client(t, server.URL)); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

func TestEndlessAnswer(t *testing.T) {
	t.Parallel()

	for status, class := range map[int]engine.Class{200: engine.Retryable, 500: engine.Retryable, 400: engine.Final} {
		server := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			w.WriteHeader(status)

			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat(" ", 1<<16)); err != nil {
					return
				}
			}
		})
		err := create(t, client(t, server.URL))
		wantFault(t, err, status, class, false)
	}
}

func TestBrokenAnswers(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name   string
		raw    string
		status int
		class  engine.Class
	}{
		{"nothing", "", 0, engine.Retryable},
		{"not HTTP", "SSH-2.0-OpenSSH\r\n", 0, engine.Retryable},
		{"head cut", "HTTP/1.1 200 OK\r\nContent-Ty", 0, engine.Retryable},
		{"body cut", strings.TrimSuffix(rawAnswer(200, pending), "4}"), 200, engine.Retryable},
		{"refusal cut", strings.TrimSuffix(rawAnswer(403, `{"error":{"message":"no"}}`), "}}"), 403, engine.Final},
		{"huge head", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 2*maxAnswerHeader), 0, engine.Retryable},
		{"other protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", 101, engine.Final},
		{"impossible code", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n", 999, engine.Retryable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			root := listen(t, func(conn *net.TCPConn, _ int) {
				if r, err := head(conn); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = io.WriteString(conn, tt.raw)
				}
			})
			wantFault(t, create(t, client(t, root)), tt.status, tt.class, false)
		})
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()

	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}

	_ = l.Close()

	// Nothing can have been created.
	wantUnsent(t, create(t, client(t, "http://"+l.Addr().String())), engine.Retryable)
}

func TestRedirectsAreRefused(t *testing.T) {
	t.Parallel()

	other := answering(t, http.StatusOK, pending)

	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, tt := range []struct{ name, text string }{
			{other.URL + "/v1/uploads", "redirected to host 127.0.0.1:"},
			{"https://user:secret@evil.test/x?y", "redirected to host evil.test; redirects are refused"},
			{"/elsewhere", "redirected to host 127.0.0.1:"},
			{"%zz://", "redirected; redirects are refused"},
			{"", "redirected"},
		} {
			server := answering(t, status, "", "Location", tt.name)
			err := create(t, client(t, server.URL))
			wantFault(t, err, status, engine.Final, false)

			if !strings.Contains(err.Error(), tt.text) || strings.Contains(err.Error(), "secret") {
				t.Errorf("text %q, want %q in it", err, tt.text)
			}

			server.only(t)
		}
	}

	equal(t, "requests forwarded", len(other.all()), 0)
}

// everyText is all that printing err or what it wraps can show.
func everyText(err error) string {
	var text strings.Builder

	for ; err != nil; err = errors.Unwrap(err) {
		fmt.Fprintf(&text, "%v\n%+v\n%#v\n%q\n", err, err, err, err)
	}

	return text.String()
}

func TestTheKeyIsRedacted(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, body string }{
		{"message", `{"error":{"message":"Incorrect API key: ` + testKey + `","type":"` + testKey + `","param":"` + testKey + `","code":"` + testKey + `"}}`},
		{"text", `{"error":"` + testKey + `"}`},
		{"at the cut", `{"error":{"message":"` + strings.Repeat("x", maxMessage-20) + testKey + `"}}`},
		{"split by control", `{"error":{"message":"` + testKey[:8] + `\u0000` + testKey[8:] + `"}}`},
		{"escaped", `{"error":{"message":"\u0073` + testKey[1:] + `"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			server := answering(t, http.StatusUnauthorized, tt.body, "X-Request-Id", testKey)

			var event RequestEvent

			err := create(t, client(t, server.URL, func(c *Config, _ *limits) { c.Observe = func(e RequestEvent) { event = e } }))
			wantFault(t, err, http.StatusUnauthorized, engine.Final, true)

			if text := everyText(err) + event.RequestID; strings.Contains(text, testKey[:12]) {
				t.Error(text)
			}
		})
	}

	for _, tt := range []struct{ name, raw string }{{"first line", testKey}, {"status", "HTTP/1.1 " + testKey + " OK"}, {"header", "HTTP/1.1 200 OK\r\n" + testKey}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			root := listen(t, func(conn *net.TCPConn, _ int) {
				if r, err := head(conn); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = io.WriteString(conn, tt.raw+"\r\n\r\n")
				}
			})
			c := client(t, root)

			err := create(t, c)
			wantFault(t, err, 0, engine.Retryable, false)

			if text := everyText(err); strings.Contains(text, testKey) {
				t.Error(text)
			}

			_, err = c.Cancel(t.Context(), testKey)
			if text := everyText(err); strings.Contains(text, testKey) {
				t.Error(text)
			}
		})
	}
}

func FuzzErrorBody(f *testing.F) {
	for _, body := range []string{
		`{"error":{"message":"m","type":"t","param":null,"code":"c"}}`, `{"error":"text"}`, `{"error":[1,{"a":2}]}`, `{"detail":{}}`,
		`{"message":"` + testKey + `"}`, "<html>", "", "null", "{", `{"error":{"message":"\u202e\u001b[31m` + "\xff" + `"}}`, strings.Repeat("[", 20000),
	} {
		f.Add([]byte(body))
	}

	f.Fuzz(func(t *testing.T, body []byte) {
		e := &Error{Op: "POST /uploads", Status: http.StatusBadRequest}
		e.decodeRefusal(body, testKey)

		text := e.Error()
		if !utf8.ValidString(text) || len(text) > maxMessage+3*maxDetail+200 || strings.Contains(text, testKey) ||
			strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Errorf("%q from %q", text, body)
		}
	})
}
