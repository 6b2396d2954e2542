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

	// When all of a part has been read, it may still be in the system's buffers,
	// or in a proxy that takes it faster than it passes it on, and the service has
	// to store it: that may take answerLimit, and for a large part what it needs at
	// passRate bytes a second.
	answerLimit = 60 * time.Second
	passRate    = 64 << 10
)

// watchdog ends an attempt to send a part that makes no progress ([ErrStalled])
// or that isn't answered ([ErrNoAnswer]).
type watchdog struct {
	bite   func(error)
	answer time.Duration // How long the answer may take.

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
		bite:   bite,
		answer: max(answerLimit, time.Duration(float64(size)/passRate*float64(time.Second))),
		last:   time.Now(),
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
	limit, late := stallLimit, ErrStalled
	if w.sent {
		limit, late = w.answer, ErrNoAnswer
	}
	if left := limit - time.Since(w.last); left > 0 {
		w.timer.Reset(left)
		return
	}
	w.bite(late)
}
