// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrEmpty is the error for content without any bytes.
	ErrEmpty = errors.New("there is nothing to upload: the size is not above zero")
	// ErrChanged means that what was sent may be a mixture. It is never completed.
	ErrChanged = errors.New("the file changed while it was uploaded")
	// ErrExpired means that the Upload's life, an hour, ends before all is done.
	ErrExpired = errors.New("the Upload expires before it can be completed")
	// ErrStalled means that the service stopped reading a part.
	ErrStalled = errors.New("no progress for 45 seconds")
	// ErrNoAnswer means that a request was sent whole and not answered in time.
	ErrNoAnswer = errors.New("the service doesn't answer")
	// ErrBadAnswer means that the service reported success that can't be true.
	ErrBadAnswer = errors.New("unusable answer from the service")
	// ErrAmbiguous means that nothing shows which of several Files was made.
	ErrAmbiguous = errors.New("several Files may be the one that was uploaded")
)

// Left is what a failed upload left behind at the service.
type Left int

const (
	// LeftNothing means that no Upload was created, or that it was cancelled.
	LeftNothing Left = iota
	// LeftUpload means that the Upload couldn't be cancelled. It expires by itself, but
	// may have been completed, into one of Error.Candidates if there are any.
	LeftUpload
	// LeftFile means that the File exists, but isn't what was asked for, or came too late.
	LeftFile
	// LeftUnknown means that create was not answered; an Upload may exist, and expires.
	LeftUnknown
)

// Error is why an upload failed and what remains of it.
type Error struct {
	Op        string        // The step that failed: "creating the upload", "part 3 of 16", …
	UploadID  string        // Empty if no Upload is known to have been created.
	Err       error         // The failure.
	Left      Left          // What remains at the service.
	ExpiresIn time.Duration // The longest that an Upload that was left can live.
	File      File          // The File that was left.
	CancelErr error         // Why the Upload that was left could not be cancelled.

	// Candidates are Files, one of which may be this upload's.
	Candidates []File

	// Stray says that besides the Upload with UploadID another one may exist,
	// because a request to create it wasn't answered and was sent again. It has no
	// parts and expires by itself.
	Stray bool
}

// Error returns the failure alone; what was left is for the caller to report.
func (e *Error) Error() string { return e.Op + ": " + e.Err.Error() }

// Unwrap returns the failure.
func (e *Error) Unwrap() error { return e.Err }

// guard calls f and turns a panic into an error, so that the Upload is still cancelled.
func guard(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = final(fmt.Errorf("panic: %v", v))
		}
	}()
	return f()
}

// finalError is an error of the engine itself that no retry can fix.
type finalError struct{ error }

func final(err error) error { return finalError{err} }

func (e finalError) Unwrap() error { return e.error }
func (e finalError) Fault() Fault  { return Fault{Class: Final} }
