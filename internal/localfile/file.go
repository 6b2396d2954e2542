// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// File is a regular file that is open for reading, with the size that it had
// when it was opened. Its methods are safe for concurrent use.
type File struct {
	path string
	file *os.File

	// sig is the file as it was at signed.
	sig    Signature
	signed time.Time
}

// Open opens the file at path, or returns an [*Error] that says why it can't be
// uploaded. If the file was changed less than a clock step ago, it waits for up
// to a tenth of a second, so that [File.Check] notices the next change.
func Open(path string) (*File, error) {
	path, file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, file: file}
	if err := f.sign(); err != nil {
		_ = file.Close()
		return nil, err
	}
	return f, nil
}

// sign records the signature that Check compares with, once it is old enough to
// differ from that of any later content.
func (f *File) sign() error {
	for left := maxSettle; ; {
		f.signed = time.Now()
		sig, err := signatureOf(f.file)
		if err != nil {
			return newError(f.path, err)
		}
		f.sig = sig
		wait := min(sig.settleTime(f.signed), left)
		if wait <= 0 {
			return checkSize(f.path, sig.Size)
		}
		time.Sleep(wait)
		left -= wait
	}
}

// Size is the file's size in bytes when it was opened.
func (f *File) Size() int64 { return f.sig.Size }

// Signature is the file's signature when it was opened.
func (f *File) Signature() Signature { return f.sig }

// ReadAt is [io.ReaderAt] over the file's first Size bytes. A file that got
// shorter is an [*Error] with [Changed]; one that grew ends at its old size.
func (f *File) ReadAt(p []byte, off int64) (int, error) {
	left := f.sig.Size - off
	if left <= 0 {
		return 0, io.EOF
	}
	cut := int64(len(p)) > left
	if cut {
		p = p[:left]
	}
	n, err := f.file.ReadAt(p, off)
	switch {
	case errors.Is(err, io.EOF):
		return n, &Error{Path: f.path, Problem: Changed, Err: io.ErrUnexpectedEOF}
	case err != nil:
		return n, newError(f.path, err)
	case cut:
		return n, io.EOF
	}
	return n, nil
}

// Check returns an [*Error] with [Changed] if the open file may have other
// content than when it was opened. Anything that updates the file's change time
// counts, including new permissions, or another file taking its name.
func (f *File) Check() error {
	sig, err := signatureOf(f.file)
	if err != nil {
		return newError(f.path, err)
	}
	if sig != f.sig {
		return &Error{Path: f.path, Problem: Changed}
	}
	return nil
}

// Unchanged is Check for a file whose content hashed to sha256. Where only the
// file's times or permissions changed, the content is hashed again, and it isn't
// an error if it is the same. It stops with ctx's error once that is done.
func (f *File) Unchanged(ctx context.Context, sha256 string) error {
	err := f.Check()
	if fileErr, ok := errors.AsType[*Error](err); !ok || fileErr.Problem != Changed {
		return err
	}
	before, statErr := signatureOf(f.file)
	if statErr != nil || before.Size != f.sig.Size || sha256 == "" {
		return err
	}
	sum, hashErr := f.SHA256(ctx)
	switch after, statErr := signatureOf(f.file); {
	case ctx.Err() != nil:
		return ctx.Err()
	case hashErr != nil || statErr != nil || after != before || sum != sha256:
		return err
	}
	return nil
}

// Close closes the file. Nothing but Size and Signature works after it.
func (f *File) Close() error { return f.file.Close() }

// openRegular opens the regular file at path and returns it with the expanded
// path.
func openRegular(path string) (string, *os.File, error) {
	expanded, err := Expand(path)
	if err != nil {
		return "", nil, &Error{Path: path, Err: err}
	}
	// Checked first, because opening a device can trigger it.
	info, err := os.Stat(expanded)
	if errors.Is(err, fs.ErrNotExist) {
		if found, ok := findOtherForm(expanded); ok {
			expanded = found
			info, err = os.Stat(expanded)
		}
	}
	if err != nil {
		return "", nil, newError(expanded, err)
	}
	if err := checkType(expanded, info.Mode()); err != nil {
		return "", nil, err
	}
	file, err := openNow(expanded)
	return expanded, file, err
}

// findOtherForm returns the path of an existing file that differs from path only in
// the Unicode form of its elements. Terraform composes all strings (NFC), and file
// names that come from macOS are decomposed (NFD).
func findOtherForm(path string) (string, bool) {
	if _, err := os.Lstat(path); err == nil {
		return path, true
	}
	// filepath.Dir would resolve "..", which is wrong after a symbolic link.
	dir, name := here.split(path)
	if end := len(dir) - 1; end > here.volume(path) {
		parent, ok := findOtherForm(path[:end])
		if !ok {
			return "", false
		}
		dir = parent + path[end:end+1]
	}
	if _, err := os.Lstat(dir + name); err == nil {
		return dir + name, true
	}
	if strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return "", false
	}
	entries, _ := os.ReadDir(cmp.Or(dir, "."))
	for _, entry := range entries {
		if norm.NFC.String(entry.Name()) == norm.NFC.String(name) {
			return dir + entry.Name(), true
		}
	}
	return "", false
}

// openNow opens path without blocking and makes sure that what it opened is a
// regular file.
func openNow(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|openFlag, 0)
	if err != nil {
		return nil, newError(path, err)
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return nil, newError(path, err)
	}
	if err := checkType(path, info.Mode()); err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}
