// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"time"
)

// File is a File as the server holds it.
type File struct {
	ID            string
	Bytes         int64
	CreatedAt     time.Time
	ExpiresAt     time.Time // zero: never
	Filename      string
	Purpose       string
	Status        string
	StatusDetails string // null on the wire if empty
	// MIMEType and UploadID are those of the Upload; the API doesn't return them.
	MIMEType string
	UploadID string
	// Content is nil if the server discards content.
	Content []byte
}

// Upload is an Upload as the server holds it.
type Upload struct {
	ID        string
	Filename  string
	Purpose   string
	MIMEType  string
	Bytes     int64
	CreatedAt time.Time
	ExpiresAt time.Time
	Status    string // pending, completed, cancelled or expired
	// Parts are the IDs of all Parts, in the order in which they were done.
	Parts []string
	// PartIDs are those that completion named, in its order.
	PartIDs []string
	// Received is the sum of all Parts, in bytes.
	Received int64
	// FileID is the File that completion made.
	FileID string
}

// The states of an Upload.
const (
	pending   = "pending"
	completed = "completed"
	cancelled = "cancelled"
	expired   = "expired"
)

// upload is an Upload with what the API doesn't show. Server.mu guards it.
type upload struct {
	Upload
	parts     map[string]part
	fileLives time.Duration // 0: for ever
	// turn makes completions and cancellations of one Upload take turns.
	turn sync.Mutex
}

type part struct {
	bytes int64
	blob  blob
}

// file is a File with its content. Server.mu guards it.
type file struct {
	File
	blobs      []blob
	processing int // how many DELETEs are still refused
}

// state is the status of u: expiry isn't an event, it is found out here. s.mu is held.
func (s *Server) state(u *upload) string {
	if u.Status == pending && !s.now().Before(u.ExpiresAt) {
		s.conclude(u, expired, nil)
	}
	return u.Status
}

// add adds a Part. Server.mu is held.
func (u *upload) add(id string, p part) {
	u.parts[id] = p
	u.Parts = append(u.Parts, id)
	u.Received += p.bytes
}

// conclude gives u its last status, with the File that was made of it, if any, and
// removes the content of all other Parts. s.mu is held.
func (s *Server) conclude(u *upload, status string, made *file) {
	parts := u.parts
	u.Status, u.parts = status, nil
	c := change{Upload: u.saved()}
	if made != nil {
		c.File = made.saved()
	}
	s.save(c)
	for id, p := range parts {
		if !slices.Contains(u.PartIDs, id) {
			s.remove(p.blob)
		}
	}
}

// public returns a copy for the outside.
func (u *upload) public() Upload {
	c := u.Upload
	c.Parts = slices.Clone(u.Parts)
	c.PartIDs = slices.Clone(u.PartIDs)
	return c
}

// json is the Upload on the wire.
func (u *upload) json() uploadJSON {
	return uploadJSON{
		ID: u.ID, Object: "upload", Bytes: u.Bytes, CreatedAt: u.CreatedAt.Unix(), Filename: u.Filename,
		Purpose: u.Purpose, Status: u.Status, ExpiresAt: u.ExpiresAt.Unix(),
	}
}

// json is the File on the wire.
func (f *file) json() fileJSON {
	return fileJSON{
		Object: "file", ID: f.ID, Purpose: f.Purpose, Filename: f.Filename, Bytes: f.Bytes,
		CreatedAt: f.CreatedAt.Unix(), ExpiresAt: unixOrNull(f.ExpiresAt),
		Status: f.Status, StatusDetails: nullable(f.StatusDetails),
	}
}

// public returns a copy for the outside, with content if it was kept.
func (f *file) public() File {
	c := f.File
	if f.blobs == nil {
		return c
	}
	r := &chain{rest: f.blobs}
	content, err := io.ReadAll(r)
	_ = r.Close()
	if err == nil {
		c.Content = content
	}
	return c
}

