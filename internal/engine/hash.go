// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"crypto/md5" //nolint:gosec // The API asks for MD5; it guards against accidents, not attackers.
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

const (
	// Four buffers, 512 KiB per upload, keep MD5, the slower hash, from waiting
	// for the next read while all CPUs are busy sending.
	hashBuffer  = 128 << 10
	hashBuffers = 4
)

// digest reads src once, in order, and hashes it. MD5 has a goroutine to
// itself, as nothing else takes as long; reading and SHA-256 share the other.
func digest(ctx context.Context, src io.ReaderAt, size int64) (Digests, error) {
	chunk := min(hashBuffer, size)
	count := min(hashBuffers, ceilDiv(size, chunk))
	free := make(chan []byte, count)
	for range count {
		free <- make([]byte, chunk)
	}
	md5sum, sha := md5.New(), sha256.New() //nolint:gosec // See the import.
	full := make(chan []byte, count)
	hashed := make(chan struct{})
	go func() {
		defer close(hashed)
		for data := range full {
			md5sum.Write(data)
			free <- data[:cap(data)]
		}
	}()
	err := func() error {
		defer close(full)
		for at := int64(0); at < size; at += chunk {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			data := <-free
			data = data[:min(chunk, size-at):len(data)]
			if err := readExactly(src, data, at); err != nil {
				return err
			}
			full <- data
			sha.Write(data)
		}
		return nil
	}()
	<-hashed
	if err != nil {
		return Digests{}, err
	}
	return Digests{MD5: hex.EncodeToString(md5sum.Sum(nil)), SHA256: hex.EncodeToString(sha.Sum(nil))}, nil
}

// readExactly fills p from offset. Content that has become shorter is [ErrChanged].
func readExactly(src io.ReaderAt, p []byte, offset int64) error {
	n, err := src.ReadAt(p, offset)
	switch {
	case n == len(p):
		return nil
	case err == nil, errors.Is(err, io.EOF):
		return final(ErrChanged)
	default:
		return final(fmt.Errorf("reading the content: %w", err))
	}
}
