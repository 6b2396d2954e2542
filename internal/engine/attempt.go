// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// While a part is sent, the service must accept some of it at least this often. The
	// system reads it in pieces: at 16 KiB/s it asks for more about every 20 s.
	stallLimit = 45 * time.Second

	// When all of a part has been read, it may still be in the system's buffers,
	// or in a proxy that accepts it faster than it passes it on, and the service
	// still has to store it. That may take answerLimit or, for a large part, as
	// long as it takes at passRate bytes a second.
	answerLimit = 60 * time.Second
	passRate    = 64 << 10
)

var (
	// errPartial is a success that came before the content could have been received.
	errPartial = errors.New("the service answered before the whole part was sent")

	// errAttemptOver is returned by a reader that outlives its attempt.
	errAttemptOver = errors.New("the attempt is over")
)

// attempt sends a part once and returns its ID. When it returns, nothing reads the content
// for it any more. Every second attempt is announced ("Expect: 100-continue"): without
// that, the refusal of a service that answers early and closes is usually lost in a
// connection reset. The other attempts aren't, because not every service knows "Expect".
func (r *run) attempt(ctx context.Context, number, try int) (id string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	offset, size := r.plan.Part(number)
	watch := newWatchdog(size, cancel)
	defer watch.timer.Stop()
	content := &body{src: r.Source, offset: offset, size: size, onError: cancel, onRead: func(n int64, all bool) {
		r.progress.bytesDone.Add(n)
		watch.progress(all)
	}}
	stop := context.AfterFunc(ctx, content.close)
	defer stop()
	err = guard(func() (err error) {
		defer content.close()
		id, err = r.Backend.AddPart(ctx, r.upload.ID, Part{Number: number, Size: size, Announce: try%2 == 1, Open: content.open})
		return err
	})
	switch {
	case content.err != nil:
		err = content.err
	case err != nil && ctx.Err() != nil && !answered(err):
		err = context.Cause(ctx) // The backend only knows that its context has ended.
	case err == nil && content.read < size:
		err = errPartial
	case err == nil && id == "":
		err = final(fmt.Errorf("%w: a part without an ID", ErrBadAnswer))
	}
	if err != nil {
		r.progress.bytesDone.Add(-content.read)
		return "", err
	}
	return id, nil
}

// watchdog ends an attempt to send a part that makes no progress ([ErrStalled])
// or that isn't answered ([ErrNoAnswer]).
type watchdog struct {
	timer  *time.Timer
	answer time.Duration // How long the answer may take.
	sent   atomic.Bool
}

// newWatchdog watches a part of size bytes from now on.
func newWatchdog(size int64, end func(error)) *watchdog {
	w := &watchdog{answer: max(answerLimit, time.Duration(float64(size)/passRate*float64(time.Second)))}
	w.timer = time.AfterFunc(stallLimit, func() {
		if w.sent.Load() {
			end(ErrNoAnswer)
		}
		end(ErrStalled) // No effect after the other one.
	})
	return w
}

// progress records that bytes were read, and whether there are no more to read.
func (w *watchdog) progress(all bool) {
	limit := stallLimit
	if all {
		limit = w.answer
	}
	w.sent.Store(all)
	w.timer.Reset(limit)
}

// body is one part's content during one attempt. HTTP transports may continue
// reading for a moment after a request was given up: they then get
// errAttemptOver and don't touch the file, which may be closed by then.
type body struct {
	src          io.ReaderAt
	offset, size int64

	// onRead is called for every read, with the change in bytes read and whether
	// none are left. onError is called once, when the content can't be read.
	onRead  func(n int64, all bool)
	onError func(error)

	mu      sync.Mutex
	current *bodyReader
	closed  bool

	// These don't change any more after close.
	read int64
	err  error // Why the content could not be read.
}

// open returns a fresh reader and invalidates earlier ones.
func (b *body) open() io.Reader {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.onRead(-b.read, false)
		b.read = 0
	}
	b.current = &bodyReader{b}
	return b.current
}

// close waits for a read in progress and makes later ones fail.
func (b *body) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// bodyReader is one reader of a body.
type bodyReader struct{ *body }

// Read implements [io.Reader].
func (r *bodyReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.err != nil:
		return 0, r.err
	case r.closed, r.current != r:
		return 0, errAttemptOver
	case r.read == r.size:
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), r.size-r.read)]
	// A panic here would be in the transport's goroutine, where nothing recovers.
	r.err = guard(func() error { return readExactly(r.src, p, r.offset+r.read) })
	if r.err != nil {
		r.onError(r.err)
		return 0, r.err
	}
	r.read += int64(len(p))
	r.onRead(int64(len(p)), r.read == r.size)
	return len(p), nil
}
