// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// The service joins up to 8 GB before it answers.
	completeLimit = 5 * time.Minute

	// Looking for a File whose completion wasn't answered: how long altogether,
	// how long for one request, and how often, so long apart, when none is there.
	reconcileLimit = 30 * time.Second
	findLimit      = 10 * time.Second
	findRetries    = 2
	findPause      = time.Second

	statusCompleted = "completed"
)

// errNoFinder explains why a lost answer stays lost.
var errNoFinder = errors.New("there is no way to look for the File")

// check tells whether what was sent may be completed.
func (r *run) check(digests Digests) error {
	err := r.checkSource()
	if err == nil && r.verify != nil {
		err = guard(func() error { return r.verify(digests) })
	}
	if err != nil {
		return inStep("checking the content", err)
	}
	return nil
}

// checkSource tells whether the content is what it was.
func (r *run) checkSource() error {
	err := guard(r.source.Check)
	if _, panicked := errors.AsType[*PanicError](err); err == nil || panicked || errors.Is(err, ErrChanged) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrChanged, err)
}

// complete joins the parts into a File. grace is the context that outlives an
// interrupt. An error is an *Error, and what was to be undone is undone.
func (r *run) complete(ctx, grace context.Context, ids []string, digests Digests) (File, error) {
	cl := r.claims.enter(r.spec)
	completion, lost, err := r.askComplete(ctx, ids, digests.MD5)
	if err == nil {
		return r.accept(grace, cl, completion)
	}
	if !lost {
		if changed := r.checkSource(); errors.Is(changed, ErrChanged) && answered(err) {
			err = fmt.Errorf("%w: %w", changed, err)
		}
		cl.leave()
		return File{}, r.cancel(grace, inStep("completing the upload", err))
	}

	// It may have been completed all the same.
	cl.lose()
	var candidates []File
	if ctx.Err() == nil {
		var file *File
		var findErr error
		file, candidates, findErr = r.find(ctx, cl, reconcileLimit)
		switch {
		case file != nil:
			return *file, r.accepted(file)
		case findErr != nil:
			err = fmt.Errorf("%w; looking for the File: %w", err, findErr)
		}
	}
	failure := r.cancel(grace, inStep("completing the upload", err))
	if failure.Left == LeftNothing {
		cl.leave()
		return File{}, failure
	}
	// The refusal to cancel says that it was completed, more likely than not.
	if failure.Candidates = candidates; len(candidates) == 0 {
		r.leftFile(grace, cl, failure)
	}
	if len(failure.Candidates) > 0 {
		failure.Err = fmt.Errorf("%w: %w", ErrAmbiguous, failure.Err)
	}
	return File{}, failure
}

// askComplete sends the request and again as often as it may be. With an error,
// lost tells that the service may have done it nevertheless.
func (r *run) askComplete(ctx context.Context, ids []string, md5 string) (completion Completion, lost bool, err error) {
	err = r.persist(ctx, func() error {
		err := limited(ctx, completeLimit, func(ctx context.Context) (err error) {
			completion, err = r.backend.Complete(ctx, r.session.ID, ids, md5)
			return err
		})
		if err != nil && !unsent(err) {
			// An answer that invites to try again doesn't say that nothing happened,
			// unless it is the one to those who come too often.
			class, _ := classify(err)
			lost = lost || !answered(err) || class == Retryable
		}
		return err
	})
	return completion, lost, err
}

// accept checks what the service says it made. Whatever is wrong with it, it was
// completed: there is nothing to cancel, but there may be a File to delete.
func (r *run) accept(grace context.Context, cl *claim, completion Completion) (File, error) {
	file := completion.File
	if file == nil || file.ID == "" {
		cl.lose()
		failure := r.failed(inStep("completing the upload",
			fmt.Errorf("%w: status %q without a File", ErrBadAnswer, completion.Status)))
		r.remains(failure)
		r.leftFile(grace, cl, failure)
		return File{}, failure
	}
	if !cl.take(file.ID) {
		cl.lose()
		failure := r.failed(inStep("completing the upload",
			fmt.Errorf("%w: File %s belongs to another upload of this run", ErrBadAnswer, file.ID)))
		r.remains(failure)
		return File{}, failure
	}
	if completion.Status != statusCompleted {
		failure := r.failed(inStep("completing the upload",
			fmt.Errorf("%w: status %q, expected %q", ErrBadAnswer, completion.Status, statusCompleted)))
		failure.Left, failure.File = LeftFile, *file
		return File{}, failure
	}
	return *file, r.accepted(file)
}

// accepted returns an error if file has another size than what was sent.
func (r *run) accepted(file *File) error {
	if file.Bytes == r.spec.Bytes {
		return nil
	}
	failure := r.failed(inStep("completing the upload",
		fmt.Errorf("%w: the File has %d bytes, %d were sent", ErrBadAnswer, file.Bytes, r.spec.Bytes)))
	failure.Left, failure.File = LeftFile, *file
	return failure
}

// leftFile looks for the File that an Upload has become which failed otherwise,
// and notes it if there is just one.
func (r *run) leftFile(grace context.Context, cl *claim, failure *Error) {
	file, candidates, _ := r.find(grace, cl, findLimit) // The failure to tell is the first one.
	if file == nil {
		failure.Candidates = candidates
		return
	}
	failure.Left, failure.File, failure.ExpiresIn = LeftFile, *file, 0
}

// find looks for the File that the Upload has become, until limit, and claims it.
// Where several may be it, it claims none and returns them all.
func (r *run) find(ctx context.Context, cl *claim, limit time.Duration) (file *File, candidates []File, err error) {
	if r.finder == nil {
		return nil, nil, errNoFinder
	}
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	query := Query{
		Filename:    r.spec.Filename,
		Purpose:     r.spec.Purpose,
		Bytes:       r.spec.Bytes,
		CreatedFrom: r.session.CreatedAt,
		CreatedTo:   r.session.CreatedAt.Add(r.life),
	}
	for try := 0; ; try++ {
		var files []File
		err = limited(ctx, findLimit, func(ctx context.Context) (err error) {
			files, err = r.finder.Find(ctx, query)
			return err
		})
		var wait <-chan struct{}
		if err == nil {
			file, candidates, wait = cl.pick(files)
		}
		class, _ := classify(err)
		switch {
		case file != nil, len(candidates) > 0 && wait == nil:
			return file, candidates, nil
		case wait != nil && len(candidates) > 0:
			// As the other one is settled, this one may be too.
			select {
			case <-wait:
			case <-ctx.Done():
				return nil, candidates, nil
			}
		case err != nil && class == Final, try >= findRetries, sleep(ctx, findPause) != nil:
			return nil, candidates, err
		}
	}
}
