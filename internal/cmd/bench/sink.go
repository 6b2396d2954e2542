// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// sinkCommand makes this program the server.
	sinkCommand = "sink"

	// sinkBuffer is read at once, so that the server is cheaper than any client.
	sinkBuffer = 1 << 20

	// slowBuffer is read at once where the rate is limited, to keep it even.
	slowBuffer = 32 << 10

	// discardFrom is the least that is read at once of content that is thrown
	// away; what is looked at is read in smaller pieces by net/http.
	discardFrom = slowBuffer
)

// sink is a server that throws away what it gets: just enough of the Uploads
// API for an upload, and PUT for curl.
type sink struct {
	rate    int64         // Bytes a second of each connection, 0 for all it can.
	latency time.Duration // Before each answer.
	slow    int64         // Bytes a second of the first connection that sends a part, 0 for as the others.
	line    line          // All parts together.

	slowTaken atomic.Bool
	count     atomic.Int64
	buffers   sync.Pool

	mu        sync.Mutex
	uploads   map[string]*sinkUpload
	begun     time.Time // When the first Upload was created.
	completed []float64 // When Uploads were completed, in seconds after begun.
}

// line is the rate that all parts share, in bytes a second; 0 is no limit.
type line struct {
	rate int64

	mu   sync.Mutex
	free time.Time
}

// take waits until n bytes have passed.
func (l *line) take(n int) {
	if l.rate == 0 {
		return
	}
	l.mu.Lock()
	l.free = time.Now().Add(max(time.Until(l.free), 0) + time.Duration(float64(n)/float64(l.rate)*float64(time.Second)))
	free := l.free
	l.mu.Unlock()
	time.Sleep(time.Until(free))
}

// sinkUpload is an Upload and how much of it has come.
type sinkUpload struct {
	Bytes    int64  `json:"bytes"`
	Filename string `json:"filename"`
	Purpose  string `json:"purpose"`

	got atomic.Int64
}

// connection is a connection's part in the context of its requests.
type connection struct{ slow atomic.Bool }

type connectionKey struct{}

// serveSink serves until stdin ends, which is when its parent does. It prints
// its base URL as the first line of stdout.
func serveSink(ctx context.Context, args []string, stdin io.Reader, stdout io.Writer) error {
	s := &sink{uploads: map[string]*sinkUpload{}, buffers: sync.Pool{New: func() any { return new([sinkBuffer]byte) }}}
	fs := flag.NewFlagSet(sinkCommand, flag.ContinueOnError)
	fs.Int64Var(&s.rate, "rate", 0, "")
	fs.DurationVar(&s.latency, "latency", 0, "")
	fs.Int64Var(&s.slow, "slow", 0, "")
	fs.Int64Var(&s.line.rate, "line", 0, "")
	certificate := fs.String("certificate", "", "")
	if err := fs.Parse(args); err != nil {
		return errUsage
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: time.Minute,
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, connectionKey{}, &connection{})
		},
	}
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // However it ends, it is over.
		_ = server.Close()
	}()
	scheme, served := "http", discarding(listener)
	if *certificate != "" {
		scheme = "https"
		if served, err = secured(listener, *certificate); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(stdout, "%s://%s/v1\n", scheme, listener.Addr()); err != nil {
		return err
	}
	if err := server.Serve(served); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// secured is listener with TLS, and writes its certificate to the file at path.
func secured(listener net.Listener, path string) (net.Listener, error) {
	template := httptest.NewUnstartedServer(nil)
	template.StartTLS() // The shortest way to a certificate for this machine.
	defer template.Close()
	pair := template.TLS.Certificates[0]
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), nil
}

func (s *sink) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/uploads", s.create)
	mux.HandleFunc("POST /v1/uploads/{id}/parts", s.part)
	mux.HandleFunc("POST /v1/uploads/{id}/complete", s.complete)
	mux.HandleFunc("POST /v1/files", s.file)
	mux.HandleFunc("GET /v1/completions", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		_ = json.NewEncoder(w).Encode(s.completed) // It fails only if the client has left.
	})
	mux.HandleFunc("PUT /", func(w http.ResponseWriter, r *http.Request) {
		if _, err := s.drain(r.Body, s.rate); err != nil {
			return
		}
		s.answer(w, http.StatusCreated, map[string]any{})
	})
	return mux
}

