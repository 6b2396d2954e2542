// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"io"
	"time"
)

// Backend is the service that an upload is sent to. Its methods are safe for
// concurrent use, send one request each and don't retry: that is the engine's
// part. What the engine may do about an error, the error says itself by
// implementing [Fault]; any other error counts as a [Retryable] one.
type Backend interface {
	// Create announces an upload of spec.Bytes bytes.
	Create(ctx context.Context, spec Spec) (Session, error)

	// AddPart sends one part and returns its ID. It calls part.Open once, and
	// again only if the body must go out again within the same call (a redirect,
	// a connection that turned out to be closed).
	AddPart(ctx context.Context, uploadID string, part Part) (partID string, err error)

	// Complete joins the parts, in the order of partIDs, into a File. md5 is the
	// hexadecimal MD5 of the whole content.
	Complete(ctx context.Context, uploadID string, partIDs []string, md5 string) (Completion, error)

	// Cancel gives the upload up. An upload that is already gone is an error,
	// as the service reports it.
	Cancel(ctx context.Context, uploadID string) error
}

// Finder looks for Files that an upload may have become although its answer
// was lost.
type Finder interface {
	// Find returns the Files that match query, in any order.
	Find(ctx context.Context, query Query) ([]File, error)
}

// Source is the content to upload. ReadAt must be safe for concurrent use.
type Source interface {
	io.ReaderAt

	// Size is the number of bytes to upload, fixed when the source was opened.
	Size() int64

	// Check returns an error if the content may not be what it was when the
	// source was opened.
	Check() error
}

// Spec is what the service is told when an upload is created.
type Spec struct {
	Filename string
	Purpose  string
	MIMEType string

	// Bytes is the size of the content.
	Bytes int64

	// ExpiresAfter is the life of the File from its creation, in whole seconds;
	// zero leaves it to the service.
	ExpiresAfter time.Duration
}

// Session is an Upload that the service has created. Its times are by the
// service's clock and only their differences and order may be relied on.
type Session struct {
	ID        string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Part is a piece of the content.
type Part struct {
	// Number is the part's position, from 0.
	Number int

	// Size is the number of bytes that Open's reader yields.
	Size int64

	// Open returns a fresh reader at the part's first byte. It makes the readers
	// before it useless, and none works once AddPart has returned or its context
	// has ended.
	Open func() io.Reader
}

// Completion is the service's answer to Complete.
type Completion struct {
	// Status is the Upload's status, "completed" when all is well.
	Status string

	// File is the File made of the parts, nil if the answer had none.
	File *File
}

// File is a File at the service.
type File struct {
	ID            string
	Filename      string
	Purpose       string
	Status        string
	StatusDetails string
	Bytes         int64
	CreatedAt     time.Time

	// ExpiresAt is zero when the File doesn't expire.
	ExpiresAt time.Time
}

// Query selects Files: all of its fields must match.
type Query struct {
	Filename string
	Purpose  string
	Bytes    int64

	// CreatedFrom and CreatedTo bound the File's creation time by the
	// service's clock, both included.
	CreatedFrom, CreatedTo time.Time
}

// Class is what may be done about a failed request.
type Class int

const (
	// Final means that the request would fail again.
	Final Class = iota
	// Retryable means that the request may succeed when it is sent again.
	Retryable
	// Throttled means that the service asks for fewer requests (429, 503): all
	// requests should pause, not only this one.
	Throttled
)

// Fault is implemented by a Backend's errors, found with errors.As, to say how
// they are to be treated.
type Fault interface {
	error

	// Class says whether a retry makes sense.
	Class() Class

	// RetryAfter is how long the service asked to wait, zero or less if it
	// didn't say.
	RetryAfter() time.Duration

	// Answered reports whether the service's own answer was received whole, so
	// that the request is known to have been refused. False for a lost
	// connection, a timeout, an answer cut short or one that is no JSON.
	Answered() bool
}

// Unsent may be implemented by an error, besides [Fault], to say that the
// request never reached the service: no address, connection refused, no key.
// It is found with errors.As.
type Unsent interface {
	error

	// Unsent reports that the service can't have seen the request.
	Unsent() bool
}

// Gone may be implemented by an error of Cancel, besides [Fault], to say that
// the service knows no such Upload. It is found with errors.As.
type Gone interface {
	error

	// Gone reports that there is nothing left to cancel.
	Gone() bool
}
