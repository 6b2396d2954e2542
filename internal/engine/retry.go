// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// MaxRetryAfter is the longest wait that a service may ask for.
const MaxRetryAfter = 2 * time.Minute

const (
	// Exponential backoff: the n-th wait is up to backoffBase·2ⁿ and backoffCap.
	backoffBase = 500 * time.Millisecond
	backoffCap  = 8 * time.Second

	// When requests have failed for this long without a success, nothing is sent
	// again. It is longer than an outage of a minute plus the wait in which that may
	// end. Waits that the service asks for come on top, up to maxAsked.
	patience = 100 * time.Second
	maxAsked = 10 * time.Minute
)

// jitter returns anything from half to all of limit.
func jitter(limit time.Duration) time.Duration {
	return limit/2 + rand.N(limit/2+1) //nolint:gosec // Jitter needs no secrecy.
}

// sleep waits for d or until ctx ends; the error is the cause of ctx's end.
func sleep(ctx context.Context, d time.Duration) error {
	if d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}

// outage is how long an upload's requests have failed without a success.
type outage struct {
	mu    sync.Mutex
	since time.Time     // Of the first failure after a success; zero without one.
	asked time.Duration // What the service asked to wait meanwhile.
}

// failed notes a failure, and how much longer the service asked to wait because
// of it. It reports whether the outage has lasted too long.
func (o *outage) failed(asked time.Duration) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = time.Now()
	}
	over := time.Since(o.since) > patience+min(o.asked, maxAsked)
	o.asked += asked
	return over
}

// ended notes a success.
func (o *outage) ended() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.since, o.asked = time.Time{}, 0
}

// nextAttempt decides what to do about a request that has failed: it is sent
// again after wait, or err is the error to return. try is the number of its
// earlier failures, to which nextAttempt adds this one unless it was throttled.
func (r *run) nextAttempt(ctx context.Context, try *int, failure error) (wait time.Duration, err error) {
	fault := faultOf(failure)
	var asked time.Duration
	wait = fault.Backoff(*try)
	switch {
	case fault.Class == Throttled:
		// Even if this request isn't sent again: the others get the same answer.
		wait, asked = r.Slots.throttle(fault)
	case fault.Wait > 0:
		asked = wait
	}
	over := r.outage.failed(asked)
	counts := fault.Class != Throttled || r.Retries == 0
	switch {
	case fault.Class == Final, counts && *try >= r.Retries:
		return 0, failure
	case over:
		return 0, fmt.Errorf("%w; no request has succeeded for %s", failure, patience)
	case counts:
		*try++
	}
	deadline, _ := ctx.Deadline()
	switch {
	case time.Until(deadline) > wait:
	case deadline.Equal(r.expires):
		return 0, fmt.Errorf("%w; %w", failure, ErrExpired)
	default:
		return 0, fmt.Errorf("%w; no time is left for another attempt", failure)
	}
	r.progress.report(0, failure, wait)
	return wait, nil
}

// retry sends a request other than a part, and retries it as long as nextAttempt says so.
func (r *run) retry(ctx context.Context, send func() error) error {
	try := 0
	for {
		if r.Slots.ready(ctx) != nil {
			return r.cause(ctx)
		}
		err := send()
		if err == nil {
			r.outage.ended()
			return nil
		}
		if ctx.Err() != nil && !answered(err) {
			return r.cause(ctx)
		}
		wait, err := r.nextAttempt(ctx, &try, err)
		if err != nil {
			return err
		}
		if sleep(ctx, wait) != nil {
			return r.cause(ctx)
		}
	}
}

// cause returns why ctx has ended; if time ran out, with the failure that was last retried.
func (r *run) cause(ctx context.Context) error {
	err := context.Cause(ctx)
	last := r.progress.fault()
	if last != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrExpired)) {
		return fmt.Errorf("%w; the last failure before that: %w", err, last)
	}
	return err
}

// withTimeout calls send with a context that ends after limit. When that is why it
// failed, the error is [ErrNoAnswer].
func withTimeout[T any](ctx context.Context, limit time.Duration, send func(context.Context) (T, error)) (answer T, err error) {
	attempt, stop := context.WithTimeoutCause(ctx, limit, ErrNoAnswer)
	defer stop()
	err = guard(func() (err error) {
		answer, err = send(attempt)
		return err
	})
	if err != nil && !answered(err) && errors.Is(context.Cause(attempt), ErrNoAnswer) {
		err = fmt.Errorf("%w within %s", ErrNoAnswer, limit)
	}
	return answer, err
}

// withGrace returns a context that outlives the cancellation of ctx, but only for d. With
// untilDeadline the same applies when ctx's deadline passes; otherwise that doesn't affect
// the new context, as no user is waiting for an interrupt to take effect.
func withGrace(ctx context.Context, d time.Duration, untilDeadline bool) (context.Context, context.CancelFunc) {
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