func (s *sink) create(w http.ResponseWriter, r *http.Request) {
	u := &sinkUpload{}
	if err := json.NewDecoder(r.Body).Decode(u); err != nil {
		s.refuse(w, err.Error())
		return
	}
	id := fmt.Sprintf("upload_%d", s.count.Add(1))
	s.mu.Lock()
	s.uploads[id] = u
	if s.begun.IsZero() {
		s.begun = time.Now()
	}
	s.mu.Unlock()
	s.answer(w, http.StatusOK, s.describe(id, u, "pending"))
}

func (s *sink) part(w http.ResponseWriter, r *http.Request) {
	id, u := s.upload(r)
	if u == nil {
		s.refuse(w, "no such Upload")
		return
	}
	rate := s.rate
	if c, ok := r.Context().Value(connectionKey{}).(*connection); ok && s.slow > 0 {
		if s.slowTaken.CompareAndSwap(false, true) {
			c.slow.Store(true)
		}
		if c.slow.Load() {
			rate = s.slow
		}
	}
	n, err := s.drain(r.Body, rate)
	if err != nil {
		return
	}
	u.got.Add(n)
	s.answer(w, http.StatusOK, map[string]any{
		"id": fmt.Sprintf("part_%d", s.count.Add(1)), "object": "upload.part",
		"created_at": time.Now().Unix(), "upload_id": id,
	})
}

// complete refuses an Upload that has not come whole: its time would mean nothing.
func (s *sink) complete(w http.ResponseWriter, r *http.Request) {
	id, u := s.upload(r)
	if _, err := s.drain(r.Body, 0); err != nil {
		return
	}
	if u == nil || u.got.Load() < u.Bytes {
		s.refuse(w, "the Upload is not whole")
		return
	}
	s.mu.Lock()
	s.completed = append(s.completed, time.Since(s.begun).Seconds())
	s.mu.Unlock()
	answer := s.describe(id, u, "completed")
	answer["file"] = s.describeFile(u)
	s.answer(w, http.StatusOK, answer)
}

// file takes a whole file in one request.
func (s *sink) file(w http.ResponseWriter, r *http.Request) {
	n, err := s.drain(r.Body, s.rate)
	if err != nil {
		return
	}
	s.answer(w, http.StatusOK, s.describeFile(&sinkUpload{Bytes: n, Filename: "bench.bin", Purpose: "user_data"}))
}

func (s *sink) describeFile(u *sinkUpload) map[string]any {
	return map[string]any{
		"id": fmt.Sprintf("file-%d", s.count.Add(1)), "object": "file", "bytes": u.Bytes,
		"created_at": time.Now().Unix(), "filename": u.Filename, "purpose": u.Purpose, "status": "processed",
	}
}

func (s *sink) upload(r *http.Request) (string, *sinkUpload) {
	id := r.PathValue("id")
	s.mu.Lock()
	defer s.mu.Unlock()
	return id, s.uploads[id]
}

func (s *sink) describe(id string, u *sinkUpload, status string) map[string]any {
	now := time.Now()
	return map[string]any{
		"id": id, "object": "upload", "bytes": u.Bytes, "filename": u.Filename, "purpose": u.Purpose, "status": status,
		"created_at": now.Unix(), "expires_at": now.Add(time.Hour).Unix(),
	}
}

func (s *sink) refuse(w http.ResponseWriter, message string) {
	s.answer(w, http.StatusBadRequest, map[string]any{
		"error": map[string]any{"message": message, "type": "invalid_request_error", "param": nil, "code": nil},
	})
}

func (s *sink) answer(w http.ResponseWriter, status int, body map[string]any) {
	time.Sleep(s.latency)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // It fails only if the client has left.
}

// drain reads all of body, at rate bytes a second if that isn't 0.
func (s *sink) drain(body io.Reader, rate int64) (int64, error) {
	buffer, ok := s.buffers.Get().(*[sinkBuffer]byte)
	if !ok {
		buffer = new([sinkBuffer]byte)
	}
	defer s.buffers.Put(buffer)
	chunk := buffer[:]
	if rate > 0 || s.line.rate > 0 {
		chunk = buffer[:slowBuffer]
	}
	start, total := time.Now(), int64(0)
	for {
		n, err := body.Read(chunk)
		total += int64(n)
		s.line.take(n)
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		if rate > 0 {
			time.Sleep(time.Until(start.Add(time.Duration(float64(total) / float64(rate) * float64(time.Second)))))
		}
	}
}
