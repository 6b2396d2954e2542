// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// DefaultSlots is how many parts are in flight where nobody chose.
const DefaultSlots = 8

// Slots bounds the parts in flight over all uploads that share it, first come
// first served, and holds them all back while the service asks for a pause.
// Parts in flight are not interrupted by a pause, and a pause holds no slots. It
// is made by [NewSlots].
type Slots struct {
	total int

	mu    sync.Mutex
	busy  int
	queue list.List // Of chan struct{}, closed when the slot is granted.
	until time.Time // No slot is granted before.
	armed bool      // A timer will call grant.

	// The clock of share: it runs at one n-th of the speed while n slots are busy.
	shared   time.Duration
	sharedAt time.Time
}

// NewSlots returns n slots, at least one.
func NewSlots(n int) *Slots {
	return &Slots{total: max(n, 1), sharedAt: time.Now()}
}

// acquire waits for a slot. Its error is the cause of ctx's end.
func (s *Slots) acquire(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	granted := make(chan struct{})
	s.mu.Lock()
	place := s.queue.PushBack(granted)
	s.grant()
	s.mu.Unlock()

	select {
	case <-granted:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-granted:
		s.setBusy(s.busy - 1)
	default:
		s.queue.Remove(place)
	}
	s.grant()
	return context.Cause(ctx)
}

// release gives a slot back.
func (s *Slots) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setBusy(s.busy - 1)
	s.grant()
}

// pause grants no slot for d from now on, or longer if it already is so.
func (s *Slots) pause(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if until := time.Now().Add(d); until.After(s.until) {
		s.until = until
	}
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

// share returns a clock that stands for a part's fair share of the line: while
// n parts are in flight it runs n times slower than time itself.
func (s *Slots) share() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setBusy(s.busy)
	return s.shared
}

// grant hands the free slots to the first in the queue. s.mu is held.
func (s *Slots) grant() {
	for s.busy < s.total && s.queue.Len() > 0 {
		if wait := time.Until(s.until); wait > 0 {
			s.arm(wait)
			return
		}
		if granted, ok := s.queue.Remove(s.queue.Front()).(chan struct{}); ok {
			s.setBusy(s.busy + 1)
			close(granted)
		}
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

// setBusy changes the number of busy slots and brings shared up to date. s.mu
// is held.
func (s *Slots) setBusy(busy int) {
	now := time.Now()
	s.shared += now.Sub(s.sharedAt) / time.Duration(max(s.busy, 1))
	s.sharedAt = now
	s.busy = busy
}
