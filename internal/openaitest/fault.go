// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"net/http"
	"time"
)

// Fault is something that goes wrong for a request. At most one fires for each
// request: the first injected one that matches and isn't used up.
//
// A fault that answers by itself or cuts before the work (Status, CutBefore,
// Hang, Stall, Endless) does no work: no Upload, Part or File changes. The
// others do the work first, so that only the answer is late, wrong or lost.
type Fault struct {
	// Op is the operation it is for; empty means any.
	Op Op
	// Skip is how many matching requests are let through first.
	Skip int
	// Times is how often it fires: 0 is once, negative for ever.
	Times int
	// Match, if set, narrows the requests down. It sees the request line,
	// headers and JSON body, but nothing of a Part's body. Calls are
	// serialised; it must not call Inject or ClearFaults.
	Match func(Request) bool
	// Hook, if set, is called when the fault fires, before anything else.
	Hook func(Request)

	// Status, if set, is answered instead of doing the work, with Header added
	// and with Body. An empty Body means an error of the recorded shape with
	// Code and Message, which have defaults by the status. A Body without a
	// Status is a 200.
	Status        int
	Header        http.Header
	Body          string
	Code, Message string
	// Early sends that answer (413 if there is none) before the body is read, then
	// closes the connection.
	Early bool

	// CutBefore resets the connection before the work.
	CutBefore bool
	// CutAfter does the work, then resets the connection without an answer.
	CutAfter bool
	// Hang reads the body and never answers, until the client goes away or the
	// server closes. (For work that is done but never answered, use a long
	// Delay.)
	Hang bool
	// Stall never reads the body and never answers, until the server closes.
	// Small bodies still fit into the kernel's buffers, see Options.ReadBuffer.
	Stall bool
	// AfterBytes is how much of the body Early, CutBefore and Stall read first.
	AfterBytes int64
	// BytesPerSecond limits how fast the body is read.
	BytesPerSecond int64

	// Delay is how long to wait before the answer, after the work if there is
	// any. It ends early if the client goes away or the server closes.
	Delay time.Duration
	// Truncate does the work, then cuts in the middle of the answer's body.
	Truncate bool
	// Garbage does the work, then answers 200 with HTML.
	Garbage bool
	// Mutate does the work, then changes the JSON answer, whose values have
	// the types of encoding/json.
	Mutate func(body map[string]any)
	// Endless answers 200 with JSON that has no end, until the client goes
	// away or the server closes.
	Endless bool
}

// pendingFault is a Fault with its counters; Server.faultMu guards them.
type pendingFault struct {
	Fault
	seen  int
	fired int
}

// Inject adds a fault. Faults are consulted in the order of their injection.
func (s *Server) Inject(f Fault) {
	f.Header = f.Header.Clone()
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	s.faults = append(s.faults, &pendingFault{Fault: f})
}

// ClearFaults removes all faults; those that have fired already run on.
func (s *Server) ClearFaults() {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	s.faults = nil
}

// pick returns the fault that fires for r, if any.
func (s *Server) pick(r *Request) (Fault, bool) {
	s.faultMu.Lock()
	defer s.faultMu.Unlock()
	for _, f := range s.faults {
		if f.Op != "" && f.Op != r.Op || f.Match != nil && !f.Match(r.clone()) {
			continue
		}
		if f.seen++; f.seen <= f.Skip {
			continue
		}
		if f.Times >= 0 && f.fired >= max(f.Times, 1) {
			continue
		}
		f.fired++
		return f.Fault, true
	}
	return Fault{}, false
}

// answer is what a Status or Early fault answers.
func (f *Fault) answer() answer {
	status := f.Status
	switch {
	case status != 0:
	case f.Body != "":
		status = http.StatusOK
	default:
		status = http.StatusRequestEntityTooLarge
	}
	a := answer{status: status, header: http.Header{}}
	switch {
	case status == http.StatusNoContent || status == http.StatusNotModified:
	case f.Body == "":
		e := errorFor(status)
		if f.Code != "" {
			e.code = f.Code
		}
		if f.Code == "insufficient_quota" {
			e.kind = f.Code
		}
		if f.Message != "" {
			e.message = f.Message
		}
		a = e.answer()
	default:
		a.header.Set("Content-Type", "application/json")
		a.body = []byte(f.Body)
	}
	for k, v := range f.Header {
		a.header[http.CanonicalHeaderKey(k)] = v
	}
	return a
}
