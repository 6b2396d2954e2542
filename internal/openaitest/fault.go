// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"time"
)

// Fault is something that goes wrong for a request. At most one fires for each
// request: the first injected one that matches and isn't used up. In JSON its fields
// have their names in snake case, and durations are text such as "1m30s".
//
// A fault that answers by itself or cuts before the work (Status, CutBefore,
// Hang, Stall, Endless) does no work: no Upload, Part or File changes. The
// others do the work first, so that only the answer is late, wrong or lost.
type Fault struct {
	// Op is the operation it is for; empty means any.
	Op Op `json:"op"`
	// Where narrows the requests down to those whose entry in the journal, in its
	// JSON form, has these values, such as {"body": {"filename": "a.jsonl"}}. Nothing
	// of a form is known yet.
	Where map[string]any `json:"where"`
	// Skip is how many matching requests are let through first.
	Skip int `json:"skip"`
	// Times is how often it fires: 0 is once, negative for ever.
	Times int `json:"times"`
	// Match, if set, narrows the requests down further. Calls are serialised; it must
	// not call Inject or ClearFaults.
	Match func(Request) bool `json:"-"`
	// Hook, if set, is called when the fault fires, before anything else.
	Hook func(Request) `json:"-"`

	// Status, if set, is answered instead of doing the work, with Header added
	// and with Body. An empty Body means an error of the recorded shape with
	// Code and Message, which have defaults by the status. A Body without a
	// Status is a 200.
	Status  int         `json:"status"`
	Header  http.Header `json:"header"`
	Body    string      `json:"body"`
	Code    string      `json:"code"`
	Message string      `json:"message"`
	// Early sends that answer (413 if there is none) before the body is read, then
	// closes the connection.
	Early bool `json:"early"`

	// CutBefore resets the connection before the work.
	CutBefore bool `json:"cut_before"`
	// CutAfter does the work, then resets the connection without an answer.
	CutAfter bool `json:"cut_after"`
	// Hang reads the body and never answers, until the client goes away or the
	// server closes. (For work that is done but never answered, use a long
	// Delay.)
	Hang bool `json:"hang"`
	// Stall never reads the body and never answers, until the server closes.
	// Small bodies still fit into the kernel's buffers, see Options.ReadBuffer.
	Stall bool `json:"stall"`
	// AfterBytes is how much of the body Early, CutBefore and Stall read first.
	AfterBytes int64 `json:"after_bytes"`
	// BytesPerSecond limits how fast the body is read.
	BytesPerSecond int64 `json:"bytes_per_second"`

	// Delay is how long to wait before the answer, after the work if there is
	// any. It ends early if the client goes away or the server closes.
	Delay time.Duration `json:"delay"`
	// Truncate does the work, then cuts in the middle of the answer's body.
	Truncate bool `json:"truncate"`
	// Garbage does the work, then answers 200 with HTML.
	Garbage bool `json:"garbage"`
	// Set does the work, then sets these values in the JSON answer. Objects are
	// merged.
	Set map[string]any `json:"set"`
	// Mutate does the work, then changes the JSON answer, whose values have
	// the types of encoding/json.
	Mutate func(body map[string]any) `json:"-"`
	// Endless answers 200 with JSON that has no end, until the client goes
	// away or the server closes.
	Endless bool `json:"endless"`
}

// ParseFaults reads a JSON array of faults.
func ParseFaults(raw []byte) ([]Fault, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, fmt.Errorf("the faults aren't a JSON array: %w", err)
	}
	faults := make([]Fault, len(list))
	for i, raw := range list {
		err := json.Unmarshal(raw, &faults[i])
		if err == nil {
			err = faults[i].check()
		}
		if err != nil {
			return nil, fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return faults, nil
}

// UnmarshalJSON reads a fault whose durations are text.
func (f *Fault) UnmarshalJSON(raw []byte) error {
	type plain Fault
	fault := struct {
		*plain

		Delay string `json:"delay"`
	}{plain: (*plain)(f)}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&fault); err != nil {
		return err
	}
	if fault.Delay == "" {
		return nil
	}
	var err error
	f.Delay, err = time.ParseDuration(fault.Delay)
	return err
}

// check refuses what can't be meant.
func (f *Fault) check() error {
	switch {
	case f.Op != "" && !slices.Contains(ops[:], f.Op):
		return fmt.Errorf("op %q is none of %q", f.Op, ops)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("status %d is not between 200 and 599", f.Status)
	case f.Skip < 0 || f.AfterBytes < 0 || f.BytesPerSecond < 0 || f.Delay < 0:
		return errors.New("skip, after_bytes, bytes_per_second and delay can't be negative")
	case !f.acts():
		return errors.New("it does nothing")
	}
	return nil
}

// acts reports whether anything happens when the fault fires.
func (f *Fault) acts() bool {
	return f.Status != 0 || f.Body != "" || f.Early || f.CutBefore || f.CutAfter || f.Hang || f.Stall || f.Truncate ||
		f.Garbage || f.Endless || len(f.Set) > 0 || f.Delay > 0 || f.BytesPerSecond > 0
}

// matches reports whether the fault is for r.
func (f *Fault) matches(r *Request) bool {
	if f.Op != "" && f.Op != r.Op || f.Match != nil && !f.Match(r.clone()) {
		return false
	}
	return len(f.Where) == 0 || has(asJSON(*r), asJSON(f.Where))
}

// asJSON is v with the types of encoding/json.
func asJSON(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var value any
	_ = json.Unmarshal(raw, &value) // It was just encoded.
	return value
}

// has reports whether value is want, or an object that has what want has.
func has(value, want any) bool {
	wanted, ok := want.(map[string]any)
	if !ok {
		return reflect.DeepEqual(value, want)
	}
	object, ok := value.(map[string]any)
	for k, v := range wanted {
		ok = ok && has(object[k], v)
	}
	return ok
}

// merge sets values in an object, and in the objects in it.
func merge(into, values map[string]any) {
	for k, v := range values {
		inner, isObject := into[k].(map[string]any)
		more, isMore := v.(map[string]any)
		if isObject && isMore {
			merge(inner, more)
		} else {
			into[k] = cloneValue(v)
		}
	}
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
		if !f.matches(r) {
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
