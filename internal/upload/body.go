// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"errors"
	"io"
	"sync"
)

// errAttemptOver is what a reader gets that outlives its attempt.
var errAttemptOver = errors.New("the attempt is over")

// body is one part's content during one attempt. HTTP transports may go on
// reading for a moment after a request was given up: readers then get
// errAttemptOver, and never the file, which may be closed by then.
type body struct {
	src          io.ReaderAt
	offset, size int64

	// moved is called for every read, with the change in bytes read and whether
	// none are left. failed is called once, when the content can't be read.
	moved  func(n int64, all bool)
	failed func(error)

	mu      sync.Mutex
	current *bodyReader
	closed  bool
	err     error // Why the content could not be read.
}

// open returns a fresh reader and makes those before it useless.
func (b *body) open() io.Reader {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current != nil {
		b.moved(-b.current.pos, false)
	}
	b.current = &bodyReader{body: b}
	return b.current
}

// shut waits for a read that is going on and fails all later ones.
func (b *body) shut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// close is shut, and returns how many bytes were read and why no more could be.
func (b *body) close() (read int64, err error) {
	b.shut()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current != nil {
		read = b.current.pos
	}
	return read, b.err
}

// bodyReader is one reader of a body.
type bodyReader struct {
	body *body
	pos  int64
}

// Read implements [io.Reader].
func (r *bodyReader) Read(p []byte) (int, error) {
	b := r.body
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.err != nil:
		return 0, b.err
	case b.closed, b.current != r:
		return 0, errAttemptOver
	case r.pos == b.size:
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), b.size-r.pos)]
	// A panic here would be in the transport's goroutine, where nothing recovers.
	b.err = guard(func() error { return readExactly(b.src, p, b.offset+r.pos) })
	if b.err != nil {
		b.failed(b.err)
		return 0, b.err
	}
	r.pos += int64(len(p))
	b.moved(int64(len(p)), r.pos == b.size)
	return len(p), nil
}
