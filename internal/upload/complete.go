// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// The service joins up to 8 GB before it answers.
	completeLimit = 5 * time.Minute

	// Looking for a File whose completion wasn't answered: how long for one
	// request, and how long between two.
	findLimit    = 10 * time.Second
	findPause    = time.Second
	maxFindPause = 5 * time.Second

	// How long the service may be silent until it counts as dead.
	silenceLimit = 90 * time.Second

	statusCompleted = "completed"

	completing = "completing the upload" // The step, in errors.
)

// errNoFinder explains why a lost answer stays lost.
var errNoFinder = errors.New("there is no way to look for the File")

// check reports whether what was sent may be completed.
func (r *run) check(ctx context.Context, digests Digests) *Error {
	err := r.checkSource(ctx, digests)
	if err == nil && r.verify != nil {
		err = r.verify(digests)
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
	checking.Go(func() { checked <- r.source.Unchanged(ctx, digests.SHA256) })
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
// interrupt. An error is an *Error, and what was to be undone is undone.
func (r *run) complete(ctx, grace context.Context, ids []string, digests Digests) (File, error) {
	started := time.Now()
	cl := r.claims.enter(r.spec)
	completion, lost, err := r.askComplete(ctx, ids, digests.MD5)
	switch {
	case err == nil && completion.hasFile():
		return r.accept(ctx, cl, completion)
	case err == nil:
		err = fmt.Errorf("%w: status %q without a File", ErrBadAnswer, completion.Status)
	case !lost:
		// A file whose times alone changed was hashed again above; now that the
		// service disagrees with the hash, they are what explains it.
		if changed := r.checkSource(ctx, Digests{}); errors.Is(changed, ErrChanged) && answered(err) {
			err = fmt.Errorf("%w: %w", changed, err)
		}
		cl.leave()
		return File{}, r.cancel(grace, r.failed(completing, err))
	}
	grace, stop := context.WithTimeout(grace, max(completeLimit-time.Since(started), findLimit))
	defer stop()
	return r.settle(ctx, grace, cl, r.failed(completing, err))
}

// settle finds out what became of a completion without a usable answer. A
// cancellation that succeeds proves that no File was made, so it comes first;
// only when it is refused is the File looked for. failure is why the upload
// failed, if it did. The search goes on until the limit of grace, but after the
// end of ctx, or of the service, there is no second round.
func (r *run) settle(ctx, grace context.Context, cl *claim, failure *Error) (File, error) {
	refused := false
	heard := time.Now()
	for pause := findPause; ; pause = min(2*pause, maxFindPause) {
		if !refused {
			answer, err := r.tryCancel(grace)
			if err == nil && answer.Status == StatusCancelled {
				cl.leave()
				failure.Left, failure.CancelErr, failure.ExpiresIn = LeftNothing, nil, 0
				return File{}, failure
			}
			if err == nil && answer.hasFile() {
				file, err := r.accept(grace, cl, answer)
				return r.unlessInterrupted(ctx, file, err, failure)
			}
			r.remains(failure, answer, err)
			// A 404 proves nothing either: of an Upload that is completed the service
			// may know no more.
			refused = err == nil || answered(err)
			cl.lose()
		}
		if refused {
			file, candidates, err := r.find(grace, cl)
			if file != nil {
				found, err := r.accepted(grace, *file)
				return r.unlessInterrupted(ctx, found, err, failure)
			}
			if failure.Candidates = candidates; len(candidates) > 0 {
				failure.Err = fmt.Errorf("%w: %w", ErrAmbiguous, failure.Err)
				return File{}, failure
			}
			switch {
			case err == nil, answered(err):
				heard = time.Now()
			case errors.Is(err, errNoFinder):
				return File{}, failure
			}
			if err != nil && faultOf(err).Class == Final {
				failure.Err = fmt.Errorf("%w; looking for the File: %w", failure.Err, err)
				return File{}, failure
			}
		}
		if ctx.Err() != nil || time.Since(heard) > silenceLimit || sleep(grace, pause) != nil {
			return File{}, failure
		}
	}
}

// unlessInterrupted is the File that was found, or if nobody wants it any more
// that it was left.
func (r *run) unlessInterrupted(ctx context.Context, file File, err error, failure *Error) (File, error) {
	if err != nil || ctx.Err() == nil {
		return file, err
	}
	failure.Left, failure.File, failure.ExpiresIn = LeftFile, file, 0
	return File{}, failure
}

// askComplete sends the request and again as often as it may be. With an error,
// lost tells that the service may have done it nevertheless.
func (r *run) askComplete(ctx context.Context, ids []string, md5 string) (completion Completion, lost bool, err error) {
	err = r.retry(ctx, func() error {
		err := limited(ctx, completeLimit, func(ctx context.Context) (err error) {
			completion, err = r.backend.Complete(ctx, r.session.ID, ids, md5)
			return err
		})
		lost = lost || err != nil && mayHaveWorked(err)
		return err
	})
	return completion, lost, err
}

// accept checks what the service says it made. Whatever is wrong with it, it was
// completed: there is nothing to cancel, but a File to delete.
func (r *run) accept(ctx context.Context, cl *claim, completion Completion) (File, error) {
	file := completion.File
	if !cl.take(file.ID) {
		cl.lose()
		failure := r.failed(completing, fmt.Errorf("%w: File %s belongs to another upload of this run", ErrBadAnswer, file.ID))
		failure.Left, failure.ExpiresIn = LeftUpload, r.timeLeft()
		return File{}, failure
	}
	if completion.Status != statusCompleted {
		failure := r.failed(completing, fmt.Errorf("%w: status %q, expected %q", ErrBadAnswer, completion.Status, statusCompleted))
		failure.Left, failure.File = LeftFile, *file
		return File{}, failure
	}
	return r.accepted(ctx, *file)
}

// accepted returns file, and an error if it has another size than what was sent.
// One of unknown size is read again; if that says nothing either, the MD5 that the
// completion was checked by has to be enough.
func (r *run) accepted(ctx context.Context, file File) (File, error) {
	if file.Bytes == UnknownBytes && r.finder != nil {
		_ = limited(ctx, findLimit, func(ctx context.Context) error {
			again, err := r.finder.Get(ctx, file.ID)
			if err == nil {
				file.Bytes = again.Bytes
			}
			return err
		})
	}
	if file.Bytes == UnknownBytes || file.Bytes == r.spec.Bytes {
		file.Bytes = r.spec.Bytes
		return file, nil
	}
	failure := r.failed(completing, fmt.Errorf("%w: the File has %d bytes, %d were sent", ErrBadAnswer, file.Bytes, r.spec.Bytes))
	failure.Left, failure.File = LeftFile, file
	return File{}, failure
}

// find looks once for the File that the Upload has become, and claims it. Where
// several may be it, it claims none and returns them all. It waits for a similar
// upload that is being completed right now.
func (r *run) find(ctx context.Context, cl *claim) (file *File, candidates []File, err error) {
	if r.finder == nil {
		return nil, nil, errNoFinder
	}
	query := Query{
		Filename:    r.spec.Filename,
		Purpose:     r.spec.Purpose,
		Bytes:       r.spec.Bytes,
		CreatedFrom: r.session.CreatedAt,
		CreatedTo:   r.session.CreatedAt.Add(r.life),
	}
	for {
		var files []File
		err := limited(ctx, findLimit, func(ctx context.Context) (err error) {
			files, err = r.finder.Find(ctx, query)
			return err
		})
		if err != nil {
			return nil, nil, err
		}
		file, candidates, wait := cl.pick(files, r.session.CreatedAt)
		if wait == nil {
			return file, candidates, nil
		}
		// As the other one is settled, this one may be too.
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, candidates, nil
		}
	}
}
