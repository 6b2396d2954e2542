// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// hashBuffer is how much of a file is in memory while it is hashed.
const hashBuffer = 256 << 10

// Hashed is the hash of a file's content, with what is needed to know later
// whether the file still has it. It is stable as JSON.
type Hashed struct {
	Signature Signature `json:"signature"`

	// SHA256 is the SHA-256 of the content in 64 lower-case hexadecimal digits.
	SHA256 string `json:"sha256"`

	// Safe is whether Signature can be trusted to stand for this content. A file
	// that was changed in the instant in which it was hashed has to be hashed
	// again, because the next change might leave the same signature.
	Safe bool `json:"safe"`
}

// Matches reports whether the file that info describes surely has the content
// that was hashed.
func (h Hashed) Matches(info Info) bool {
	return h.Safe && h.SHA256 != "" && h.Signature == info.Signature
}

// Hash hashes the file at path. It returns an [*Error] if the file can't be
// uploaded or changed meanwhile, or ctx's error once that is done.
func Hash(ctx context.Context, path string) (Hashed, error) {
	file, err := Open(path)
	if err != nil {
		return Hashed{}, err
	}
	defer file.Close()
	return file.Hash(ctx)
}

// Hash is [Hash] for a file that is open already. What it reads is also written to
// also, whose errors end it.
func (f *File) Hash(ctx context.Context, also ...io.Writer) (Hashed, error) {
	sum, err := f.SHA256(ctx, also...)
	if err != nil {
		return Hashed{}, err
	}
	if err := f.Check(); err != nil {
		return Hashed{}, err
	}
	return f.Hashed(sum), nil
}

// Hashed pairs a hash of f's content with f's signature, for callers that hash
// while they read for another reason. It is right only if Check succeeds after
// the reading.
func (f *File) Hashed(sha256 string) Hashed {
	return Hashed{Signature: f.sig, SHA256: sha256, Safe: f.sig.safeAt(f.signed)}
}

// SHA256 reads the whole content and returns its SHA-256 in 64 lower-case
// hexadecimal digits. It stops with ctx's error once that is done. What it reads is
// also written to also.
func (f *File) SHA256(ctx context.Context, also ...io.Writer) (string, error) {
	hash := sha256.New()
	out := io.MultiWriter(append(also, hash)...)
	buf := make([]byte, hashBuffer)
	for off := int64(0); off < f.sig.Size; {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := f.ReadAt(buf, off)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		if _, err := out.Write(buf[:n]); err != nil {
			return "", err
		}
		off += int64(n)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
