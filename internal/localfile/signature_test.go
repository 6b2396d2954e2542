// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestSettleTime(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 123_456_789)
	for _, tt := range []struct{ age, want time.Duration }{
		{time.Hour, 0},
		{clockStep, 0},
		{clockStep - time.Millisecond, time.Millisecond},
		{0, clockStep},
		{-time.Millisecond, clockStep + time.Millisecond},
		{-time.Second, maxSettle},
		{-1 << 62, maxSettle},
	} {
		stamp := now.Add(-tt.age).UnixNano()
		for _, kind := range []struct {
			name string
			sig  Signature
		}{
			{"ctime", Signature{CTime: stamp}},
			{"ctime goes", Signature{CTime: stamp, MTime: now.UnixNano()}},
			{"mtime, if only", Signature{MTime: stamp}},
		} {
			if got := kind.sig.settleTime(now); got != tt.want {
				t.Errorf("%s %v old: wait for %v, want %v", kind.name, tt.age, got, tt.want)
			}
		}
	}
}

func TestSafeAt(t *testing.T) {
	t.Parallel()
	const hour = int64(time.Hour)
	now := time.Unix(1_700_000_000, 123_456_789)
	ns := now.UnixNano()
	whole := ns - ns%int64(time.Second)
	old := ns - hour
	for _, tt := range []struct {
		name         string
		mtime, ctime int64
		want         bool
	}{
		{"old", old, old, true},
		{"a clock step old", ns - int64(clockStep), ns - int64(clockStep), true},
		{"written just now", ns - int64(clockStep) + 1, ns - int64(clockStep) + 1, false},
		{"mtime put back just now", old, ns, false},
		{"mtime just now", ns, old, false},
		{"mtime in the future", ns + hour, old, false},
		{"ctime in the future", old, ns + hour, false},
		{"whole seconds, recent", whole - 2*int64(time.Second), whole - 2*int64(time.Second), false},
		{"whole seconds, old", whole - hour, whole - hour, true},
		{"mtime in whole seconds, old", whole - hour, old, true},
		{"no ctime", old, 0, false},
	} {
		sig := Signature{Size: 1, MTime: tt.mtime, CTime: tt.ctime}
		if got := sig.safeAt(now); got != tt.want {
			t.Errorf("%s: safe = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A file that was just written is waited for, so that the next write shows.
func TestOpenSettles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.txt")
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if wait := file.sig.settleTime(file.signed); wait != 0 {
		t.Errorf("the signature %+v of %v isn't settled for %v more", file.sig, file.signed, wait)
	}
}

// The system's errors, as no test can make them all happen as every user.
func TestNewError(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]Problem{
		syscall.ENOENT:   NotExist,
		syscall.EACCES:   NotPermitted,
		syscall.EPERM:    NotPermitted,
		syscall.EIO:      Unreadable,
		fs.ErrNotExist:   NotExist,
		fs.ErrPermission: NotPermitted,
		fs.ErrClosed:     Unreadable,
	} {
		got := newError("x", &fs.PathError{Op: "open", Path: "x", Err: err})
		if got.Problem != want || got.Path != "x" {
			t.Errorf("%v is %v about %q, want %v", err, got.Problem, got.Path, want)
		}
		if !errors.Is(got, err) {
			t.Errorf("%v doesn't unwrap to %v", got, err)
		}
		if _, ok := errors.AsType[*fs.PathError](error(got)); ok {
			t.Errorf("%v repeats the path", got)
		}
	}
}
