// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"sync"
	"time"
)

const (
	// While a part is sent, the service must take some of it this often. It takes
	// it in pieces: at 16 KiB/s the system asks for more about every 20 s.
	stallLimit = 45 * time.Second

	// A part may take stallLimit, and longer in proportion to its size at
	// slowestRate bytes a second.
	slowestRate = 16 << 10

	// When all of a part has been read, it may still be in the system's buffers,
	// or in a proxy that takes it faster than it passes it on, and the service has
	// to store it. That may take answerLimit, and of a large part answerShare of
	// the time that it may take in all.
	answerLimit = 60 * time.Second
	answerShare = 4
)

// watchdog ends an attempt to send a part that makes no progress
// ([ErrStalled]), so little that it won't end ([ErrTooSlow]), or that isn't
// answered ([ErrNoAnswer]).
type watchdog struct {
	bite  func(error)
	limit time.Duration // For the whole part.
	since time.Time

	mu      sync.Mutex
	timer   *time.Timer
	last    time.Time // When there was progress.
	sent    bool
	stopped bool
}

// newWatchdog watches a part of size bytes from now on. It calls bite once at
// the most.
func newWatchdog(size int64, bite func(error)) *watchdog {
	w := &watchdog{
		bite:  bite,
		limit: stallLimit + time.Duration(float64(size)/slowestRate*float64(time.Second)),
		since: time.Now(),
		last:  time.Now(),
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(stallLimit, w.check)
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

// check bites, or looks again when it may have to.
func (w *watchdog) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return
	}
	quiet := time.Since(w.last)
	left, late := stallLimit-quiet, ErrStalled
	if slack := w.limit - time.Since(w.since); slack < left {
		left, late = slack, ErrTooSlow
	}
	if w.sent {
		left, late = max(answerLimit, w.limit/answerShare)-quiet, ErrNoAnswer
	}
	if left > 0 {
		w.timer.Reset(left)
		return
	}
	w.bite(late)
}
