// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
)

// Problem is what is wrong with a file.
type Problem int

// What can be wrong with a file.
const (
	// Unreadable stands for every problem that isn't another one, such as a
	// loop of symbolic links or a failing disk. [Error.Err] says which.
	Unreadable Problem = iota

	// NotExist means that there is nothing at the path.
	NotExist

	// NotPermitted means that the system doesn't let this user read the file.
	NotPermitted

	// Directory means that the path leads to a directory.
	Directory

	// NotRegular means that the path leads to a named pipe, a device or a
	// socket. [Error.Mode] says which.
	NotRegular

	// Empty means that the file has no content.
	Empty

	// TooLarge means that the file has more than [MaxBytes].
	TooLarge

	// Changed means that the file's content may not be what it was when the
	// file was opened.
	Changed

	// URL means that the path is a URL, and no file has that name.
	URL

	// Pattern means that the path has a wildcard, and no file has that name.
	Pattern
)

// String returns the problem's name.
func (p Problem) String() string {
	switch p {
	case Unreadable:
		return "unreadable"
	case NotExist:
		return "doesn't exist"
	case NotPermitted:
		return "not permitted"
	case Directory:
		return "directory"
	case NotRegular:
		return "not a regular file"
	case Empty:
		return "empty"
	case TooLarge:
		return "too large"
	case Changed:
		return "changed"
	case URL:
		return "URL"
	case Pattern:
		return "pattern"
	}
	return "Problem(" + strconv.Itoa(int(p)) + ")"
}

// Error says why a file can't be used.
type Error struct {
	// Path is where the file was looked for: the given path, expanded.
	Path string

	Problem Problem

	// Size is the file's size in bytes where the problem is [TooLarge].
	Size int64

	// Mode has the file's type bits where the problem is [NotRegular].
	Mode fs.FileMode

	// Err is the system's error, or nil where the system reported none.
	Err error
}

// Error returns a clause that names the file and the problem.
func (e *Error) Error() string {
	path := strconv.Quote(e.Path)
	switch e.Problem {
	case NotExist:
		return "there is no file at " + path
	case NotPermitted:
		return path + " may not be read" + e.cause()
	case Directory:
		return path + " is a directory, not a file"
	case NotRegular:
		return path + " is " + kindOf(e.Mode) + ", not a regular file"
	case Empty:
		return path + " is empty"
	case TooLarge:
		return fmt.Sprintf("%s has %d bytes, and an upload takes at most %d (8 GiB)", path, e.Size, MaxBytes)
	case Changed:
		return path + " changed while it was being read"
	case URL:
		return path + " is a URL, not the path of a local file"
	case Pattern:
		return path + " is a pattern, and no file has that name"
	case Unreadable:
	}
	return path + " can't be read" + e.cause()
}

// Unwrap returns the system's error.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) cause() string {
	if e.Err == nil {
		return ""
	}
	return ": " + e.Err.Error()
}

// newError is what the system says about path.
func newError(path string, err error) *Error {
	// The operation and the path of a PathError would only repeat ours.
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	return &Error{Path: path, Problem: here.problem(path, err), Err: err}
}

// checkType returns an error unless mode is that of a regular file.
func checkType(path string, mode fs.FileMode) error {
	switch {
	case mode.IsDir():
		return &Error{Path: path, Problem: Directory}
	case !mode.IsRegular():
		return &Error{Path: path, Problem: NotRegular, Mode: mode.Type()}
	}
	return nil
}

// checkSize returns an error unless an upload can have size bytes.
func checkSize(path string, size int64) error {
	switch {
	case size == 0:
		return &Error{Path: path, Problem: Empty}
	case size > MaxBytes:
		return &Error{Path: path, Problem: TooLarge, Size: size}
	}
	return nil
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}
