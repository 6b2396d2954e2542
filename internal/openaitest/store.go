// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// blob is stored content. A nil blob is content that wasn't kept.
type blob interface {
	open() (io.ReadCloser, error)
	size() int64
	remove()
}

// store keeps the content of Parts.
type store struct {
	discard bool
	root    *os.Root // nil: memory
	err     error    // why root couldn't be opened
}

func newStore(opts Options) *store {
	st := &store{discard: opts.Discard}
	if opts.Discard || opts.Dir == "" {
		return st
	}
	dir := filepath.Join(opts.Dir, contentName)
	if st.err = os.MkdirAll(dir, 0o700); st.err == nil {
		st.root, st.err = os.OpenRoot(dir)
	}
	return st
}

// kept is content that an earlier process wrote; nil if it was discarded.
func (st *store) kept(saved savedBlob) blob {
	if st.root == nil || saved.Name == "" {
		return nil
	}
	return onDisk{st.root, saved.Name, saved.Bytes}
}

func (st *store) close() {
	if st.root != nil {
		_ = st.root.Close()
	}
}

// write keeps what from writes under name, expecting hint bytes (0 if
// unknown). On an error nothing stays behind.
func (st *store) write(name string, from io.Reader, hint int64) (blob, error) {
	switch {
	case st.err != nil:
		return nil, st.err
	case st.discard:
		_, err := io.Copy(io.Discard, from)
		return nil, err
	case st.root == nil:
		var b bytes.Buffer
		b.Grow(int(hint))
		_, err := b.ReadFrom(from)
		return memory(b.Bytes()), err
	}
	f, err := st.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(f, from)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = st.root.Remove(name)
		return nil, err
	}
	return onDisk{st.root, name, n}, nil
}

type memory []byte

func (m memory) open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(m)), nil }
func (m memory) size() int64                  { return int64(len(m)) }
func (m memory) remove()                      {}

type onDisk struct {
	root *os.Root
	name string
	n    int64
}

func (d onDisk) open() (io.ReadCloser, error) { return d.root.Open(d.name) }
func (d onDisk) size() int64                  { return d.n }
func (d onDisk) remove()                      { _ = d.root.Remove(d.name) }

// chain reads blobs one after another, opening each when its turn comes.
type chain struct {
	rest []blob
	cur  io.ReadCloser
}

func (c *chain) Read(p []byte) (int, error) {
	for {
		if c.cur == nil {
			if len(c.rest) == 0 {
				return 0, io.EOF
			}
			r, err := c.rest[0].open()
			if err != nil {
				return 0, err
			}
			c.cur, c.rest = r, c.rest[1:]
		}
		n, err := c.cur.Read(p)
		if err == io.EOF { //nolint:errorlint // io.Reader's contract is the bare value
			err = c.cur.Close()
			c.cur = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (c *chain) Close() error {
	if c.cur == nil {
		return nil
	}
	err := c.cur.Close()
	c.cur = nil
	return err
}
