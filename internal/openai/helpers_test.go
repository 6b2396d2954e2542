// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const testKey = "sk-test-0123456789abcdef"

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// client returns a client of the API at root, which ends before /v1.
func client(t *testing.T, root string, edit ...func(*Config, *limits)) *Client {
	t.Helper()
	config := Config{APIKey: testKey, BaseURL: root + "/v1"}
	limits := defaultLimits()
	for _, e := range edit {
		e(&config, &limits)
	}
	c, err := newClient(config, limits, noProxy)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// served is a request as a server saw it.
type served struct {
	method, uri, proto, remote string
	header                     http.Header
	length                     int64
	body                       string
}

// journal is a server that keeps its requests and answers as reply says.
type journal struct {
	*httptest.Server

	mu       sync.Mutex
	requests []served
}

// serve starts a journal. reply gets the number of the request, from 1.
func serve(t *testing.T, reply func(w http.ResponseWriter, r *http.Request, n int)) *journal {
	t.Helper()
	j := &journal{}
	j.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		j.mu.Lock()
		j.requests = append(j.requests, served{
			r.Method, r.RequestURI, r.Proto, r.RemoteAddr, r.Header.Clone(), r.ContentLength, string(body),
		})
		n := len(j.requests)
		j.mu.Unlock()
		reply(w, r, n)
	}))
	t.Cleanup(j.Close)
	return j
}

func (j *journal) all() []served {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.requests)
}

// only returns the one request there was.
func (j *journal) only(t *testing.T) served {
	t.Helper()
	requests := j.all()
	if len(requests) != 1 {
		t.Fatalf("%d requests, want 1: %+v", len(requests), requests)
	}
	return requests[0]
}

// answering always gives the same answer.
func answering(t *testing.T, status int, body string, header ...string) *journal {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		answer(w, status, body, header...)
	})
}

func answer(w http.ResponseWriter, status int, body string, header ...string) {
	w.Header().Set("Content-Type", "application/json")
	for pair := range slices.Chunk(header, 2) {
		w.Header().Set(pair[0], pair[1])
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// listen calls handle with each connection and its number, from 1. The
// connection is closed when handle returns.
func listen(t *testing.T, handle func(conn *net.TCPConn, n int)) string {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for n := 1; ; n++ {
			conn, err := l.AcceptTCP()
			if err != nil {
				return
			}
			wait.Go(func() {
				defer conn.Close()
				handle(conn, n)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wait.Wait()
	})
	return "http://" + l.Addr().String()
}

// head reads a request's head and leaves its body.
func head(conn net.Conn) (*http.Request, error) {
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	return http.ReadRequest(bufio.NewReaderSize(conn, 16))
}

// cutOff resets the connection, as closing does while data is unread.
func cutOff(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}

func rawAnswer(status int, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
		status, len(body), body)
}

func textPart(text string) engine.Part {
	return engine.Part{Size: int64(len(text)), Open: func() io.Reader { return strings.NewReader(text) }}
}

// zeros is a part that doesn't fit into the buffers of a connection.
func zeros(size int64) engine.Part {
	return engine.Part{Size: size, Open: func() io.Reader { return io.LimitReader(zeroReader{}, size) }}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// asError fails unless err is an *Error.
func asError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("error %v (%T), want an *Error", err, err)
	}
	return e
}

// wantFault checks what err says to the engine.
func wantFault(t *testing.T, err error, status int, class engine.Class, answered bool) {
	t.Helper()
	e := asError(t, err)
	fault := e.Fault()
	if e.Status != status || fault.Class != class || (fault.Delivery == engine.Answered) != answered {
		t.Errorf("status %d, %+v, want %d, class %d, answered %t: %v", e.Status, fault, status, class, answered, err)
	}
	if status != 0 && fault.Delivery == engine.NotSent {
		t.Errorf("answered with %d, and yet unsent: %v", status, err)
	}
}

// wantUnsent checks that err says that the service saw nothing.
func wantUnsent(t *testing.T, err error, class engine.Class) {
	t.Helper()
	wantFault(t, err, 0, class, false)
	equal(t, "unsent", asError(t, err).Fault().Delivery == engine.NotSent, true)
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
