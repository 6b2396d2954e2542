// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

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

// create announces the upload. On error no Upload is known. r.unknown tells
// whether there may be one whose ID isn't known, also beside the one that is.
func (r *run) create(ctx context.Context) error {
	err := r.retry(ctx, func() error {
		attempt, release := withGrace(ctx, createGrace, true)
		defer release()
		// The Upload's life is counted from before it can have begun, by the
		// monotonic clock: what this machine believes the time to be is no matter.
		createdAt := time.Now()
		answer, err := withTimeout(attempt, createLimit, func(ctx context.Context) (Upload, error) {
			return r.backend.Create(ctx, r.spec)
		})
		switch {
		case err == nil && answer.ID == "":
			r.unknown = true
			return final(fmt.Errorf("%w: an Upload without an ID", ErrBadAnswer))
		case err == nil:
			r.lifetime = newLifetime(answer, createdAt)
			r.progress.event.UploadID = answer.ID
		default:
			r.unknown = r.unknown || mayHaveWorked(err)
		}
		return err
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

// lifetime is an Upload and its life by this machine's monotonic clock.
type lifetime struct {
	upload    Upload
	createdAt time.Time
	life      time.Duration
	expires   time.Time // When to give up, a little before it ends.
}

// newLifetime takes the life's length from the service's clock alone, and its
// begin from this machine's.
func newLifetime(u Upload, createdAt time.Time) lifetime {
	life := u.ExpiresAt.Sub(u.CreatedAt)
	if life <= 0 || life > maxLife {
		life = usualLife
	}
	return lifetime{upload: u, createdAt: createdAt, life: life, expires: createdAt.Add(life - min(lifeMargin, life/10))}
}

// withLife returns a context that ends, with [ErrExpired], before the Upload does.
func (r *run) withLife(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadlineCause(ctx, r.expires, ErrExpired)
}
