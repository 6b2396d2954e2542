// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"
)

// Backend is the service that an upload is sent to. Its methods are safe for
// concurrent use and return soon after their context has ended. Those for Uploads
// don't retry: that is the engine's job. A [Faulty] error says how to handle it;
// any other error counts as the zero [Fault].
type Backend interface {
	// Create announces an upload of spec.Bytes bytes.
	Create(ctx context.Context, spec Spec) (Upload, error)

	// AddPart sends one part and returns its ID. It calls part.Open once, and again only if a
	// connection turned out to be closed before anything was sent, or to send another token.
	AddPart(ctx context.Context, uploadID string, part Part) (partID string, err error)

	// Complete joins the parts, in the order of partIDs, into a File. md5 is the
	// hexadecimal MD5 of the whole content.
	Complete(ctx context.Context, uploadID string, partIDs []string, md5 string) (Upload, error)

	// Cancel gives the Upload up. The answer says what became of it: only
	// [StatusCancelled] means that there will be no File. An Upload that is
	// already gone is an error, as the service reports it.
	Cancel(ctx context.Context, uploadID string) (Upload, error)

	// Files yields the Files of a purpose, or all if it is empty, the newest first, and ends
	// with the first error. Without an error the list is complete.
	Files(ctx context.Context, purpose string) iter.Seq2[File, error]

	// GetFile returns the File with the given ID.
	GetFile(ctx context.Context, id string) (File, error)
}

// Source is the content to upload. ReadAt must be safe for concurrent use.
type Source interface {
	io.ReaderAt

	// Size is the number of bytes to upload, fixed when the source was opened.
	Size() int64

	// Unchanged returns an error unless the content is what it was when the source
	// was opened. sha256 is the hash of that content, for when it has to be read
	// again to tell; without it, every doubt is an error.
	Unchanged(ctx context.Context, sha256 string) error
}

// Spec is what the service is told when an upload is created.
type Spec struct {
	Filename     string
	Purpose      string
	MIMEType     string
	Bytes        int64
	ExpiresAfter time.Duration // The File's life, in whole seconds; zero: the service's choice.
}

// Matches reports whether a File may be what spec describes.
func (s Spec) Matches(f File) bool {
	return f.ID != "" && f.Filename == s.Filename && f.Purpose == s.Purpose && (f.Bytes == s.Bytes || f.Bytes == UnknownBytes)
}

// Upload is the service's answer to Create, Complete and Cancel. Its times are by
// the service's clock: only their differences and order are reliable.
type Upload struct {
	ID        string
	Status    string // Such as "pending", "completed" or [StatusCancelled].
	CreatedAt time.Time
	ExpiresAt time.Time
	File      *File // What the parts became, nil if the answer names none.
}

// StatusCancelled is the status of an Upload that will never become a File.
const StatusCancelled = "cancelled"

// Part is a piece of the content.
type Part struct {
	Number int   // The part's position, from 0.
	Size   int64 // The number of bytes that Open's reader yields.

	// Announce asks for the service's consent before the content is sent, so that
	// a refusal isn't lost with the connection.
	Announce bool
	// Open returns a fresh reader at the part's first byte. It invalidates earlier readers,
	// and none works once AddPart has returned or its context has ended.
	Open func() io.Reader
}

// UnknownBytes is the size of a File where the service doesn't report it.
const UnknownBytes int64 = -1

// File is a File at the service.
type File struct {
	ID            string
	Filename      string
	Purpose       string
	Status        string
	StatusDetails string
	Bytes         int64 // [UnknownBytes] where the service doesn't say.
	CreatedAt     time.Time
	ExpiresAt     time.Time // Zero when the File doesn't expire.
	AsOf          time.Time // The service's time when it answered, zero if unknown.
}

// Fault says how to handle a failed request. The zero Fault means that the
// request may be sent again, and that its effect is unknown.
type Fault struct {
	Class    Class
	Wait     time.Duration // How long the service asked to wait, zero if it didn't say.
	Delivery Delivery
	Gone     bool // The service knows no such Upload.
}

// Backoff returns how long to wait after a request has failed for the try-th time, from 0:
// what the service asked for, up to 2 minutes, or else up to 8 seconds, with jitter.
func (f Fault) Backoff(try int) time.Duration {
	if f.Wait > 0 {
		return min(f.Wait, MaxRetryAfter)
	}
	return jitter(min(backoffBase<<min(try, 8), backoffCap))
}

// Class says whether a retry makes sense.
type Class int

const (
	// Retryable means that the request may succeed when it is sent again.
	Retryable Class = iota
	// Throttled means that the service asks for fewer requests (429, 503): all
	// requests should pause, not only this one.
	Throttled
	// Final means that the request would fail again.
	Final
)

// Delivery says what is known about a failed request's effect.
type Delivery int

const (
	// Unknown means that the service may have done what was asked: the connection
	// was lost, the answer was late or cut short, or it wasn't the service's own.
	Unknown Delivery = iota
	// NotSent means that the request never reached the service.
	NotSent
	// Answered means that the service's own answer was received whole, so that
	// the request is known to have been refused.
	Answered
)

// Faulty is a Backend's error that says how it is to be treated. It is found
// with errors.As.
type Faulty interface {
	error
	Fault() Fault
}

// faultOf returns what may be done about err.
func faultOf(err error) Fault {
	if faulty, ok := errors.AsType[Faulty](err); ok {
		return faulty.Fault()
	}
	return Fault{}
}

// mayHaveWorked reports whether the request that failed with err may have done
// what was asked. An answer that allows a retry doesn't prove that nothing
// happened, unless it is a throttling one (429, 503).
func mayHaveWorked(err error) bool {
	fault := faultOf(err)
	return fault.Delivery == Unknown || fault.Delivery == Answered && fault.Class == Retryable
}

// answered reports whether err is the service's own refusal.
func answered(err error) bool { return faultOf(err).Delivery == Answered }
