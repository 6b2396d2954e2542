// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package engine sends a file to OpenAI's Uploads API in parts, in parallel, and
// leaves nothing behind if that fails. It drives a [Backend] and knows nothing of HTTP.
//
// [Uploader.Upload] waits for one of the [Slots] that all uploads share, creates an Upload,
// and sends the parts, each with a slot, while the content is hashed. It checks that the
// source didn't change, and completes. On any failure, interrupts included, it waits for
// what is in flight and cancels, on a context that outlives the one that ended.
//
// Requests are sent again after a backoff if their errors allow it ([Fault]), until they have
// failed for 100 seconds without a success; a throttled request pauses all uploads. When the
// answer to a completion is lost, a successful cancellation proves that no File was made; if the
// cancellation is refused, the File is looked for, and taken only if it can't be another
// upload's. Otherwise [Error] says what may be left.
//
// An upload is completed only with the MD5 of what was read for hashing, so that the
// service refuses content that was different when it was sent; and only after
// [Source.Unchanged] has passed, once everything has been read. Mixed content can get
// through only if it is the same mixture both times and escapes Unchanged as well,
// like a change in the same tick of the file system's clock as the opening.
package engine

import (
	"cmp"
	"context"
	"math"
	"time"
)

// Uploader uploads files to a Backend. It is safe for concurrent use and must not
// be changed after its first use.
type Uploader struct {
	Backend  Backend
	Slots    *Slots  // Shared by all uploads to a service, required.
	Claims   *Claims // Likewise.
	Retries  int     // The maximum number of retries of one request.
	PartSize int64   // Size of all parts but the last in bytes; zero lets [NewPlan] choose.
}

// Job is one file to upload.
type Job struct {
	Source Source // The content. It is not used any more once Upload has returned.
	Spec   Spec   // What the service is told. Its Bytes are taken from Source.

	// Timeout bounds the upload from its first request on: waiting for other uploads
	// doesn't count. TimeoutCause is the error when it is reached. Zero: no limit.
	Timeout      time.Duration
	TimeoutCause error

	// Verify is called with the content's digests once all parts are sent and
	// before the upload is completed; an error cancels the upload. Optional.
	Verify func(Digests) error

	// Observe is called, from one goroutine at a time, as the upload
	// progresses: when a part is done, at most once a second while bytes go
	// out, and before a retry. Never after Upload has returned. Optional.
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
	Stray    bool          // A second Upload may exist, see [Error].
	Elapsed  time.Duration // Since the first request.
}

// Upload runs the whole sequence. Any error is an *[Error], which wraps the
// first thing that failed: an error of the Backend, the context's cause, one of
// this package's Err variables, a panic or what Verify returned.
func (u *Uploader) Upload(ctx context.Context, job Job) (Result, error) {
	job.Spec.Bytes = job.Source.Size()
	plan, err := NewPlan(job.Spec.Bytes, u.Slots.total, u.PartSize)
	if err != nil {
		return Result{}, &Error{Op: "planning the parts", Err: err}
	}
	r := &run{Uploader: u, Job: job, plan: plan}
	r.progress.observe, r.progress.event = job.Observe, Event{Parts: plan.Len(), Bytes: job.Spec.Bytes}
	defer r.progress.close()
	grace, release := withGrace(ctx, interruptLimit, false)
	defer release()
	// An Upload lives for an hour, so it is created when its first part can be sent.
	dispatched, err := r.Slots.begin(ctx, r.Spec.Bytes, r.plan.Len())
	if err != nil {
		return Result{}, &Error{Op: "waiting for other uploads", Err: err}
	}
	defer dispatched()
	r.progress.started = time.Now()
	ctx, stop := context.WithTimeoutCause(ctx, cmp.Or(job.Timeout, math.MaxInt64), job.TimeoutCause)
	defer stop()
	if err := r.create(ctx); err != nil {
		r.Slots.release()
		return Result{}, err
	}
	living, stopLiving := context.WithDeadlineCause(ctx, r.expires, ErrExpired)
	defer stopLiving()
	ids, digests, failure := r.sendParts(living, dispatched)
	if failure == nil {
		failure = r.check(living, digests)
	}
	if failure != nil {
		return Result{}, r.cancel(grace, failure)
	}
	file, failure := r.complete(ctx, grace, ids, digests)
	if failure != nil {
		return Result{}, failure
	}
	return Result{UploadID: r.upload.ID, File: file, Digests: digests, Stray: r.unknown, Elapsed: time.Since(r.progress.started)}, nil
}

// run is one call of Upload.
type run struct {
	*Uploader
	Job

	plan     Plan
	progress progress
	outage   outage
	pace     pace

	// The Upload and its life, by this machine's monotonic clock.
	upload    Upload
	createdAt time.Time
	life      time.Duration
	expires   time.Time // When to give up, a little before its life ends.
	unknown   bool      // There may be an Upload whose ID isn't known.
}
