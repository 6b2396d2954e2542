// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

var (
	// errPartial is a success that came before the content could have been received.
	errPartial = errors.New("the service answered before the whole part was sent")

	// errMissing is the work of a goroutine that ended without a word.
	errMissing = errors.New("a part or the hash is missing")
)

// strandedLimit is how long a worker may take to notice that its upload is over.
const strandedLimit = 1500 * time.Millisecond

// openParts is how many parts of one upload may be in flight or waiting to be
// sent again: enough to keep the slots busy while some wait.
func openParts(slots int) int { return 2 * slots }

// sendParts sends all parts and hashes the content meanwhile. It is called with
// the first part's slot, calls dispatched when the last part has one, and returns the parts' IDs in order. The first final
// error ends all that is in flight; nothing is in flight any more when sendParts
// returns, but for reads that hang.
func (r *run) sendParts(ctx context.Context, dispatched func()) (ids []string, digests Digests, failure *Error) {
	const step = "sending the parts"
	if ctx.Err() != nil {
		r.slots.release()
		return nil, Digests{}, r.failed(step, r.cause(ctx))
	}
	sending, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var (
		workers, ticker sync.WaitGroup
		hashed          Digests
	)
	work := func(op string, f func() error) {
		workers.Go(func() {
			if err := guard(f); err != nil {
				fail(r.failed(op, err)) // Without effect once something else has failed or ctx ended.
			}
		})
	}
	ticking, stop := context.WithCancel(sending)
	ticker.Go(func() { r.progress.tick(ticking) })
	count := r.plan.Len()
	parts := received{ids: make([]string, count), seen: make(map[string]bool, count)}
	open := make(chan struct{}, openParts(r.slots.total))
	open <- struct{}{}
	for i := range count {
		if i > 0 && r.mayOpen(sending, open, i) != nil {
			break
		}
		work(fmt.Sprintf("part %d of %d", i+1, count), func() error {
			defer func() { <-open }()
			id, err := r.sendPart(sending, i)
			if err == nil {
				err = parts.add(i, id)
			}
			if err == nil {
				r.progress.partDone()
			}
			return err
		})
		if i == 0 {
			work("hashing the content", func() (err error) {
				hashed, err = digest(sending, r.source, r.spec.Bytes)
				return err
			})
		}
	}
	dispatched()
	waitFor(sending, &workers)
	stop()
	ticker.Wait()
	failure, failed := errors.AsType[*Error](context.Cause(sending))
	switch {
	case failed:
		return nil, Digests{}, failure
	case sending.Err() != nil:
		return nil, Digests{}, r.failed(step, r.cause(sending))
	case slices.Contains(parts.ids, "") || hashed.MD5 == "":
		return nil, Digests{}, r.failed(step, errMissing)
	}
	return parts.ids, hashed, nil
}

// mayOpen waits until the part may be sent, with a place in open and a slot.
func (r *run) mayOpen(ctx context.Context, open chan<- struct{}, number int) error {
	select {
	case open <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	offset, _ := r.plan.Part(number)
	return r.slots.acquire(ctx, r.spec.Bytes-offset)
}

// waitFor waits for the workers, and once ctx has ended for a moment only: one
// that hangs in a read, as from a network file system, is left behind. It can
// send nothing any more, and nobody reads what it writes.
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

// sendPart sends a part, and again as long as nextAttempt says. It is called with
// a slot, gives it back while it waits, and has none when it returns.
func (r *run) sendPart(ctx context.Context, number int) (string, error) {
	try := 0
	for {
		id, wait, err := r.tryPart(ctx, number, &try)
		if err != nil || id != "" {
			return id, err
		}
		if err := sleep(ctx, wait); err != nil {
			return "", err
		}
		if err := r.slots.acquire(ctx, 0); err != nil {
			return "", err
		}
	}
}

// tryPart sends a part once, with the slot that it gives back. Without an ID and
// an error, the part is to be sent again after wait.
func (r *run) tryPart(ctx context.Context, number int, try *int) (id string, wait time.Duration, err error) {
	defer r.slots.release() // After a pause has begun, so that nothing slips through.
	id, err = r.race(ctx, number, *try)
	if err == nil {
		r.outage.ended()
		r.slots.calm()
		return id, 0, nil
	}
	if ctx.Err() != nil {
		return "", 0, err
	}
	wait, err = r.nextAttempt(ctx, try, err)
	return "", wait, err
}

// attempt sends a part once and returns its ID. When it returns, nothing reads
// the content for it any more. Every second attempt is announced: a service that
// refuses a part early and closes is, as a rule, seen as a reset, because the
// rest of the part drives its answer out; and not every service knows "Expect".
func (r *run) attempt(ctx context.Context, number, try int) (id string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	offset, size := r.plan.Part(number)
	dog := newWatchdog(size, cancel)
	defer dog.stop()
	content := &body{
		src: r.source, offset: offset, size: size,
		moved: func(n int64, all bool) {
			r.progress.bytesDone.Add(n)
			dog.progress(all)
		},
		failed: cancel,
	}
	stop := context.AfterFunc(ctx, content.shut)
	defer stop()
	defer content.shut()
	err = guard(func() (err error) {
		id, err = r.backend.AddPart(ctx, r.session.ID, Part{Number: number, Size: size, Announce: try%2 == 1, Open: content.open})
		return err
	})
	read, unreadable := content.close()
	switch {
	case unreadable != nil:
		err = unreadable
	case err != nil && ctx.Err() != nil && !answered(err):
		err = context.Cause(ctx) // The backend can only tell that its context has ended.
	case err == nil && read < size:
		err = errPartial
	case err == nil && id == "":
		err = final(fmt.Errorf("%w: a part without an ID", ErrBadAnswer))
	}
	if err != nil {
		r.progress.bytesDone.Add(-read)
		return "", err
	}
	return id, nil
}

// received is the IDs of the parts that the service has.
type received struct {
	mu   sync.Mutex
	ids  []string
	seen map[string]bool
}

// add notes the ID of a part.
func (p *received) add(number int, id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen[id] {
		return final(fmt.Errorf("%w: the part ID %q was given twice", ErrBadAnswer, id))
	}
	p.seen[id] = true
	p.ids[number] = id
	return nil
}
