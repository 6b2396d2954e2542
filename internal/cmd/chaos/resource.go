// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// resource is a resource at work, and its local file.
type resource struct {
	design

	path    string // Where its content is, for content in the configuration, too.
	secrets secrets

	purpose string // As configured now, like pin, which is empty without one.
	pin     string

	mu      sync.Mutex // Guards the rest: files change while the CLI runs.
	now     []byte     // The content, nil if there is no file.
	had     []string   // The SHA-256 of each content since the CLI was started.
	damaged bool       // Something other than a good content was put there.
	edits   int
}

func newResource(d design, dir string, s secrets) *resource {
	return &resource{design: d, path: filepath.Join(dir, "content-"+d.name), secrets: s, purpose: d.purpose}
}

// put makes content the file's, in place of the one that is there.
func (r *resource) put(content []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.replace(content)
}

// replace is put for callers that hold r.mu. A reader sees the old content or the new one.
func (r *resource) replace(content []byte) error {
	next := r.path + ".next"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return err
	}
	r.became(content)
	return os.Rename(next, r.path)
}

// became notes what is in the file from now on.
func (r *resource) became(content []byte) {
	r.now = content
	if len(content) > 0 {
		r.had = append(r.had, sum256(content))
	}
}

// remove removes the file.
func (r *resource) remove() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.became(nil)
	return ignoreMissing(os.Remove(r.path))
}

// touch gives the file another modification time.
func (r *resource) touch(age time.Duration) error {
	at := time.Now().Add(-age)
	return ignoreMissing(os.Chtimes(r.path, at, at))
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// begin forgets the contents that the file had before.
func (r *resource) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.had, r.edits = nil, 0
	r.became(r.now)
}

// sight is what is known of a resource at the end of a run of the CLI.
type sight struct {
	design

	purpose string
	pin     string   // As configured, empty without one.
	sum     string   // SHA-256 of its content, empty if there is no file.
	had     []string // SHA-256 of each content that it had while the CLI ran.
	edited  bool     // The file changed while the CLI ran.
}

// see returns what is known now.
func (r *resource) see() sight {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := sight{design: r.design, purpose: r.purpose, pin: r.pin, had: slices.Clone(r.had), edited: r.edits > 0}
	if len(r.now) > 0 {
		s.sum = sum256(r.now)
	}
	return s
}

// alter makes a change before an apply. What is refused because of it is repaired later.
func (r *resource) alter(a alteration, d draw, size int) error {
	fresh := func(good bool) []byte { return r.content(d, size, r.secrets, good) }
	switch a {
	case newContent:
		content := fresh(true)
		r.setPin(content)
		return r.put(content)
	case stalePin:
		return r.put(fresh(true))
	case wrongPin:
		r.pin = sum256(d.binary(8, ""))
	case badLines:
		content := fresh(false)
		r.damaged = true
		r.setPin(content)
		return r.put(content)
	case emptyFile:
		r.damaged = true
		return r.put(nil)
	case noFile:
		r.damaged = true
		return r.remove()
	case touched:
		return r.touch(time.Hour)
	case otherPurpose:
		r.purpose = pick(d, "user_data", "assistants", "evals")
		if r.batch {
			r.purpose = "batch"
		}
	case unaltered, goneRemotely: // What is at the service, the run deletes.
	}
	return nil
}

// setPin pins content if the resource is to be pinned.
func (r *resource) setPin(content []byte) {
	r.pin = ""
	if r.pinned {
		r.pin = sum256(content)
	}
}

// repair makes the configuration and the file right.
func (r *resource) repair(d draw) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.damaged || len(r.now) == 0 {
		r.damaged = false
		if err := r.replace(r.content(d, max(1, min(r.size, 5000)), r.secrets, true)); err != nil {
			return err
		}
	}
	r.setPin(r.now)
	return nil
}

// attributes are those that are configured.
func (r *resource) attributes(timeouts map[string]string) map[string]any {
	all := map[string]any{"filename": r.filename, "purpose": r.purpose, "timeouts": maps.Clone(timeouts)}
	switch r.source {
	case "path":
		all["path"] = filepath.Base(r.path)
	case "content":
		all["content"] = `${file("` + filepath.Base(r.path) + `")}`
	default:
		all["content_base64"] = `${filebase64("` + filepath.Base(r.path) + `")}`
	}
	if r.pin != "" {
		all["content_sha256"] = r.pin
	}
	if r.createFirst {
		all["lifecycle"] = map[string]any{"create_before_destroy": true}
	}
	return all
}

func sum256(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
