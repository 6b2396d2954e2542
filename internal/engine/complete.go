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

const (
	// The service joins up to 8 GB before it answers.
	completeLimit = 5 * time.Minute

	// Limits of the search for a File whose completion wasn't answered: the
	// time for one request, and the pauses between requests.
	findLimit    = 10 * time.Second
	findPause    = time.Second
	maxFindPause = 5 * time.Second

	// How long the service may be silent before it counts as dead.
	silenceLimit = 90 * time.Second

	// The search ends after this many Files that are too old.
	enoughOld = 200

	statusCompleted = "completed"

	completing = "completing the upload" // The step, in errors.
)

// check reports whether what was sent may be completed.
func (r *run) check(ctx context.Context, digests Digests) *Error {
	err := r.checkSource(ctx, digests)
	if err == nil && r.Verify != nil {
		err = r.Verify(digests)
	}
	if err != nil {
		return r.failed("checking the content", err)
	}
	return nil
}

// checkSource reports whether the content is what it was.
func (r *run) checkSource(ctx context.Context, digests Digests) error {
	checked := make(chan error, 1)
	var checking sync.WaitGroup
	checking.Go(func() { checked <- r.Source.Unchanged(ctx, digests.SHA256) })
	waitFor(ctx, &checking)
	err := context.Cause(ctx)
	select {
	case err = <-checked:
	default:
	}
	if err == nil || errors.Is(err, ErrChanged) || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrChanged, err)
}

// complete joins the parts into a File. grace is the context that outlives an
// interrupt. On error, everything that can be undone has been undone.
func (r *run) complete(ctx, grace context.Context, ids []string, digests Digests) (File, *Error) {
	started := time.Now()
	cl := r.Claims.enter(r.Spec)
	var (
		answer Upload
		lost   bool // The service may have completed it all the same.
	)
	err := r.retry(ctx, func() (err error) {
		answer, err = withTimeout(ctx, completeLimit, func(ctx context.Context) (Upload, error) {
			return r.Backend.Complete(ctx, r.upload.ID, ids, digests.MD5)
		})
		lost = lost || err != nil && mayHaveWorked(err)
		return err
	})
	switch {
	case err == nil && answer.File != nil:
		return r.accept(ctx, cl, answer)
	case err == nil:
		err = fmt.Errorf("%w: status %q without a File", ErrBadAnswer, answer.Status)
	case !lost:
		// A file of which only the times changed was hashed again before; now that the
		// service disagrees with the hash, the changed times explain why.
		if changed := r.checkSource(ctx, Digests{}); errors.Is(changed, ErrChanged) && answered(err) {
			err = fmt.Errorf("%w: %w", changed, err)
		}
		cl.leave()
		return File{}, r.cancel(grace, r.failed(completing, err))
	}
	grace, stop := context.WithTimeout(grace, max(completeLimit-time.Since(started), findLimit))
	defer stop()
	file, failure := r.settle(ctx, grace, cl, r.failed(completing, err))
	if failure == nil && ctx.Err() != nil { // The caller has given up.
		failure = r.leftFile(file, err)
	}
	return file, failure
}

// settle finds out what became of a completion without a usable answer. A cancellation that
// succeeds proves that no File was made, so it is tried first; the File is looked for only
// if the cancellation is refused. failure is what to return if there is no File. The search
// continues until grace ends, but there is no further round once ctx has ended or the
// service counts as dead.
func (r *run) settle(ctx, grace context.Context, cl *claim, failure *Error) (File, *Error) {
	refused, again := false, true
	heard := time.Now()
	for pause := findPause; ; pause = min(2*pause, maxFindPause) {
		if !refused {
			answer, err := r.tryCancel(grace)
			if err == nil && answer.Status == StatusCancelled {
				cl.leave()
				failure.Left, failure.CancelErr, failure.ExpiresIn = LeftNothing, nil, 0
				return File{}, failure
			}
			if err == nil && answer.File != nil {
				return r.accept(grace, cl, answer)
			}
			r.remains(failure, answer, err)
			// A 404 proves nothing either: the service may no longer know a completed
			// Upload.
			refused = err == nil || answered(err)
			cl.lose()
		}
		if refused {
			file, err := r.search(grace, cl, failure)
			if file != nil {
				return r.accepted(grace, *file)
			}
			if err == nil || answered(err) {
				heard = time.Now()
			}
			again = !errors.Is(err, ErrAmbiguous) && faultOf(err).Class != Final
		}
		// An upload that is completed right now is waited for even after ctx has ended.
		ended := ctx.Err() != nil && len(failure.Candidates) == 0
		if !again || ended || time.Since(heard) > silenceLimit || sleep(grace, pause) != nil {
			if len(failure.Candidates) > 0 {
				failure.Err = fmt.Errorf("%w: %w", ErrAmbiguous, failure.Err)
			}
			return File{}, failure
		}
	}
}

