// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bytes"
	"os"
	"time"
)

// edit is a change of a file that other programs might make.
type edit struct {
	resource int
	kind     editKind
	use      uint64 // What is drawn for it depends on that.
}

type editKind string

const (
	rename    editKind = "rename"    // Another file takes its place.
	overwrite editKind = "overwrite" // All bytes become others, in place.
	disguised editKind = "disguised" // The same, and the modification time is restored.
	grow      editKind = "grow"
	shrink    editKind = "shrink"
	vanish    editKind = "vanish"
	retime    editKind = "retime" // Only the modification time changes.
)

func editKinds() []editKind {
	return []editKind{rename, overwrite, overwrite, overwrite, disguised, disguised, grow, shrink, vanish, retime}
}

// edit changes the file in one step, so that each content it ever had is known.
func (r *resource) edit(e edit, seed uint64) error {
	d := newDraw(seed, e.use)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.now) == 0 {
		return nil
	}
	r.edits++
	switch e.kind {
	case rename:
		return r.replace(r.content(d, max(1, min(r.size, 5000)), r.secrets, true))
	case overwrite, disguised:
		return r.overwrite(e.kind == disguised)
	case grow:
		r.damaged = r.damaged || r.batch
		return r.write(append(bytes.Clone(r.now), '\n'), int64(len(r.now)))
	case shrink:
		r.damaged = r.damaged || r.batch
		r.became(bytes.Clone(r.now[:len(r.now)/2]))
		return os.Truncate(r.path, int64(len(r.now)))
	case vanish:
		r.became(nil)
		return os.Remove(r.path)
	case retime:
		return r.touch(time.Minute)
	}
	return nil
}

// overwrite changes every byte, so that a mixture of old and new is neither.
func (r *resource) overwrite(disguise bool) error {
	before, err := os.Stat(r.path)
	if err != nil {
		return err
	}
	next := bytes.Clone(r.now)
	for i := range next {
		next[i] ^= 1
	}
	r.damaged = r.damaged || r.batch
	if err := r.write(next, 0); err != nil {
		return err
	}
	if !disguise {
		return nil
	}
	return os.Chtimes(r.path, before.ModTime(), before.ModTime())
}

// write writes what next has from at on, in one call.
func (r *resource) write(next []byte, at int64) error {
	f, err := os.OpenFile(r.path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	r.became(next)
	_, err = f.WriteAt(next[at:], at)
	return err
}