// Files returns copies of all Files in the order in which they were made.
func (s *Server) Files() []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []File
	for _, id := range s.fileOrder {
		if f := s.file(id); f != nil {
			out = append(out, f.public())
		}
	}
	return out
}

// File returns a copy of the File with this ID, if there is one.
func (s *Server) File(id string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.file(id)
	if f == nil {
		return File{}, false
	}
	return f.public(), true
}

// file returns the File with this ID unless it has expired; s.mu is held.
func (s *Server) file(id string) *file {
	f := s.files[id]
	if f != nil && !f.ExpiresAt.IsZero() && !s.now().Before(f.ExpiresAt) {
		s.dropFile(id)
		return nil
	}
	return f
}

// dropFile removes a File and its content; s.mu is held.
func (s *Server) dropFile(id string) {
	f := s.files[id]
	if f == nil {
		return
	}
	s.forgetFile(id)
	s.save(change{Removed: id})
	s.remove(f.blobs...)
}

// forgetFile removes a File whose content is gone; s.mu is held.
func (s *Server) forgetFile(id string) {
	delete(s.files, id)
	s.removed[id] = true
	s.fileOrder = slices.DeleteFunc(s.fileOrder, func(o string) bool { return o == id })
}

// keepFile adds a File and saves it; s.mu is held.
func (s *Server) keepFile(f *file) {
	s.addFile(f)
	s.saveFile(f)
}

// addFile adds a File; s.mu is held.
func (s *Server) addFile(f *file) {
	s.files[f.ID] = f
	s.fileOrder = append(s.fileOrder, f.ID)
}

// Uploads returns copies of all Uploads in the order in which they were made.
func (s *Server) Uploads() []Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Upload
	for _, id := range s.uploadOrder {
		u := s.uploads[id]
		s.state(u)
		out = append(out, u.public())
	}
	return out
}

// Upload returns a copy of the Upload with this ID, if there is one.
func (s *Server) Upload(id string) (Upload, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.uploads[id]
	if u == nil {
		return Upload{}, false
	}
	s.state(u)
	return u.public(), true
}

// AddFile adds a File that came from elsewhere and returns it with defaults for
// fields that were zero: ID, Bytes (from Content), CreatedAt (now), Purpose
// (user_data) and Status (processed). An existing File with its ID is replaced.
func (s *Server) AddFile(f File) File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.ID == "" {
		f.ID = fileID()
	}
	if f.Bytes == 0 {
		f.Bytes = int64(len(f.Content))
	}
	if f.CreatedAt.IsZero() {
		f.CreatedAt = s.now().UTC().Truncate(time.Second)
	}
	if f.Purpose == "" {
		f.Purpose = "user_data"
	}
	if f.Status == "" {
		f.Status = "processed"
	}
	s.dropFile(f.ID)
	added := &file{File: f}
	s.setContent(added, f.Content)
	s.keepFile(added)
	return added.public()
}

// UpdateFile lets change alter a File behind every client's back, content
// included, and reports whether there is one with this ID. change must not
// call the server. The ID stays what it was.
func (s *Server) UpdateFile(id string, change func(*File)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.file(id)
	if f == nil {
		return false
	}
	old := f.public()
	c := f.public()
	change(&c)
	c.ID = id
	f.File = c
	f.Content = nil
	var unused []blob
	if !bytes.Equal(old.Content, c.Content) {
		unused = f.blobs
		s.setContent(f, c.Content)
	}
	s.saveFile(f)
	s.remove(unused...)
	return true
}

// setContent keeps a copy of content, if there is any; s.mu is held.
func (s *Server) setContent(f *file, content []byte) {
	f.Content, f.blobs = nil, nil
	if content == nil || s.opts.Discard {
		return
	}
	b, err := s.store.write(hexID("content_"), bytes.NewReader(content), int64(len(content)))
	if err != nil {
		s.log.err = err
		return
	}
	f.blobs = []blob{b}
}

// RemoveFile removes a File behind every client's back and reports whether
// there was one with this ID.
func (s *Server) RemoveFile(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.file(id) != nil
	s.dropFile(id)
	return found
}
