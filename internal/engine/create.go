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

	// The answer to create is awaited for so long after an interrupt, as it has
	// the ID of what must be cancelled.
	createGrace = 3 * time.Second

	// What the service is known to give an Upload; used where its answer makes
	// no sense.
	usualLife = time.Hour
	maxLife   = 24 * time.Hour

	// Before the Upload expires, so much is kept for cancelling it, but no more
	// than a tenth of its life.
	lifeMargin = 10 * time.Second
)

// create announces the upload. On error no Upload is known. r.unknown reports
// whether there may be one whose ID isn't known, also beside the one that is.
func (r *run) create(ctx context.Context) error {
	err := r.retry(ctx, func() error {
		attempt, release := withGrace(ctx, createGrace, true)
		defer release()
		// The Upload's life is counted from before it can have begun, by the
		// monotonic clock: what this machine believes the time to be is no matter.
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
		// The life's length is from the service's clock alone.
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
