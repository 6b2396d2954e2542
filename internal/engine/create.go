// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"fmt"
	"time"
)

const (
	createLimit = time.Minute

	// After an interrupt, the answer to create is awaited for this long, as it
	// has the ID of the Upload to cancel.
	createGrace = 3 * time.Second

	// The lifetime that the service usually gives an Upload, used if its answer
	// makes no sense.
	usualLife = time.Hour
	maxLife   = 24 * time.Hour

	// This much of an Upload's life is reserved for cancelling it, but at most a tenth.
	lifeMargin = 10 * time.Second
)

// create announces the upload. On error no Upload is known. r.unknown reports whether there
// may be an Upload whose ID isn't known, possibly in addition to a known one.
func (r *run) create(ctx context.Context) error {
	err := r.retry(ctx, func() error {
		attempt, release := withGrace(ctx, createGrace, true)
		defer release()
		// The Upload's life is counted from before it can have begun, by the
		// monotonic clock: it doesn't matter whether this machine's time is right.
		createdAt := time.Now()
		answer, err := withTimeout(attempt, createLimit, func(ctx context.Context) (Upload, error) {
			return r.Backend.Create(ctx, r.Spec)
		})
		if err == nil && answer.ID == "" {
			err = final(fmt.Errorf("%w: an Upload without an ID", ErrBadAnswer))
		}
		if err != nil {
			r.unknown = r.unknown || mayHaveWorked(err)
			return err
		}
		// The length of its life comes from the service's clock alone.
		life := answer.ExpiresAt.Sub(answer.CreatedAt)
		if life <= 0 || life > maxLife {
			life = usualLife
		}
		r.upload, r.createdAt, r.life = answer, createdAt, life
		r.expires = createdAt.Add(life - min(lifeMargin, life/10))
		r.progress.event.UploadID = answer.ID
		return nil
	})
	if err == nil {
		return nil
	}
	failure := &Error{Op: "creating the upload", Err: err}
	if r.unknown {
		failure.Left, failure.ExpiresIn = LeftUnknown, usualLife
	}
	return failure
}
