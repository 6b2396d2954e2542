// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// Control is a handler that does from outside what tests do with methods. Each request
// needs the token as bearer in Authorization.
//
//	GET    /journal       the journal as JSON Lines; ?op= selects an operation
//	DELETE /journal       forgets it
//	POST   /faults        injects the faults of a JSON array, see ParseFaults
//	DELETE /faults        removes all faults
//	GET    /clock         {"now": "2026-01-02T15:04:05Z"}
//	POST   /clock         {"advance": "1h30m"} or {"now": "2026-01-02T15:04:05Z"}
func (s *Server) Control(token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /journal", s.serveJournal)
	mux.HandleFunc("DELETE /journal", func(w http.ResponseWriter, _ *http.Request) {
		s.ResetJournal()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /faults", s.serveFaults)
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /clock", s.serveClock)
	mux.HandleFunc("POST /clock", s.moveClock)
	want := []byte("Bearer " + token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token == "" || subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "The control token is missing or wrong.", http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (s *Server) serveJournal(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/jsonl")
	op, enc := Op(r.URL.Query().Get("op")), json.NewEncoder(w)
	for _, entry := range s.Journal() {
		if op == "" || entry.Op == op {
			_ = enc.Encode(entry) // The client may have gone.
		}
	}
}

func (s *Server) serveFaults(w http.ResponseWriter, r *http.Request) {
	raw, ok := controlBody(w, r)
	if !ok {
		return
	}
	faults, err := ParseFaults(raw)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, f := range faults {
		s.Inject(f)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) serveClock(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]time.Time{"now": s.Now().UTC()}) // The client may have gone.
}

// maxOffset keeps the clock within what a time.Duration holds.
const maxOffset = 100 * 365 * 24 * time.Hour

func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) {
	raw, ok := controlBody(w, r)
	if !ok {
		return
	}
	m, apiErr := decodeObject(raw)
	f := &fields{m: m}
	var by time.Duration
	var err error
	switch f.only("advance", "now"); {
	case apiErr != nil:
		f.err = apiErr
	case len(m) != 1:
		f.fail("", "", `Exactly one of "advance" and "now" is wanted.`)
	case m["now"] != nil:
		var now time.Time
		now, err = time.Parse(time.RFC3339Nano, f.text("now"))
		by = now.Sub(s.Now())
	default:
		by, err = time.ParseDuration(f.text("advance"))
	}
	switch {
	case f.err != nil:
		http.Error(w, f.err.message, http.StatusBadRequest)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case time.Until(s.Now().Add(by)).Abs() > maxOffset:
		http.Error(w, "The clock can be at most a hundred years from the real time.", http.StatusBadRequest)
	default:
		s.Advance(by)
		s.serveClock(w, r)
	}
}

// controlBody reads a body of moderate size, or refuses it.
func controlBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxJSON))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
	return raw, err == nil
}
