// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestJournal(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var logged []openaitest.Request
	s := openaitest.Start(t, openaitest.Options{Log: func(r openaitest.Request) {
		mu.Lock()
		defer mu.Unlock()
		logged = append(logged, r)
	}})
	c := newClient(t, s)
	id := c.create(3)
	part := c.addPart(id, "abc")
	c.want(c.complete(id, sum("abc"), part), http.StatusOK)
	c.want(c.do(http.MethodGet, "/files?limit=1", nil, "OpenAI-Project: proj"), http.StatusOK)
	j := s.Journal()
	if len(j) != 4 {
		t.Fatalf("%d entries", len(j))
	}
	for i, op := range []openaitest.Op{
		openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload, openaitest.OpListFiles,
	} {
		r := j[i]
		if r.Op != op || r.Seq != i+1 || r.Status != http.StatusOK || r.Proto != "HTTP/1.1" || r.RemoteAddr == "" ||
			r.Finished.Before(r.Started) || r.Aborted || r.Injected || r.Header.Get("Authorization") != "present" {
			t.Errorf("entry %d: %+v", i, r)
		}
	}
	if j[0].UploadID != id || j[1].UploadID != id || j[1].PartID != part || j[1].PartBytes != 3 {
		t.Errorf("IDs: %+v", j[:2])
	}
	if j[0].Body["bytes"] != 3.0 || j[2].Body["md5"] != sum("abc") || j[3].Query != "limit=1" || j[3].Header.Get("OpenAI-Project") != "proj" {
		t.Errorf("contents: %+v", j)
	}
	// Copies all the way down.
	ids, ok := j[2].Body["part_ids"].([]any)
	if !ok || len(ids) != 1 || ids[0] != part {
		t.Fatalf("part_ids: %v", j[2].Body)
	}
	ids[0] = "changed"
	j[2].Header.Set("X", "y")
	again := s.Requests(openaitest.OpCompleteUpload)[0]
	if ids, ok := again.Body["part_ids"].([]any); !ok || ids[0] != part || again.Header.Get("X") != "" {
		t.Errorf("the journal was changed: %+v", again)
	}
	mu.Lock()
	raw, err := json.Marshal(logged)
	mu.Unlock()
	if err != nil || len(logged) != 4 || strings.Contains(string(raw), s.APIKey()) {
		t.Errorf("logged: %s, %v", raw, err)
	}
	s.ResetJournal()
	c.create(3)
	if j := s.Journal(); len(j) != 1 || j[0].Seq != 5 {
		t.Errorf("after the reset: %+v", j)
	}
}

