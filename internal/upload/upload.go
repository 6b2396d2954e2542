// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package upload sends a file to OpenAI's Uploads API in parts, in parallel, and
// leaves nothing behind if that fails. It drives a [Backend] and knows nothing of
// HTTP or of who asks.
//
// [Uploader.Upload] waits for one of the [Slots] that all uploads share, creates an
// Upload, and sends the parts, each with a slot, while the content is hashed once
// from the same source. It checks that the source didn't change, and completes. On
// any failure, interrupts included, it waits for what is in flight and then cancels,
// on a context that outlives the dead one.
//
// Requests are sent again after backoff as far as their errors ask for it ([Fault]),
// until 100 seconds have passed without a success; one that is throttled pauses all
// uploads. When a completion's answer is lost, a cancellation tells that no File was
// made; if it is refused, the File is looked for, and taken only if it can't be
// another's. What may be left otherwise, [Error] tells.
//
// An upload is completed only with the MD5 of what was read for hashing, so that
// content that differs between that and the sending is refused by the service; and
// only after [Source.Unchanged] has passed, once all has been read. Mixed content can
// come through only if it is the same mixture both times and escapes Unchanged as
// well, such as a change in the same tick of the file system's clock as the opening.
package upload

import (
	"context"
	"time"
)

// Uploader uploads files to a Backend. It is safe for concurrent use and not to be
// changed after its first use.
type Uploader struct {
	Backend Backend

	// Slots and Claims are shared by all uploads to a service.
	Slots  *Slots
	Claims *Claims

	// Retries is how often one request is sent again at most; zero means never.
	Retries int

	// PartSize is the size in bytes of all parts but the last; zero chooses
	// from the file's size, as [NewPlan] tells.
	PartSize int64
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
	grace, release := withGrace(ctx, interruptLimit, false)
	defer release()
	// An Upload lives for an hour, so it is created when its first part can be sent.
	dispatched, err := r.slots.begin(ctx, r.spec.Bytes, r.plan.Len())
	if err != nil {
		return Result{}, &Error{Op: "waiting for other uploads", Err: err}
	}
	defer dispatched()
	r.progress.started = time.Now()
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
	return Result{UploadID: r.upload.ID, File: file, Digests: digests, Stray: r.unknown}, nil
}

// run is one call of Upload.
type run struct {
	backend Backend
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
	r := &run{
		backend: u.Backend, slots: u.Slots, claims: u.Claims, retries: u.Retries,
		source: job.Source, spec: job.Spec, verify: job.Verify,
	}
	var err error
	r.spec.Bytes = job.Source.Size()
	r.plan, err = NewPlan(r.spec.Bytes, r.slots.total, u.PartSize)
	r.progress.observe, r.progress.event = job.Observe, Event{Parts: r.plan.Len(), Bytes: r.spec.Bytes}
	return r, err
}

// withTimeout returns a context that ends when the job's time is over.
func (j Job) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if j.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, j.Timeout, j.TimeoutCause)
}
