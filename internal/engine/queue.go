// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"slices"
	"sync"
	"time"
)

// The provider's defaults: parts in flight, and retries of one request. With
// their waits, the retries outlast an outage of a minute.
const (
	DefaultSlots   = 8
	DefaultRetries = 20
)

const (
	// The pauses if the service doesn't say how long to wait, with jitter.
	firstPause   = 2 * time.Second
	longestPause = 16 * time.Second

	// After a pause, parts start this far apart.
	startInterval = 50 * time.Millisecond
)

// Slots bounds the parts in flight over all uploads that share it. It serves the upload
// with the fewest bytes left first, then in order of arrival: uploads finish one after the
// other, and no Upload expires because all share the line. While the service asks for a
// pause, no slot is granted. Make one with [NewSlots].
type Slots struct {
	total int

	mu    sync.Mutex
	busy  int
	queue []*waiter // In the order in which they are served.
	begun []*waiter // Large uploads that have parts left to dispatch.
	until time.Time // No slot is granted until then.
	armed bool      // A timer will call grant.
	level int       // How many pauses in a row came without a length from the service.
	slow  int       // How many slots are granted one by one, after a pause,
	next  time.Time // and none until then.
}

// NewSlots returns n slots, at least one.
func NewSlots(n int) *Slots {
	return &Slots{total: max(n, 1)}
}

// begin waits for the first slot of an upload of so many bytes and parts. A large one,
// which can fill all slots by itself, waits until no other large one of the same or a
// smaller size has parts left to dispatch: otherwise as many as there are slots would
// begin at once. The caller calls dispatched when it has none left. The error is the
// cause of ctx's end.
func (s *Slots) begin(ctx context.Context, bytes int64, parts int) (dispatched func(), err error) {
	w := &waiter{left: bytes, large: parts >= s.total, granted: make(chan struct{})}
	if err := s.wait(ctx, w); err != nil || !w.large {
		return func() {}, err
	}
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.leave(w)
		s.grant()
	}), nil
}

// leave takes a large upload out of those that have begun. s.mu is held.
func (s *Slots) leave(w *waiter) {
	s.begun = slices.DeleteFunc(s.begun, func(other *waiter) bool { return other == w })
}

// waiter waits for a slot.
type waiter struct {
	left    int64
	large   bool          // It begins a large upload.
	granted chan struct{} // Closed when the slot is granted.
}

// acquire waits for a slot, for an upload of which left bytes are not yet being
// sent. Its error is the cause of ctx's end.
func (s *Slots) acquire(ctx context.Context, left int64) error {
	return s.wait(ctx, &waiter{left: left, granted: make(chan struct{})})
}

func (s *Slots) wait(ctx context.Context, w *waiter) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.mu.Lock()
	place := slices.IndexFunc(s.queue, func(other *waiter) bool { return other.left > w.left })
	if place < 0 {
		place = len(s.queue)
	}
	s.queue = slices.Insert(s.queue, place, w)
	s.grant()
	s.mu.Unlock()
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-w.granted:
		s.busy--
		s.leave(w)
	default:
		s.queue = slices.DeleteFunc(s.queue, func(other *waiter) bool { return other == w })
	}
	s.grant()
	return context.Cause(ctx)
}

// release gives a slot back.
func (s *Slots) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy--
	s.grant()
}

// takeIdle takes a slot that nobody waits for, if there is one.
func (s *Slots) takeIdle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy == s.total || len(s.queue) > 0 || time.Now().Before(s.until) || time.Now().Before(s.next) {
		return false
	}
	s.busy++
	return true
}

// throttle pauses for as long as the service asked or, if it didn't say, for longer
// each time. It returns how long the pause lasts from now on, and by how much the
// service extended it.
func (s *Slots) throttle(fault Fault) (wait, added time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := max(time.Until(s.until), 0)
	switch {
	case fault.Wait > 0:
		asked := fault.Backoff(0)
		wait, added = max(asked, left), max(asked-left, 0)
	case left > 0:
		// Other requests that were in flight get the same answer.
		wait = left
	default:
		wait = jitter(min(firstPause<<s.level, longestPause))
		s.level = min(s.level+1, 8)
	}
	s.until, s.slow = time.Now().Add(wait), s.total
	return wait, added
}

// calm notes that the service doesn't throttle any more.
func (s *Slots) calm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.level = 0
}

// ready waits until there is no pause. Its error is the cause of ctx's end.
func (s *Slots) ready(ctx context.Context) error {
	for {
		s.mu.Lock()
		wait := time.Until(s.until)
		s.mu.Unlock()
		if err := sleep(ctx, wait); err != nil || wait <= 0 {
			return err
		}
	}
}

// grant hands the free slots to the first in the queue. s.mu is held.
func (s *Slots) grant() {
	for s.busy < s.total {
		first := slices.IndexFunc(s.queue, func(w *waiter) bool {
			return !w.large || !slices.ContainsFunc(s.begun, func(other *waiter) bool { return other.left <= w.left })
		})
		if first < 0 {
			return
		}
		if wait := max(time.Until(s.until), time.Until(s.next)); wait > 0 {
			s.arm(wait)
			return
		}
		w := s.queue[first]
		s.queue = slices.Delete(s.queue, first, first+1)
		s.busy++
		if w.large {
			s.begun = append(s.begun, w)
		}
		if s.slow > 0 {
			s.slow--
			s.next = time.Now().Add(startInterval)
		}
		close(w.granted)
	}
}

// arm calls grant when wait is over. s.mu is held.
func (s *Slots) arm(wait time.Duration) {
	if s.armed {
		return
	}
	s.armed = true
	time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.armed = false
		s.grant()
	})
}
