// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"time"
)

const (
	// Cancelling is given up after so long, and one attempt at it sooner, but not
	// before interruptLimit: an interrupt sends one cancellation.
	cancelLimit   = 10 * time.Second
	cancelAttempt = 5 * time.Second
	cancelRetries = 2

	// After an interrupt everything ends within this, so that nobody is tempted
	// to interrupt again.
	interruptLimit = 4500 * time.Millisecond
)

// cancel gives the Upload up and returns why it failed and what remains. ctx is
// the one that outlives an interrupt. No part is in flight.
func (r *run) cancel(ctx context.Context, err error) *Error {
	failure := r.failed(err)
	failure.CancelErr = r.tryCancel(ctx)
	if failure.CancelErr != nil {
		r.remains(failure)
	}
	return failure
}

// tryCancel sends the cancellation, and again if that makes sense.
func (r *run) tryCancel(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, cancelLimit)
	defer stop()
	for try := 0; ; try++ {
		err := limited(ctx, cancelAttempt, func(ctx context.Context) error {
			return r.backend.Cancel(ctx, r.session.ID)
		})
		if gone, ok := errors.AsType[Gone](err); err == nil || ok && gone.Gone() {
			return nil
		}
		if ctx.Err() != nil && !answered(err) {
			return ErrNoAnswer
		}
		class, wait := classify(err)
		if wait <= 0 {
			wait = backoff(try)
		}
		if class == Final || try >= min(r.retries, cancelRetries) || !timeFor(ctx, wait) {
			return err
		}
		if sleep(ctx, wait) != nil {
			return err
		}
	}
}

// timeFor reports whether ctx leaves time for an attempt after wait.
func timeFor(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > wait+time.Second
}

// failed turns why an upload ended into an Error.
func (r *run) failed(err error) *Error {
	op := "sending the parts"
	if step, ok := errors.AsType[*stepError](err); ok {
		op, err = step.op, step.err
	}
	return &Error{Op: op, UploadID: r.session.ID, Err: err}
}

// remains notes that the Upload wasn't cancelled.
func (r *run) remains(failure *Error) {
	failure.Left = LeftUpload
	failure.ExpiresIn = max(r.life-time.Since(r.born), 0)
}
