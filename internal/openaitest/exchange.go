// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"time"
)

// errGone means that the client went away, or the server closed, in the middle
// of a request.
var errGone = errors.New("openaitest: the request was abandoned")

// exchange is one request on its way to its answer.
type exchange struct {
	s     *Server
	w     http.ResponseWriter
	r     *http.Request
	entry *Request // in the journal; guarded by Server.mu
	body  *bodyReader
	fault Fault // the zero value does nothing
	route route

	fields   map[string]any // a JSON body, decoded strictly
	fieldErr *apiError      // why it couldn't be
	finished bool           // guarded by Server.mu
}

// begin writes the request into the journal.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) *exchange {
	header := r.Header.Clone()
	if found := s.credential(r); found != "" {
		header.Set("Authorization", found)
	}
	for _, name := range [...]string{"Api-Key", "Cookie"} {
		if header.Get(name) != "" {
			header.Set(name, "not shown")
		}
	}
	x := &exchange{s: s, w: w, r: r, route: parseRoute(r)}
	x.body = &bodyReader{x: x, src: r.Body, rate: s.opts.BytesPerSecond}
	x.entry = &Request{
		Op: x.route.op, Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery,
		Header: header, ContentLength: r.ContentLength,
		UploadID: x.route.uploadID, FileID: x.route.fileID,
		RemoteAddr: r.RemoteAddr, Proto: r.Proto, Started: time.Now(),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	x.entry.Seq = s.seq
	s.journal = append(s.journal, x.entry)
	s.inFlight.add(1)
	s.handlers.add(1)
	return x
}

// end closes the request's entry if that hasn't happened yet.
func (s *Server) end(x *exchange) {
	x.finish()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers.add(-1)
}

// note changes the request's entry in the journal.
func (x *exchange) note(change func(*Request)) {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	change(x.entry)
}

// giveUp ends a request without an answer, in the way that makes net/http drop
// the connection: a handler that just returned would have answered 200.
func (x *exchange) giveUp() {
	x.abandon()
	x.finish()
	panic(http.ErrAbortHandler)
}

// abandon notes that the answer didn't go out, at least not all of it.
func (x *exchange) abandon() { x.note(func(r *Request) { r.Aborted = true }) }

// finish notes that the request is over, and logs it. Calls after the first do
// nothing.
func (x *exchange) finish() {
	x.s.mu.Lock()
	if x.finished {
		x.s.mu.Unlock()
		return
	}
	x.finished = true
	if x.entry.Finished.IsZero() {
		x.entry.Finished = time.Now()
	}
	x.entry.BodyBytes = x.body.n
	entry := x.entry.clone()
	if entry.Seq > x.s.forgotten {
		x.s.save(change{Request: &entry})
	}
	x.s.inFlight.add(-1)
	x.s.mu.Unlock()
	if x.s.opts.Log != nil {
		x.s.logMu.Lock()
		defer x.s.logMu.Unlock()
		x.s.opts.Log(entry)
	}
}

// serve takes the request from its body to its answer.
func (x *exchange) serve() {
	if x.route.json {
		if err := x.readJSON(); err != nil {
			x.giveUp()
		}
	}
	if fault, ok := x.s.pick(x.entry); ok {
		x.note(func(r *Request) { r.Injected = true })
		x.fault = fault
		if fault.BytesPerSecond > 0 {
			x.body.rate = fault.BytesPerSecond
		}
		if fault.Hook != nil {
			x.s.mu.Lock()
			entry := x.entry.clone()
			x.s.mu.Unlock()
			fault.Hook(entry)
		}
		if x.breakEarly() {
			return
		}
	}
	a, err := x.work()
	if kept := x.s.Err(); kept != nil && x.body.err == nil {
		// A change that isn't kept is none.
		if a.content != nil {
			_ = a.content.Close()
		}
		a, err = answer{}, kept
	}
	if api, ok := errors.AsType[*apiError](err); ok {
		a, err = api.answer(), nil
		x.drainRefused()
	}
	if err != nil && x.body.err == nil {
		// Neither the client's fault nor a refusal: the content couldn't be kept or read.
		e := errorFor(http.StatusInternalServerError)
		e.message = "The mock server can't keep or read content: " + err.Error()
		a, err = e.answer(), nil
	}
	if err != nil {
		x.giveUp()
	}
	x.deliver(a)
}

