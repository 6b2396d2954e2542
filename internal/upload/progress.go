// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// tickEvery is how often progress within parts is told, at the most.
const tickEvery = time.Second

// Event tells how far an upload is.
type Event struct {
	// UploadID is empty until the Upload is created.
	UploadID string

	PartsDone, Parts int

	// BytesDone counts the parts that are done and what was read of those in
	// flight, so that it falls when a part must be sent again or was sent twice.
	BytesDone, Bytes int64

	Elapsed time.Duration

	// Err is the failure that is about to be retried after Wait, nil for progress.
	Err  error
	Wait time.Duration
}

// progress counts what is done and tells the observer.
type progress struct {
	started time.Time
	parts   int
	size    int64

	bytesDone atomic.Int64
	partsDone atomic.Int64

	mu       sync.Mutex
	observe  func(Event) // Nil when there is none, or no more.
	uploadID string
	fault    error
}

// start begins to count.
func (p *progress) start(parts int, size int64, observe func(Event)) {
	p.started, p.parts, p.size, p.observe = time.Now(), parts, size, observe
}

// begin starts the clock again: waiting for other uploads doesn't count.
func (p *progress) begin() { p.started = time.Now() }

// emit calls the observer, if there still is one.
func (p *progress) emit(fault error, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if fault != nil {
		p.fault = fault
	}
	if p.observe == nil {
		return
	}
	p.observe(Event{
		UploadID:  p.uploadID,
		PartsDone: int(p.partsDone.Load()),
		Parts:     p.parts,
		BytesDone: min(p.bytesDone.Load(), p.size),
		Bytes:     p.size,
		Elapsed:   time.Since(p.started),
		Err:       fault,
		Wait:      wait,
	})
}

// retry tells that a request failed and is sent again after wait.
func (p *progress) retry(fault error, wait time.Duration) { p.emit(fault, wait) }

// partDone tells that one more part is at the service.
func (p *progress) partDone() {
	p.partsDone.Add(1)
	p.emit(nil, 0)
}

// created tells the Upload's ID to the events that follow.
func (p *progress) created(uploadID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.uploadID = uploadID
}

// lastFault is the last failure that was retried.
func (p *progress) lastFault() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault
}

// close ends all calls of the observer.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observe = nil
}

// tick tells about bytes as they go out, until ctx ends.
func (p *progress) tick(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for last := int64(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := p.bytesDone.Load()
		if now == last {
			continue
		}
		last = now
		p.emit(nil, 0)
	}
}
