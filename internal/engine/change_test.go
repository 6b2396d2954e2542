// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestChangedContentIsNeverCompleted changes the content in different ways while
// it is uploaded.
func TestChangedContentIsNeverCompleted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(src *source, was source)
		want   error
	}{
		{"truncated before it is sent", func(src *source, was source) {
			was.data = was.data[:2*unit-1]
			src.read = was.ReadAt
		}, ErrChanged},
		{"emptied", func(src *source, _ source) {
			empty := &source{}
			src.read = empty.ReadAt
		}, ErrChanged},
		{"replaced or rewritten, as Check reports", func(src *source, _ source) {
			src.check = func() error { return errors.New("another inode") }
		}, ErrChanged},
		{"check reports it itself", func(src *source, _ source) {
			src.check = func() error { return ErrChanged }
		}, ErrChanged},
		{"unreadable", func(src *source, _ source) {
			src.read = func([]byte, int64) (int, error) { return 0, errDisk }
		}, errDisk},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				src := newSource(4 * unit)
				tt.change(src, *src)
				_, err := uploader(s, 5).Upload(t.Context(), job(src))
				if wantLeft(t, err, LeftNothing); !errors.Is(err, tt.want) {
					t.Errorf("error is %v", err)
				}
				// No retries either: that wouldn't help.
				s.wantCalls(map[string]int{"complete": 0, "cancel": 1})
				if n := s.count("part 0") + s.count("part 1"); n > 2 {
					t.Errorf("parts were sent %d times", n)
				}
			})
		})
	}
}

var errDisk = errors.New("input/output error")

// TestShortPartIsNoRetry has content that is short for the parts alone, and a
// backend that takes this for a lost connection.
func TestShortPartIsNoRetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(_ context.Context, _ int, part Part) (string, error) {
			if part.Number == 0 {
				return s.addPart(part)
			}
			if _, err := s.addPart(part); !errors.Is(err, ErrChanged) {
				t.Errorf("the body's error is %v", err)
			}
			return "", cut()
		}
		src := newSource(2 * unit)
		whole, short := &source{data: src.data}, &source{data: src.data[:unit+10]}
		begun := time.Now()
		src.read = func(p []byte, offset int64) (int, error) {
			if time.Since(begun) == s.latency { // The hash begins when the Upload is created.
				return whole.ReadAt(p, offset)
			}
			return short.ReadAt(p, offset)
		}
		_, err := uploader(s, 5).Upload(t.Context(), job(src))
		failure := wantError(t, err, LeftNothing)
		if !errors.Is(err, ErrChanged) {
			t.Errorf("error is %v", failure)
		}
		if n := s.count("part 1"); n != 1 {
			t.Errorf("the short part was sent %d times", n)
		}
	})
}

// TestRefusedContentThatChangedMeanwhile has the service find the difference and
// Check explain it: both are reported.
func TestRefusedContentThatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		src := newSource(unit)
		s.onComplete = func(context.Context, int) (Upload, error) {
			src.check = func() error { return errDisk }
			return Upload{}, refused("md5 mismatch")
		}
		_, err := uploader(s, 5).Upload(t.Context(), job(src))
		wantLeft(t, err, LeftNothing)
		if _, ok := errors.AsType[*faulty](err); !ok || !errors.Is(err, ErrChanged) {
			t.Errorf("error is %v", err)
		}
	})
}
