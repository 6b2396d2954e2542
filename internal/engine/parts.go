// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// strandedLimit is how long a worker may take to notice that its upload is over.
const strandedLimit = 1500 * time.Millisecond

// sendParts sends all parts and hashes the content meanwhile. It is called with
// the first part's slot, calls dispatched when the last part has one, and returns
// the parts' IDs in order. The first final error ends everything in flight; when
// sendParts returns, nothing is in flight any more, except for reads that hang.
func (r *run) sendParts(ctx context.Context, dispatched func()) (ids []string, digests Digests, failure *Error) {
	const step = "sending the parts"
	if ctx.Err() != nil {
		r.Slots.release()
		return nil, Digests{}, r.failed(step, r.cause(ctx))
	}
	sending, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var workers sync.WaitGroup
	work := func(op string, f func() error) {
		workers.Go(func() {
			if err := guard(f); err != nil {
				fail(r.failed(op, err)) // No effect once something else has failed or ctx has ended.
			}
		})
	}
	go r.progress.tick(sending)
	// Workers that are left behind may still write these.
	sent, hashed := make([]string, r.plan.Len()), Digests{}
	open := make(chan struct{}, 2*r.Slots.total) // In flight or waiting to be sent again.
	open <- struct{}{}
	for i := range sent {
		if i > 0 && r.waitForSlot(sending, open, i) != nil {
			break
		}
		work(fmt.Sprintf("part %d of %d", i+1, len(sent)), func() (err error) {
			defer func() { <-open }()
			if sent[i], err = r.sendPart(sending, i); err == nil {
				r.progress.report(1, nil, 0)
			}
			return err
		})
		if i == 0 {
			work("hashing the content", func() (err error) {
				hashed, err = digest(sending, r.Source, r.Spec.Bytes)
				return err
			})
		}
	}
	dispatched()
	waitFor(sending, &workers)
	if failure, failed := errors.AsType[*Error](context.Cause(sending)); failed {
		return nil, Digests{}, failure
	}
	if sending.Err() != nil {
		return nil, Digests{}, r.failed(step, r.cause(sending))
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(sent))); len(unique) < len(sent) {
		return nil, Digests{}, r.failed(step, fmt.Errorf("%w: a part ID was given twice", ErrBadAnswer))
	}
	return sent, hashed, nil
}

// waitForSlot waits until the part may be sent, with a place in open and a slot.
func (r *run) waitForSlot(ctx context.Context, open chan<- struct{}, number int) error {
	select {
	case open <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	offset, _ := r.plan.Part(number)
	return r.Slots.acquire(ctx, r.Spec.Bytes-offset)
}

// waitFor waits for the workers, but once ctx has ended, only for a moment: one
// that hangs in a read, for example from a network file system, is left behind.
// It can't send anything any more, and nothing reads what it writes.
func waitFor(ctx context.Context, workers *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		workers.Wait()
	}()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	select {
	case <-done:
	case <-time.After(strandedLimit):
	}
}

// sendPart sends a part, and retries it as long as nextAttempt says so. It is
// called with a slot, gives it back while it waits, and has none when it returns.
func (r *run) sendPart(ctx context.Context, number int) (string, error) {
	for try := 0; ; {
		id, wait, err := r.tryPart(ctx, number, &try)
		if err != nil || id != "" {
			return id, err
		}
		if err = sleep(ctx, wait); err == nil {
			err = r.Slots.acquire(ctx, 0)
		}
		if err != nil {
			return "", err
		}
	}
}

// tryPart sends a part once and gives its slot back. If it returns neither an ID
// nor an error, the part has to be sent again after wait.
func (r *run) tryPart(ctx context.Context, number int, try *int) (id string, wait time.Duration, err error) {
	defer r.Slots.release() // After a pause has begun, so that nothing slips through.
	id, err = r.race(ctx, number, *try)
	if err == nil {
		r.outage.ended()
		r.Slots.calm()
		return id, 0, nil
	}
	if ctx.Err() != nil {
		return "", 0, err
	}
	wait, err = r.nextAttempt(ctx, try, err)
	return "", wait, err
}
