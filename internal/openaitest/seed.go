// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Seed adds a File for each file in folder, or in a folder of it that is named after
// the File's purpose; else that is user_data. The ID depends on purpose and name alone. A
// File with the same one is left as it is, and one that was deleted stays so, so that a Server which is started again keeps
// what happened to it.
func (s *Server) Seed(folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		purpose, filename, nested := strings.Cut(name, "/")
		if !nested {
			purpose, filename = "user_data", name
		}
		if strings.Contains(filename, "/") || !slices.Contains(purposes[:], purpose) {
			return fmt.Errorf("openaitest: %s is in a folder that isn't called like a purpose: %s", name, strings.Join(purposes[:], ", "))
		}
		return s.seed(folder, name, purpose, filename)
	})
}

func (s *Server) seed(folder fs.FS, name, purpose, filename string) error {
	hash := sha256.Sum256([]byte(purpose + "/" + filename))
	f := &file{File: File{
		ID: "file-" + hex.EncodeToString(hash[:])[:22], Filename: filename, Purpose: purpose, Status: "processed",
	}}
	s.mu.Lock()
	known := s.file(f.ID) != nil || s.removed[f.ID]
	s.mu.Unlock()
	if known {
		return nil
	}
	content, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	read := &counted{from: content}
	b, err := s.store.write(hexID("content_"), read, 0)
	if err != nil {
		return err
	}
	if b != nil {
		f.blobs = []blob{b}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Bytes, f.CreatedAt = read.n, s.now().UTC().Truncate(time.Second)
	if purpose == "batch" {
		f.ExpiresAt = f.CreatedAt.Add(BatchFileLifetime)
	}
	s.keepFile(f)
	return nil
}
