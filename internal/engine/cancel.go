// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"fmt"
	"time"
)

const (
	// Cancelling is given up after cancelLimit, and one attempt at it after cancelAttempt.
	// That is longer than interruptLimit, so that an interrupt sends only one cancellation.
	cancelLimit   = 10 * time.Second
	cancelAttempt = 5 * time.Second
	cancelRetries = 2

	// After an interrupt everything ends within this, before a user interrupts again.
	interruptLimit = 4500 * time.Millisecond
)

// cancel cancels the Upload and adds to failure what remains. ctx is the one that
// outlives an interrupt. No part may be in flight, and the completion must not
// have been requested, or must have been refused.
func (r *run) cancel(ctx context.Context, failure *Error) *Error {
	answer, err := r.tryCancel(ctx)
	switch {
	case err == nil && answer.File != nil:
		failure.Left, failure.File = LeftFile, *answer.File
	case err == nil && answer.Status == StatusCancelled, faultOf(err).Gone:
	default:
		r.remains(failure, answer, err)
	}
	return failure
}

// tryCancel sends the cancellation, and retries it if that makes sense. If err
// is nil, the service has answered, whatever the answer says.
func (r *run) tryCancel(ctx context.Context) (answer Upload, err error) {
	ctx, stop := context.WithTimeout(ctx, cancelLimit)
	defer stop()
	for try := 0; ; try++ {
		answer, err = withTimeout(ctx, cancelAttempt, func(ctx context.Context) (Upload, error) {
			return r.Backend.Cancel(ctx, r.upload.ID)
		})
		if err == nil {
			return answer, nil
		}
		if ctx.Err() != nil && !answered(err) {
			return answer, ErrNoAnswer
		}
		fault := faultOf(err)
		wait := fault.Backoff(try)
		deadline, _ := ctx.Deadline()
		late := time.Until(deadline) < wait+time.Second // No time for another attempt.
		if fault.Class == Final || try >= min(r.Retries, cancelRetries) || late || sleep(ctx, wait) != nil {
			return answer, err
		}
	}
}

// failed is why the upload ended, and in which step.
func (r *run) failed(op string, err error) *Error {
	return &Error{Op: op, UploadID: r.upload.ID, Err: err, Stray: r.unknown}
}

// remains records that the Upload wasn't cancelled, and what the service answered.
func (r *run) remains(failure *Error, answer Upload, err error) {
	if err == nil {
		err = fmt.Errorf("%w: the cancelled Upload has the status %q", ErrBadAnswer, answer.Status)
	}
	failure.Left, failure.CancelErr, failure.ExpiresIn = LeftUpload, err, r.timeLeft()
}

// timeLeft is how much longer the Upload can live.
func (r *run) timeLeft() time.Duration { return max(r.life-time.Since(r.createdAt), 0) }
