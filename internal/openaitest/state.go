// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// What is in Options.Dir.
const (
	stateName   = "state.jsonl" // the log of all changes
	contentName = "content"     // a folder with one file a Part
)

// change is a line of the log from which a Server that is started again gets its
// state. One of its fields is set, and Upload and File for a completion: there is never
// one without the other.
type change struct {
	Upload       *savedUpload   `json:"upload,omitempty"`
	Part         *savedPart     `json:"part,omitempty"`
	File         *savedFile     `json:"file,omitempty"`
	Removed      string         `json:"removed,omitempty"` // the ID of a File
	Request      *Request       `json:"request,omitempty"`
	JournalReset bool           `json:"journal_reset,omitempty"`
	Offset       *time.Duration `json:"clock_offset,omitempty"`
}

type savedUpload struct {
	Upload

	Kept      map[string]savedBlob `json:"kept"`
	FileLives time.Duration        `json:"file_lives"`
}

// savedPart is a Part that was added: to save all of the Upload each time would take the
// square of their number.
type savedPart struct {
	savedBlob

	ID       string `json:"id"`
	UploadID string `json:"upload_id"`
}

type savedFile struct {
	File

	Kept       []savedBlob `json:"kept"`
	Processing int         `json:"processing"`
}

type savedBlob struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// stateLog is where changes are written. The zero value writes nothing. Server.mu guards it.
type stateLog struct {
	file *os.File
	err  error // why changes can't be kept any more
}

// Err returns why the state can't be kept in Options.Dir or read from there, in which
// case every request is answered with 500.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.store.err, s.log.err)
}

// save writes a change to the log; s.mu is held.
func (s *Server) save(c change) {
	if s.log.file == nil || s.log.err != nil {
		return
	}
	line, err := json.Marshal(c)
	if err == nil {
		_, err = s.log.file.Write(append(line, '\n'))
	}
	s.log.err = err
}

func (s *Server) saveUpload(u *upload) { s.save(change{Upload: u.saved()}) }

func (u *upload) saved() *savedUpload {
	saved := savedUpload{Upload: u.Upload, Kept: map[string]savedBlob{}, FileLives: u.fileLives}
	for id, p := range u.parts {
		saved.Kept[id] = savedBlob{nameOf(p.blob), p.bytes}
	}
	return &saved
}

func (s *Server) saveFile(f *file) { s.save(change{File: f.saved()}) }

func (f *file) saved() *savedFile {
	saved := savedFile{File: f.File, Processing: f.processing}
	for _, b := range f.blobs {
		saved.Kept = append(saved.Kept, savedBlob{nameOf(b), b.size()})
	}
	return &saved
}

func (s *Server) saveClock() { s.save(change{Offset: &s.offset}) }

// remove removes content that no saved change needs any more. Where the last change
// couldn't be saved, it is still needed after a restart. s.mu is held.
func (s *Server) remove(blobs ...blob) {
	if s.log.err != nil {
		return
	}
	for _, b := range blobs {
		discard(b)
	}
}

// nameOf is the name of content on the disk; empty for content that isn't there.
func nameOf(b blob) string {
	kept, _ := b.(onDisk)
	return kept.name
}

// restore reads the log in Options.Dir, if there is one, and goes on writing it.
func (s *Server) restore() error {
	name := filepath.Join(s.opts.Dir, stateName)
	raw, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// A process that was killed may have left a part of a line.
	whole := bytes.LastIndexByte(raw, '\n') + 1
	d := json.NewDecoder(bytes.NewReader(raw[:whole]))
	for {
		var c change
		err := d.Decode(&c)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s at byte %d: %w", name, d.InputOffset(), err)
		}
		s.replay(c)
	}
	// Requests are in the log as they ended.
	slices.SortStableFunc(s.journal, func(a, b *Request) int { return cmp.Compare(a.Seq, b.Seq) })
	if err := s.sweep(); err != nil {
		return err
	}
	s.log.file, err = os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	return s.log.file.Truncate(int64(whole))
}

// swept are the names of content.
var swept = regexp.MustCompile(`^(part|content)_[0-9a-f]{32}$`)

// sweep removes content that belongs to nothing: a process that was killed while it kept or
// removed some leaves it.
func (s *Server) sweep() error {
	if s.store.root == nil {
		return nil
	}
	used := map[string]bool{}
	for _, u := range s.uploads {
		for _, p := range u.parts {
			used[nameOf(p.blob)] = true
		}
	}
	for _, f := range s.files {
		for _, b := range f.blobs {
			used[nameOf(b)] = true
		}
	}
	entries, err := fs.ReadDir(s.store.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if name := entry.Name(); swept.MatchString(name) && !used[name] {
			err = errors.Join(err, s.store.root.Remove(name))
		}
	}
	return err
}

// replay makes a change that was saved.
func (s *Server) replay(c change) {
	if c.Upload != nil {
		u := &upload{Upload: c.Upload.Upload, parts: map[string]part{}, fileLives: c.Upload.FileLives}
		for id, kept := range c.Upload.Kept {
			u.parts[id] = part{kept.Bytes, s.store.kept(kept)}
		}
		if s.uploads[u.ID] == nil {
			s.uploadOrder = append(s.uploadOrder, u.ID)
		}
		s.uploads[u.ID] = u
	}
	switch {
	case c.Part != nil:
		if u := s.uploads[c.Part.UploadID]; u != nil {
			u.add(c.Part.ID, part{c.Part.Bytes, s.store.kept(c.Part.savedBlob)})
		}
	case c.File != nil:
		f := &file{File: c.File.File, processing: c.File.Processing}
		for _, kept := range c.File.Kept {
			if b := s.store.kept(kept); b != nil { // A damaged log may have no name.
				f.blobs = append(f.blobs, b)
			}
		}
		if s.files[f.ID] == nil {
			s.fileOrder = append(s.fileOrder, f.ID)
		}
		s.files[f.ID] = f
	case c.Removed != "":
		s.forgetFile(c.Removed)
	case c.Request != nil:
		s.journal = append(s.journal, c.Request)
		s.seq = max(s.seq, c.Request.Seq)
	case c.JournalReset:
		s.journal = nil
	case c.Offset != nil:
		s.offset = *c.Offset
	}
}
