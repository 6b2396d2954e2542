// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"os"
	"time"
)

// The system stamps a write with a clock that advances in steps, so that two
// writes within one step look like one. These say when a stamp is old enough
// that the next write must get another one.
const (
	// clockStep is longer than any usual step: 10 ms on Linux at 100 Hz, 15.6 ms
	// on Windows.
	clockStep = 50 * time.Millisecond

	// coarseStep is for file systems with stamps in whole seconds: FAT's step is two.
	coarseStep = 3 * time.Second

	// maxSettle bounds the wait for a fresh stamp to grow old. It is reached
	// only by a file that is still being written, or when the file system's
	// clock is ahead of ours.
	maxSettle = 100 * time.Millisecond
)

// Signature distinguishes a file's content from its earlier and later content without
// reading it. Two equal ones mean the same content, within the limits that the
// package comment states. It is comparable, and stable as JSON.
type Signature struct {
	// Size is in bytes.
	Size int64 `json:"size"`

	// MTime and CTime are when the content and the file were last changed, in
	// nanoseconds since 1970 UTC. CTime is 0 where the system has none.
	MTime int64 `json:"mtime"`
	CTime int64 `json:"ctime"`

	// Inode and Device identify the file on this machine. Both are 0 where the
	// system has none.
	Inode  uint64 `json:"ino"`
	Device uint64 `json:"dev"`
}

func signatureOf(file *os.File) (Signature, error) {
	info, err := file.Stat()
	if err != nil {
		return Signature{}, err
	}
	sig := Signature{Size: info.Size(), MTime: info.ModTime().UnixNano()}
	sig.identify(file, info)
	return sig, nil
}

// settleTime is how long to wait, from now, until the next write can't get the
// stamp that s has.
func (s Signature) settleTime(now time.Time) time.Duration {
	stamp := s.CTime
	if stamp == 0 {
		stamp = s.MTime
	}
	age := now.Sub(time.Unix(0, stamp))
	switch {
	case age >= clockStep:
		return 0
	case age <= clockStep-maxSettle:
		return maxSettle
	}
	return clockStep - age
}

// safeAt reports whether a content read from now on is what s will stand for
// later: both stamps must be so old that a write during the reading, or after
// it, can't repeat them. A stamp in the future is never safe: it is from
// another clock, or the clock was set back.
func (s Signature) safeAt(now time.Time) bool {
	return s.CTime != 0 && isPast(s.CTime, now) && isPast(s.MTime, now)
}

func isPast(stamp int64, now time.Time) bool {
	step := clockStep
	if stamp%int64(time.Second) == 0 {
		step = coarseStep
	}
	return now.Sub(time.Unix(0, stamp)) >= step
}