// A client that leaves in the middle of a Part is in the journal, and no Part is.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	id := c.create(9)
	breakOff(t, s, "/uploads/"+id+"/parts", partType, dataHead+"abc")
	j := only(t, s, openaitest.OpAddPart)
	if !j.Aborted || j.Status != 0 || j.PartID != "" || j.Finished.IsZero() || j.Injected {
		t.Errorf("journal: %+v", j)
	}
	if u, _ := s.Upload(id); len(u.Parts) != 0 {
		t.Errorf("parts: %v", u.Parts)
	}
	// So is one whose JSON breaks off.
	breakOff(t, s, "/uploads", "application/json", `{"filename":`)
	if j := s.Requests(openaitest.OpCreateUpload); len(j) != 2 || !j[1].Aborted || len(s.Uploads()) != 1 {
		t.Errorf("journal: %+v", j)
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	for range 3 {
		c.create(3)
	}
	if n := s.Connections(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
	newClient(t, s).create(3)
	if n := s.Connections(); n != 2 {
		t.Errorf("%d connections, want 2", n)
	}
}

// Close ends whatever hangs: idle connections, waits, unread bodies.
func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	s := openaitest.New(openaitest.Options{})
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	eventually(t, "the server listens", func() bool { return s.URL() != "" })
	c := newClient(t, s)
	idleConn := dial(t, s)
	id := c.create(1 << 30)
	s.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Hang: true})
	s.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Delay: time.Hour})
	s.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Stall: true})
	var wg sync.WaitGroup
	var answered atomic.Int32
	for _, req := range []*http.Request{
		c.request(t.Context(), http.MethodGet, "/files/x", nil),
		c.request(t.Context(), http.MethodGet, "/files", nil),
		c.request(t.Context(), http.MethodPost, "/uploads/"+id+"/parts", strings.NewReader(pattern(32<<20)), "Content-Type: "+partType),
	} {
		wg.Go(func() {
			if _, err := c.try(req); err == nil {
				answered.Add(1)
			}
		})
	}
	eventually(t, "all are on their way", func() bool { return len(s.Journal()) == 4 })
	s.Close()
	s.Close() // once more does no harm
	wg.Wait()
	if answered.Load() != 0 {
		t.Errorf("%d requests were answered", answered.Load())
	}
	if err := <-served; err != nil {
		t.Errorf("served: %v", err)
	}
	if _, err := idleConn.Read(make([]byte, 1)); err == nil {
		t.Error("an idle connection goes on")
	}
	for _, r := range s.Journal()[1:] {
		if !r.Aborted || r.Finished.IsZero() {
			t.Errorf("journal: %+v", r)
		}
	}
	if err := s.WaitIdle(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestServeOnce(t *testing.T) {
	t.Parallel()
	listen := func() net.Listener {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	s := openaitest.Start(t)
	if err := s.Serve(listen()); err == nil {
		t.Error("a second listener was taken")
	}
	s.Close()
	if err := s.Serve(listen()); err != nil {
		t.Errorf("after Close: %v", err)
	}
}

func TestShutdownWaits(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	begun := make(chan struct{})
	s.Inject(openaitest.Fault{Delay: 100 * time.Millisecond, Hook: func(openaitest.Request) { close(begun) }})
	answer := make(chan reply, 1)
	go func() {
		r, err := c.try(c.request(t.Context(), http.MethodGet, "/files", nil))
		if err != nil {
			t.Error(err)
		}
		answer <- r
	}()
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s.Shutdown(ctx)
	c.want(<-answer, http.StatusOK)
}

func TestTLS(t *testing.T) {
	t.Parallel()
	s := openaitest.StartTLS(t)
	if !strings.HasPrefix(s.URL(), "https://127.0.0.1:") || !strings.HasSuffix(s.URL(), "/v1") {
		t.Errorf("URL: %s", s.URL())
	}
	c := newClient(t, s)
	if _, err := c.try(c.request(t.Context(), http.MethodGet, "/files", nil)); err == nil {
		t.Error("an unknown certificate was trusted")
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CertPEM()) {
		t.Fatal("no certificate")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	c.http = &http.Client{Transport: tr}
	c.upload("abc")
	s.Inject(openaitest.Fault{CutAfter: true})
	// (The client would repeat a GET by itself.)
	req := c.request(t.Context(), http.MethodPost, "/uploads", strings.NewReader(createBody(3)), "Content-Type: application/json")
	if _, err := c.try(req); err == nil {
		t.Error("a cut connection answered")
	}
	if j := s.Requests(openaitest.OpCreateUpload); len(j) != 2 || j[0].Proto != "HTTP/1.1" {
		t.Errorf("journal: %+v", j)
	}
}

// A Server is an http.Handler without a listener of its own.
func TestHandler(t *testing.T) {
	t.Parallel()
	s := openaitest.New(openaitest.Options{})
	t.Cleanup(s.Close)
	if s.URL() != "" || s.CertPEM() != nil || s.APIKey() != openaitest.DefaultAPIKey {
		t.Errorf("URL %q, key %q", s.URL(), s.APIKey())
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/uploads", strings.NewReader(createBody(3)))
	req.Header.Set("Authorization", "Bearer "+s.APIKey())
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	if w.Code != http.StatusOK || len(s.Uploads()) != 1 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestDirThatCannotBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openaitest.Start(t, openaitest.Options{Dir: filepath.Join(file, "x")})
	c := newClient(t, s)
	c.wantError(c.postJSON("/uploads", createBody(3)), http.StatusInternalServerError, "", "")
	if s.Err() == nil {
		t.Error("there is no error")
	}
}

func TestParallelUploads(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	var wg sync.WaitGroup
	for range 8 {
		c := newClient(t, s)
		wg.Go(func() {
			for range 5 {
				c.upload(pattern(50_000))
				_ = s.Journal()
				_ = s.Files()
			}
		})
	}
	wg.Wait()
	if n := len(s.Files()); n != 40 {
		t.Errorf("%d files", n)
	}
}

// TestJournal_otherKeys sends a key as Azure's clients do.
func TestJournal_otherKeys(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	newClient(t, s).do(http.MethodGet, "/files", nil, "Authorization: ", "Api-Key: sk-real", "Cookie: session=sk-real")
	if entry, err := json.Marshal(s.Journal()); err != nil || strings.Contains(string(entry), "sk-real") {
		t.Errorf("%s, %v", entry, err)
	}
}

// TestCloseWaitsForTheWrapper has a wrapper that does something after the answer.
func TestCloseWaitsForTheWrapper(t *testing.T) {
	t.Parallel()
	var done atomic.Bool
	s := openaitest.Start(t, openaitest.Options{Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			_ = http.NewResponseController(w).Flush() // It is enough of an answer.
			<-r.Context().Done()                      // The connection is closed.
			_, _ = io.Copy(io.Discard, io.LimitReader(rand.Reader, 1<<20))
			done.Store(true)
		})
	}})
	newClient(t, s).create(3)
	s.Close()
	if !done.Load() {
		t.Error("Close didn't wait")
	}
}
