// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// Inspected is what is known of a content.
type Inspected struct {
	localfile.Hashed

	// Report is what is wrong with its lines, nil if they weren't checked.
	Report *jsonl.Report

	format jsonl.Format
}

// Hasher is a content that can be hashed while others get it, too.
type Hasher interface {
	Hash(ctx context.Context, also ...io.Writer) (localfile.Hashed, error)
}

// Text is a content in memory.
type Text []byte

// Hash implements [Hasher].
func (t Text) Hash(_ context.Context, also ...io.Writer) (localfile.Hashed, error) {
	hash := sha256.New()
	_, err := io.MultiWriter(append(also, hash)...).Write(t)
	return localfile.Hashed{SHA256: hex.EncodeToString(hash.Sum(nil))}, err
}

// MaxProblems is how many problems a report has.
const MaxProblems = 100

// Inspect hashes a content, and checks its lines unless format is zero.
func Inspect(ctx context.Context, content Hasher, format jsonl.Format) (Inspected, error) {
	if format == 0 {
		hashed, err := content.Hash(ctx)
		return Inspected{Hashed: hashed}, err
	}
	checker := jsonl.New(format, MaxProblems)
	defer checker.Close()
	hashed, err := content.Hash(ctx, checker)
	if err != nil {
		return Inspected{}, err
	}
	report := checker.Report()
	return Inspected{Hashed: hashed, Report: &report, format: format}, nil
}

// InspectFile is [Inspect] for the local file at path, which isn't read again if this process has
// done so since it was changed. Terraform plans several times, and plans again while it applies.
func (s *Service) InspectFile(ctx context.Context, path string, format jsonl.Format) (Inspected, error) {
	info, err := localfile.Stat(path)
	if err != nil {
		return Inspected{}, err
	}
	if known, ok := s.known(path, info, format); ok {
		return known, nil
	}
	file, err := localfile.Open(path)
	if err != nil {
		return Inspected{}, err
	}
	defer file.Close()
	return s.inspect(ctx, path, file, format)
}

// InspectOpen is [Service.InspectFile] for a file that was opened at path, where there may be
// another one by now.
func (s *Service) InspectOpen(ctx context.Context, path string, file *localfile.File, format jsonl.Format) (Inspected, error) {
	if known, ok := s.known(path, localfile.Info{Size: file.Size(), Signature: file.Signature()}, format); ok {
		return known, nil
	}
	return s.inspect(ctx, path, file, format)
}

// known returns what is known of the file at path if that is the one that info describes.
func (s *Service) known(path string, info localfile.Info, format jsonl.Format) (Inspected, bool) {
	found, _ := s.inspected.Load(path)
	known, ok := found.(Inspected)
	switch {
	case !ok || !known.Matches(info):
	case format == 0: // The lines are of no interest here.
		return Inspected{Hashed: known.Hashed}, true
	case format == known.format:
		return known, true
	}
	return Inspected{}, false
}

// inspect reads a file that was opened at path.
func (s *Service) inspect(ctx context.Context, path string, file *localfile.File, format jsonl.Format) (Inspected, error) {
	seen, err := Inspect(ctx, file, format)
	if err == nil {
		s.inspected.Store(path, seen)
	}
	return seen, err
}
