// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"sync"
	"time"
)

const (
	// While a part is sent, the service must take some of it this often.
	stallLimit = 30 * time.Second

	// When all of it has been read, the rest may still be in the system's
	// buffers, and the service has to store it.
	answerLimit = 60 * time.Second

	// A part may take this long, and longer in proportion to its size at
	// slowestRate bytes a second for the parts in flight together.
	shortestLimit = 30 * time.Second
	slowestRate   = 64 << 10
)

// watchdog ends an attempt to send a part that makes no progress
// ([ErrStalled]), so little that it won't end ([ErrTooSlow]), or that isn't
// answered ([ErrNoAnswer]).
type watchdog struct {
	slots *Slots
	bite  func(error)
	limit time.Duration // By the slots' clock.
	since time.Duration // By the slots' clock.

	mu      sync.Mutex
	timer   *time.Timer
	last    time.Time // When there was progress.
	sent    bool
	stopped bool
}

// newWatchdog watches a part of size bytes from now on. It calls bite once at
// the most.
func newWatchdog(slots *Slots, size int64, bite func(error)) *watchdog {
	w := &watchdog{
		slots: slots,
		bite:  bite,
		limit: shortestLimit + time.Duration(float64(size)/slowestRate*float64(time.Second)),
		since: slots.share(),
		last:  time.Now(),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(min(stallLimit, w.limit), w.check)
	return w
}

// progress tells that bytes were read, and whether there are no more to read.
func (w *watchdog) progress(all bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = time.Now()
	w.sent = all
}

// stop ends the watch.
func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.timer.Stop()
}

// check bites or looks when it must check again. The slots' clock is never
// faster than time, so that what remains by it is the least to wait for.
func (w *watchdog) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	quiet := time.Since(w.last)
	left, slack := stallLimit-quiet, w.limit-(w.slots.share()-w.since)
	if w.sent {
		left, slack = answerLimit-quiet, answerLimit
	}
	switch {
	case left <= 0 && w.sent:
		w.bite(ErrNoAnswer)
	case left <= 0:
		w.bite(ErrStalled)
	case slack <= 0:
		w.bite(ErrTooSlow)
	default:
		w.timer.Reset(min(left, max(slack, time.Second)))
	}
}