// search looks once for the File and claims it, or records in failure which Files
// it may be. The error is [ErrAmbiguous] if another search won't show more.
func (r *run) search(ctx context.Context, cl *claim, failure *Error) (*File, error) {
	files, err := withTimeout(ctx, findLimit, r.find)
	if faultOf(err).Class == Final {
		failure.Err = fmt.Errorf("%w; looking for the File: %w", failure.Err, err)
	}
	if err != nil {
		return nil, err
	}
	file, candidates, again := cl.pick(files, r.upload.CreatedAt)
	if failure.Candidates = candidates; len(candidates) > 0 && !again {
		return nil, ErrAmbiguous
	}
	return file, nil
}

// find returns the Files that the Upload may have become, each once.
func (r *run) find(ctx context.Context) (files []File, err error) {
	first, last, old := r.upload.CreatedAt, r.upload.CreatedAt.Add(r.life), 0
	for file, err := range r.Backend.Files(ctx, r.Spec.Purpose) {
		if err != nil {
			return nil, err
		}
		// It is unknown whether the service sorts by created_at or by the time of
		// completion: they are usually at most an hour apart.
		if file.CreatedAt.Before(first.Add(-usualLife)) {
			if old++; old == enoughOld {
				break
			}
		}
		known := slices.ContainsFunc(files, func(f File) bool { return f.ID == file.ID })
		if !known && r.Spec.Matches(file) && !file.CreatedAt.Before(first) && !file.CreatedAt.After(last) {
			files = append(files, file)
		}
	}
	return files, nil
}

// accept checks what the service says it made. Whatever is wrong with the File,
// the Upload is completed: there is nothing to cancel, but a File to delete.
func (r *run) accept(ctx context.Context, cl *claim, answer Upload) (File, *Error) {
	if !cl.take(answer.File.ID) {
		cl.lose()
		failure := r.failed(completing, fmt.Errorf("%w: File %s belongs to another upload of this run", ErrBadAnswer, answer.File.ID))
		failure.Left, failure.ExpiresIn = LeftUpload, r.timeLeft()
		return File{}, failure
	}
	if answer.Status != statusCompleted {
		return File{}, r.leftFile(*answer.File, fmt.Errorf("%w: status %q, expected %q", ErrBadAnswer, answer.Status, statusCompleted))
	}
	return r.accepted(ctx, *answer.File)
}

// accepted returns file, or an error if its size isn't what was sent. If the size
// is unknown, the File is read again; if it is still unknown, the MD5 that was
// sent with the completion has to be enough.
func (r *run) accepted(ctx context.Context, file File) (File, *Error) {
	if file.Bytes == UnknownBytes {
		again, err := withTimeout(ctx, findLimit, func(ctx context.Context) (File, error) { return r.Backend.GetFile(ctx, file.ID) })
		if err == nil {
			file.Bytes = again.Bytes
		}
	}
	if file.Bytes == UnknownBytes || file.Bytes == r.Spec.Bytes {
		file.Bytes = r.Spec.Bytes
		return file, nil
	}
	return File{}, r.leftFile(file, fmt.Errorf("%w: the File has %d bytes, %d were sent", ErrBadAnswer, file.Bytes, r.Spec.Bytes))
}

// leftFile is the failure of an upload that was completed.
func (r *run) leftFile(file File, err error) *Error {
	failure := r.failed(completing, err)
	failure.Left, failure.File = LeftFile, file
	return failure
}
