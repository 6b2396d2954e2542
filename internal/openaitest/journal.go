// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Op is what a request asks for, by its method and path.
type Op string

// The operations of the API. OpUnknown is any other path or method.
const (
	OpCreateUpload   Op = "create_upload"
	OpAddPart        Op = "add_part"
	OpCompleteUpload Op = "complete_upload"
	OpCancelUpload   Op = "cancel_upload"
	OpGetFile        Op = "get_file"
	OpDeleteFile     Op = "delete_file"
	OpListFiles      Op = "list_files"
	OpFileContent    Op = "file_content"
	OpCreateFile     Op = "create_file"
	OpExchangeToken  Op = "exchange_token"
	OpUnknown        Op = "unknown"
)

// ops are all of them.
var ops = [...]Op{
	OpCreateUpload, OpAddPart, OpCompleteUpload, OpCancelUpload, OpGetFile, OpDeleteFile, OpListFiles, OpFileContent,
	OpCreateFile, OpExchangeToken, OpUnknown,
}

// Request is one entry of the journal.
type Request struct {
	// Seq counts requests from 1 in the order of their arrival.
	Seq int `json:"seq"`
	// Op is what was asked for.
	Op Op `json:"op"`
	// Method, Path (still escaped) and Query are those of the request line.
	Method string `json:"method"`
	Path   string `json:"path"`
	Query  string `json:"query,omitempty"`
	// Header is the request's, with the value of Authorization replaced by
	// "present" (the right key), "token" (a valid access token) or "wrong", and without
	// those of Api-Key and Cookie.
	Header http.Header `json:"header"`
	// ContentLength is the announced length of the body, -1 if there was none.
	ContentLength int64 `json:"content_length"`
	// BodyBytes is how much of the body was read, framing included.
	BodyBytes int64 `json:"body_bytes"`
	// Body is a body that is a JSON object, with the types of encoding/json and
	// without a subject token.
	Body map[string]any `json:"body,omitempty"`
	// UploadID and FileID are those of the path, or of what was made.
	UploadID string `json:"upload_id,omitempty"`
	FileID   string `json:"file_id,omitempty"`
	// PartID is the Part that was made.
	PartID string `json:"part_id,omitempty"`
	// PartBytes is how much content of a Part was read.
	PartBytes int64 `json:"part_bytes,omitempty"`
	// Status is the status that was answered, 0 if none was.
	Status int `json:"status"`
	// RequestID is the answer's X-Request-ID.
	RequestID string `json:"request_id,omitempty"`
	// RemoteAddr tells connections apart.
	RemoteAddr string `json:"remote_addr"`
	// Proto is the protocol, such as "HTTP/1.1".
	Proto string `json:"proto"`
	// Started and Finished are real times, not those of the server's clock.
	// Finished is zero while the request is in flight.
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	// Aborted says that the whole answer didn't go out: the client went away,
	// or a fault cut the connection or left it hanging.
	Aborted bool `json:"aborted,omitempty"`
	// Injected says that a fault fired.
	Injected bool `json:"injected,omitempty"`
}

// clone returns a copy that shares nothing with r.
func (r *Request) clone() Request {
	c := *r
	c.Header = r.Header.Clone()
	c.Body = cloneObject(r.Body)
	return c
}

// cloneObject copies a decoded JSON object.
func cloneObject(m map[string]any) map[string]any {
	c := maps.Clone(m)
	for k, v := range c {
		c[k] = cloneValue(v)
	}
	return c
}

// cloneValue copies a decoded JSON value.
func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneObject(v)
	case []any:
		c := slices.Clone(v)
		for i := range c {
			c[i] = cloneValue(c[i])
		}
		return c
	default:
		return v
	}
}

// Journal returns copies of the requests so far, those in flight included, in
// the order of their arrival.
func (s *Server) Journal() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.journal))
	for i, r := range s.journal {
		out[i] = r.clone()
	}
	return out
}

// Requests returns the part of the journal that asks for op.
func (s *Server) Requests(op Op) []Request {
	return slices.DeleteFunc(s.Journal(), func(r Request) bool { return r.Op != op })
}

// ResetJournal forgets the requests so far. Seq continues counting.
func (s *Server) ResetJournal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal, s.forgotten = nil, s.seq
	s.save(change{JournalReset: true})
}

// WaitIdle waits until no request is in flight: a client that went away is
// noticed a little later than it left. It returns ctx's error if that ends
// first.
func (s *Server) WaitIdle(ctx context.Context) error {
	s.mu.Lock()
	idle := s.inFlight.zero()
	s.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// gauge counts and signals when it is at zero. Server.mu guards it.
type gauge struct {
	n    int
	wait chan struct{}
}

// add changes the count by d.
func (g *gauge) add(d int) {
	g.n += d
	if g.n == 0 && g.wait != nil {
		close(g.wait)
		g.wait = nil
	}
}

// zero returns a channel that is closed once the count is zero.
func (g *gauge) zero() <-chan struct{} {
	if g.wait == nil {
		g.wait = make(chan struct{})
	}
	wait := g.wait
	g.add(0)
	return wait
}
