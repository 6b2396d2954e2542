// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// tickEvery is the minimum time between two reports of progress within parts.
const tickEvery = time.Second

// Event reports the progress of an upload.
type Event struct {
	UploadID         string // Empty until the Upload is created.
	PartsDone, Parts int

	// BytesDone counts the parts that are done and what was read of those in
	// flight, so that it falls when a part must be sent again or was sent twice.
	BytesDone, Bytes int64

	Elapsed time.Duration
	Err     error         // The failure that is about to be retried, nil for progress,
	Wait    time.Duration // and after how long.
}

// progress counts what is done and calls the observer.
type progress struct {
	started   time.Time
	bytesDone atomic.Int64

	mu        sync.Mutex
	event     Event       // What all events have in common.
	observe   func(Event) // Nil when there is none, or no more.
	lastFault error       // The last failure that was retried.
}

// report reports that so many more parts are at the service or, with a fault, that
// a request failed and is sent again after wait.
func (p *progress) report(parts int, fault error, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.event.PartsDone += parts
	p.lastFault = cmp.Or(fault, p.lastFault)
	if p.observe == nil {
		return
	}
	event := p.event
	event.BytesDone, event.Elapsed = min(p.bytesDone.Load(), event.Bytes), time.Since(p.started)
	event.Err, event.Wait = fault, wait
	p.observe(event)
}

// fault is the last failure that was retried.
func (p *progress) fault() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lastFault
}

// close stops all calls of the observer.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observe = nil
}

// tick reports bytes as they go out, until ctx ends.
func (p *progress) tick(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for last := int64(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if now := p.bytesDone.Load(); now != last {
			last = now
			p.report(0, nil, 0)
		}
	}
}
