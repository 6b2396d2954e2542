// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	// Exponential backoff with full jitter: the n-th wait is anything up to
	// backoffBase·2ⁿ, at most backoffCap.
	backoffBase = 500 * time.Millisecond
	backoffCap  = 8 * time.Second

	// The longest wait that a service may ask for.
	retryAfterMax = 2 * time.Minute

	// Without any success for so long, nothing is sent again.
	patience = 10 * time.Minute
)

// backoff returns how long to wait after the try-th failure, from 0.
func backoff(try int) time.Duration {
	limit := backoffCap
	if try < 4 {
		limit = backoffBase << try
	}
	return rand.N(limit + 1) //nolint:gosec // Jitter needs no secrecy.
}

// sleep waits for d, unless ctx ends; the error is the cause of that.
func sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// budget bounds the faults of one upload, so that a dying service ends in an
// error although single requests get through now and then. Each of the parts
// that may be open at once can use up its retries, and each part may fail once
// more; and when no part has succeeded for as long as patience, a third fault
// for each of the parts in flight is the last.
type budget struct {
	mu      sync.Mutex
	left    int
	streak  int
	longest int
	good    time.Time // When a part succeeded, or the first one was sent.
}

func newBudget(retries, slots, parts int) *budget {
	open := min(openParts(slots), parts)
	return &budget{left: parts + open*retries, longest: 3 * min(slots, parts), good: time.Now()}
}

// fault counts a part that failed and reports whether it may be sent again.
func (b *budget) fault() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left--
	b.streak++
	return b.left >= 0 && (b.streak < b.longest || time.Since(b.good) < patience)
}

// success counts a part that was sent.
func (b *budget) success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.streak = 0
	b.good = time.Now()
}

// again decides what is done about a request that failed for the try-th time,
// from 0: it is sent again after wait, or the error is what to end with.
func (r *run) again(ctx context.Context, try int, failure error) (wait time.Duration, err error) {
	fault := faultOf(failure)
	wait = fault.Wait
	if wait <= 0 {
		wait = backoff(try)
	}
	wait = min(wait, retryAfterMax)
	if fault.Class == Throttled {
		// Even if this request is at its end: the others are told the same.
		r.slots.pause(wait)
	}
	if fault.Class == Final || try >= r.retries {
		return 0, failure
	}
	deadline, ok := ctx.Deadline()
	switch {
	case !ok || time.Until(deadline) > wait:
	case deadline.Equal(r.expires):
		return 0, fmt.Errorf("%w; %w", failure, ErrExpired)
	default:
		return 0, fmt.Errorf("%w; no time is left for another attempt", failure)
	}
	return wait, r.progress.retry(failure, wait)
}

// persist sends one request that is no part, and sends it again as often as it
// may be.
func (r *run) persist(ctx context.Context, send func() error) error {
	start := time.Now()
	for try := 0; ; try++ {
		if r.slots.ready(ctx) != nil {
			return r.cause(ctx)
		}
		err := guard(send)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil && !answered(err) {
			return r.cause(ctx)
		}
		if time.Since(start) > patience {
			return fmt.Errorf("%w; given up after %s", err, patience)
		}
		wait, err := r.again(ctx, try, err)
		if err != nil {
			return err
		}
		if sleep(ctx, wait) != nil {
			return r.cause(ctx)
		}
	}
}

// cause is why ctx has ended, with what kept the upload from ending earlier if
// it ran out of time.
func (r *run) cause(ctx context.Context) error {
	err := context.Cause(ctx)
	last := r.progress.lastFault()
	if last != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrExpired)) {
		return fmt.Errorf("%w; the last failure before that: %w", err, last)
	}
	return err
}

// limited calls send with a context that ends after limit. When that is why it
// failed, the error is [ErrNoAnswer].
func limited(ctx context.Context, limit time.Duration, send func(context.Context) error) error {
	attempt, stop := context.WithTimeoutCause(ctx, limit, ErrNoAnswer)
	defer stop()
	err := guard(func() error { return send(attempt) })
	if err != nil && !answered(err) && errors.Is(context.Cause(attempt), ErrNoAnswer) {
		return fmt.Errorf("%w within %s", ErrNoAnswer, limit)
	}
	return err
}

// outlive returns a context that goes on after ctx is cancelled, but only for
// d. With untilDeadline the same holds when ctx ends by its deadline; otherwise
// that leaves the new context alone, as nobody is waiting at the keyboard.
func outlive(ctx context.Context, d time.Duration, untilDeadline bool) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if !untilDeadline && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return
		}
		timer := time.AfterFunc(d, func() { cancel(context.Cause(ctx)) })
		<-longer.Done()
		timer.Stop()
	})
	return longer, func() {
		stop()
		cancel(nil)
	}
}
