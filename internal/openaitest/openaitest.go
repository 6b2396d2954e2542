// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package openaitest is a strict stand-in for OpenAI's Uploads and Files API,
// for tests, benchmarks and demonstrations.
//
// It is written from the published document (OpenAPI version 2.3.0) and from
// recorded traffic, in raw JSON and on the standard library alone: it shares
// no type with any client, so that it can't repeat a client's mistake. Where
// the service's behaviour is unknown it refuses: with 400 where a request
// contradicts the state of an Upload, since what must not be relied on should
// fail in a test.
//
// A Server keeps a journal of requests to assert on, has a clock that can be
// set, and injects faults per request. All methods may be called from several
// goroutines at once.
package openaitest

import (
	"net/http"
	"sync"
	"time"
)

// Limits of the service, in bytes unless said otherwise. The unit of its
// "64 MB", "512 MB" and "8 GB" is ambiguous; these are the larger readings.
const (
	// MaxUploadBytes is the most that an Upload may announce and receive.
	MaxUploadBytes = 8 << 30
	// MaxPartBytes is the most that one Part may hold.
	MaxPartBytes = 64 << 20
	// MaxFileBytes is the most that POST /files takes.
	MaxFileBytes = 512 << 20
	// UploadLifetime is how long after its creation an Upload expires (recorded).
	UploadLifetime = time.Hour
	// BatchFileLifetime is how long a File with purpose batch lives when no
	// expires_after was given (specified).
	BatchFileLifetime = 30 * 24 * time.Hour
	// DefaultAPIKey is the key that is accepted unless Options say otherwise.
	DefaultAPIKey = "sk-test"
)

// Options configure a Server. The zero value is usable.
type Options struct {
	// APIKey is the only key accepted; DefaultAPIKey if empty.
	APIKey string
	// Identity gets access tokens, which are accepted besides the key.
	Identity Identity
	// Discard keeps no content: sizes still count, md5 is only checked for its
	// form, and GET /files/{id}/content is refused.
	Discard bool
	// Dir, if set, is a folder where content is kept instead of memory, one file
	// a Part, with Uploads, Files, journal and clock: a new Server goes on from
	// there, see Err. It is made if it doesn't exist, and never removed. One
	// Server at a time may use it.
	Dir string
	// Processing is how many DELETEs of a fresh File answer 409 "File is still
	// processing" first.
	Processing int
	// BytesPerSecond limits how fast each request's body is read, which on
	// HTTP/1.1 is the rate of the connection. 0 is no limit.
	BytesPerSecond int64
	// Latency is how long to wait, in real time, before each answer.
	Latency time.Duration
	// ReadBuffer, if set, is the size of the receive buffer of each accepted
	// TCP connection, in bytes: a small one makes a client notice sooner that
	// a body isn't being read.
	ReadBuffer int
	// Purposes are accepted in addition to those of the recorded list.
	Purposes []string
	// TLS serves https with a self-signed certificate, see CertPEM.
	TLS bool
	// Wrap, if set, is put around the server where it listens, such as to validate what
	// it is asked and what it answers.
	Wrap func(http.Handler) http.Handler
	// Log, if set, is called once for each request that has ended, one call at
	// a time, mostly before its client has seen the end of the answer.
	Log func(Request)
}

// Server is the mock, an http.Handler. New makes one without a listener; Start
// and StartTLS make one that listens.
type Server struct {
	opts    Options
	store   *store
	closing chan struct{} // closed by Close
	life    sync.Once     // guards closing

	faultMu sync.Mutex // guards faults, and serialises Match functions
	faults  []*pendingFault

	logMu sync.Mutex // serialises Options.Log

	mu          sync.Mutex // guards opts.Identity and everything below
	offset      time.Duration
	seq         int
	journal     []*Request
	forgotten   int   // the last Seq that isn't in the journal any more
	inFlight    gauge // requests not yet answered or given up
	handlers    gauge // handler goroutines
	uploads     map[string]*upload
	uploadOrder []string
	files       map[string]*file
	fileOrder   []string
	removed     map[string]bool      // Files, by their IDs
	tokens      map[string]time.Time // access tokens, and when they expire
	former      []string             // tokens that aren't accepted any more
	log         stateLog
	net         network
}

// New returns a Server that listens nowhere yet: it is an http.Handler, and
// Serve makes it listen. Close releases what it holds.
func New(opts Options) *Server {
	if opts.APIKey == "" {
		opts.APIKey = DefaultAPIKey
	}
	s := &Server{
		opts:    opts,
		store:   newStore(opts),
		closing: make(chan struct{}),
		uploads: map[string]*upload{},
		files:   map[string]*file{},
		removed: map[string]bool{},
		tokens:  map[string]time.Time{},
	}
	if opts.Dir != "" && s.store.err == nil {
		s.log.err = s.restore()
	}
	return s
}

// APIKey returns the key that the server accepts.
func (s *Server) APIKey() string { return s.opts.APIKey }

// Now is the server's time: Date headers, created_at and every expiry follow
// it. It runs with real time from wherever Advance and SetNow have put it.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is Now for callers that hold s.mu.
func (s *Server) now() time.Time { return time.Now().Add(s.offset).Round(0) }

// Advance moves the server's clock by d.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	s.saveClock()
}

// SetNow sets the server's clock to t.
func (s *Server) SetNow(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset = time.Until(t)
	s.saveClock()
}

// FaultHeader is the header of an answer for which a fault fired.
const FaultHeader = "X-Mock-Fault"

// ServeHTTP answers one request. GET /healthz answers 200 without a key, and isn't in
// the journal.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Path == "/healthz" {
		w.WriteHeader(http.StatusOK)
		return
	}
	x := s.begin(w, r)
	defer s.end(x)
	x.serve()
}
