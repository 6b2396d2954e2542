// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package upload sends a file to a service in parts, in parallel, and leaves
// nothing behind if that fails. It drives a [Backend] of four methods and knows
// nothing of HTTP, of a particular service or of who asks.
//
// [Uploader.Upload] creates an Upload, sends the parts while the content is
// hashed once from the same source, checks that the source didn't change, and
// completes; on any failure, interrupts included, it waits for what is in
// flight and then cancels, on a context that outlives the dead one.
//
// # Slots
//
// An Upload is created when it has one of the [Slots] that all uploads to a service
// share, and its first part has that one. The other parts are dispatched in order,
// each when it has a slot; the upload with the least left is served first, and one
// that can fill all slots alone begins when no other one that isn't larger has parts
// left to dispatch. Nothing is read before that. A part that must be sent again gives
// its slot back while it waits. When the service throttles, no slot is granted until
// the pause is over.
//
// # Faults
//
// Every request is sent again, Retries times at most, if its error says that this
// makes sense ([Fault]), after exponential backoff with jitter or what the service
// asked for, up to 2 minutes and never past the Upload's life. A request that is
// throttled isn't counted: it pauses all uploads for as long as the service asks,
// or for longer each time, and after the pause they start one by one. When
// requests have failed for 100 seconds and none has succeeded, the upload ends.
// An attempt to send a part ends when the service reads none of it for 45 seconds,
// and when it isn't answered after all of it has been read: within 60 seconds, and
// for a large part what it needs at 64 KiB/s. While slots are idle, a part that takes
// more than three times as long as the others did is sent a second time beside the
// first; the first answer wins.
//
// # What can't be known
//
// When a completion isn't answered it is sent again, and when that fails too the
// Upload is cancelled: if that succeeds, no File was made. If it is refused, the
// [Finder] looks for the File: the only one like it that was created at the same
// time as the Upload, or the only one in the Upload's life, by the service's clock
// and not claimed by another upload of this run, nor possibly another's.
// Otherwise the upload has failed, and [Error] tells what may be left.
//
// # Changing content
//
// An upload is completed only with the MD5 of what was read for hashing, so that
// content that differs between that and the sending is refused by the service;
// and only after [Source.Unchanged] has passed, once all has been read. Mixed
// content can come through only if it is the same mixture both times and escapes
// Unchanged as well, such as a change in the same tick of the file system's clock as
// the opening.
package upload

import (
	"context"
	"sync"
	"time"
)

// Uploader uploads files to a Backend. The zero value of every field but
// Backend is usable. An Uploader is safe for concurrent use and not to be
// changed or copied after its first use.
type Uploader struct {
	// Backend is the service. Required. Its methods must return soon after their
	// context has ended: Upload waits for them.
	Backend Backend

	// Finder reconciles an upload whose completion was not answered. Nil: an
	// unanswered completion is an error.
	Finder Finder

	// Slots is shared by all uploads to a service. Nil: DefaultSlots of this
	// Uploader's own.
	Slots *Slots

	// Retries is how often one request is sent again at most; zero means never.
	Retries int

	// PartSize is the size in bytes of all parts but the last; zero chooses
	// from the file's size, as [NewPlan] tells.
	PartSize int64

	// Claims keeps uploads of one run from taking each other's File. Nil:
	// claims of this Uploader's own.
	Claims *Claims

	defaults  sync.Once
	ownSlots  *Slots
	ownClaims *Claims
}

// Job is one file to upload.
type Job struct {
	// Source is the content. It is not used any more once Upload has returned.
	Source Source

	// Spec is what the service is told. Its Bytes are taken from Source.
	Spec Spec

	// Timeout bounds the upload from its first request on: waiting for other uploads
	// doesn't count. TimeoutCause is the error then. Zero: no limit.
	Timeout      time.Duration
	TimeoutCause error

	// Verify is called with the content's digests once all parts are sent and
	// before the upload is completed; an error cancels the upload. Optional.
	Verify func(Digests) error

	// Observe is called, from one goroutine at a time, as the upload goes on:
	// when a part is done, once a second at the most while bytes go out, and
	// before a retry. Never after Upload has returned. Optional.
	Observe func(Event)
}

// Digests are the content's hashes in lower-case hexadecimal.
type Digests struct {
	MD5    string
	SHA256 string
}

// Result is an upload that succeeded.
type Result struct {
	UploadID string
	File     File
	Digests  Digests

	// Stray says that a second Upload may exist, see [Error].
	Stray bool
}

// Upload runs the whole sequence. Any error is an *[Error], which wraps the
// first thing that failed: an error of the Backend, the context's cause, one of
// this package's Err variables, a *[PanicError] or what Verify returned.
func (u *Uploader) Upload(ctx context.Context, job Job) (Result, error) {
	r, err := u.prepare(job)
	if err != nil {
		return Result{}, &Error{Op: "planning the parts", Err: err}
	}
	defer r.progress.close()
	grace, release := outlive(ctx, interruptLimit, false)
	defer release()
	// An Upload lives for an hour, so it is created when its first part can be sent.
	dispatched, err := r.slots.begin(ctx, r.spec.Bytes, r.plan.Len())
	if err != nil {
		return Result{}, &Error{Op: "waiting for other uploads", Err: err}
	}
	defer dispatched()
	r.progress.begin()
	ctx, stop := job.withTimeout(ctx)
	defer stop()
	if err := r.create(ctx); err != nil {
		r.slots.release()
		return Result{}, err
	}
	living, stopLiving := r.withLife(ctx)
	defer stopLiving()
	ids, digests, failure := r.sendParts(living, dispatched)
	if failure == nil {
		failure = r.check(living, digests)
	}
	if failure != nil {
		return Result{}, r.cancel(grace, failure)
	}
	file, err := r.complete(ctx, grace, ids, digests)
	if err != nil {
		return Result{}, err
	}
	return Result{UploadID: r.session.ID, File: file, Digests: digests, Stray: r.unknown}, nil
}

// run is one call of Upload.
type run struct {
	backend Backend
	finder  Finder
	slots   *Slots
	claims  *Claims
	retries int

	source   Source
	spec     Spec
	verify   func(Digests) error
	plan     Plan
	progress progress
	outage   outage
	pace     pace

	lifetime
	unknown bool // There may be an Upload whose ID isn't known.
}

// prepare plans the upload. Nothing is sent.
func (u *Uploader) prepare(job Job) (*run, error) {
	u.defaults.Do(func() {
		u.ownSlots, u.ownClaims = u.Slots, u.Claims
		if u.ownSlots == nil || u.ownSlots.total == 0 {
			u.ownSlots = NewSlots(DefaultSlots)
		}
		if u.ownClaims == nil {
			u.ownClaims = &Claims{}
		}
	})
	r := &run{
		backend: u.Backend, finder: u.Finder, slots: u.ownSlots, claims: u.ownClaims,
		retries: u.Retries,
		source:  job.Source, spec: job.Spec, verify: job.Verify,
	}
	var err error
	r.spec.Bytes = job.Source.Size()
	r.plan, err = NewPlan(r.spec.Bytes, r.slots.total, u.PartSize)
	r.progress.start(r.plan.Len(), r.spec.Bytes, job.Observe)
	return r, err
}

// withTimeout returns a context that ends when the job's time is over.
func (j Job) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if j.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, j.Timeout, j.TimeoutCause)
}