// deliver sends an answer, or what the fault makes of it.
func (x *exchange) deliver(a answer) {
	if content := a.content; content != nil {
		defer func() { _ = content.Close() }()
	}
	f := &x.fault
	if len(f.Set) > 0 {
		a = mutate(a, func(body map[string]any) { merge(body, f.Set) })
	}
	if f.Mutate != nil {
		a = mutate(a, f.Mutate)
	}
	if f.Garbage {
		a = answer{
			status: http.StatusOK,
			header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			body:   []byte("<!doctype html>\n<html><head><title>Just a moment...</title></head><body></body></html>\n"),
		}
	}
	if !x.pause(x.s.opts.Latency+f.Delay) || x.r.Context().Err() != nil {
		x.giveUp()
	}
	switch {
	case f.CutAfter:
		x.cut()
	case f.Truncate:
		x.truncate(a)
	default:
		x.send(a)
	}
}

// send sends an answer whole.
func (x *exchange) send(a answer) {
	x.setHeaders(x.w.Header(), a)
	x.w.WriteHeader(a.status)
	var err error
	if a.content != nil {
		_, err = io.Copy(x.w, a.content)
	} else {
		_, err = x.w.Write(a.body)
	}
	if err != nil {
		x.abandon()
	}
}

// setHeaders fills in the headers of an answer and notes it, just before it
// goes out: whoever has the answer finds it in the journal.
func (x *exchange) setHeaders(h http.Header, a answer) {
	id := hexID("req_")
	h.Set("Date", x.s.Now().UTC().Format(http.TimeFormat))
	h.Set("Openai-Version", "2020-10-01")
	h.Set("X-Request-Id", id)
	h.Set("Content-Length", itoa(max(a.size, int64(len(a.body)))))
	maps.Copy(h, a.header)
	if x.entry.Injected {
		h.Set(FaultHeader, "fired")
	}
	x.note(func(r *Request) {
		r.Status, r.RequestID, r.Finished = a.status, h.Get("X-Request-Id"), time.Now()
		r.BodyBytes = x.body.n
	})
}

// pause waits for d. It reports false if the client went away or the server
// closed before that.
func (x *exchange) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-x.r.Context().Done():
	case <-x.s.closing:
	}
	return false
}

// drain reads the rest of the body, so that the client's leaving is noticed
// from then on. It fails if the client has left.
func (x *exchange) drain() error {
	_, err := io.Copy(io.Discard, x.body)
	return err
}

// How much of a refused body is read, in bytes, and for how long: as much as some request
// may have.
const (
	maxDrained = 2 * MaxFileBytes
	drainTime  = time.Minute
)

// drainRefused reads the rest of a refused body. A client that is still writing may see
// a closed connection and not the answer. One that still waits for a go-ahead sees the answer.
func (x *exchange) drainRefused() {
	if x.r.Header.Get("Expect") != "" && x.body.n == 0 {
		return
	}
	connection := http.NewResponseController(x.w)
	_ = connection.SetReadDeadline(time.Now().Add(drainTime)) // Without a connection there is nobody to wait for.
	_, _ = io.CopyN(io.Discard, x.body, maxDrained)           // It ends, or the client has gone.
	_ = connection.SetReadDeadline(time.Time{})
}

// bodyReader reads a request's body at a rate, and remembers how it failed:
// that distinguishes a client that left from one that sent nonsense.
type bodyReader struct {
	x     *exchange
	src   io.Reader
	rate  int64 // bytes a second, 0 for no limit
	start time.Time
	n     int64
	err   error
}

// slice is how much of a limited body is read at once: what comes in 50 ms.
const slice = 50 * time.Millisecond

func (b *bodyReader) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if b.rate > 0 {
		if b.start.IsZero() {
			b.start = time.Now()
		}
		most := max(1, b.rate*int64(slice)/int64(time.Second))
		p = p[:min(int64(len(p)), most)]
	}
	n, err := b.src.Read(p)
	b.n += int64(n)
	if b.rate > 0 {
		due := time.Duration(float64(b.n) / float64(b.rate) * float64(time.Second))
		if wait := time.Until(b.start.Add(due)); wait > time.Millisecond && !b.x.pause(wait) {
			err = errGone
		}
	}
	if err != nil && err != io.EOF {
		b.err = errors.Join(errGone, err)
		return n, b.err
	}
	return n, err
}

// waitGone waits until the client or the server has gone.
func (x *exchange) waitGone() {
	select {
	case <-x.r.Context().Done():
	case <-x.s.closing:
	}
}
