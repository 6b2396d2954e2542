// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"slices"
	"sync"
	"time"
)

// Claims is the set of Files that belong to uploads of this run, so that an
// upload whose completion was not answered doesn't take another's File for its
// own. Make one with [NewClaims].
type Claims struct {
	mu    sync.Mutex
	files map[string]bool // By ID.
	open  map[*claim]bool
}

// NewClaims returns an empty set.
func NewClaims() *Claims {
	return &Claims{files: map[string]bool{}, open: map[*claim]bool{}}
}

// Has reports whether a File is, or may be, that of an upload of this run. It misses none
// if it is called after the File was listed: an upload is registered before it is completed.
func (c *Claims) Has(f File) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	mine := c.files[f.ID]
	for open := range c.open {
		mine = mine || open.spec.Matches(f)
	}
	return mine
}

// claim is an upload whose completion was requested, and that has neither claimed its File
// nor is known to have none. If that never becomes known, the claim stays.
type claim struct {
	*Claims

	spec Spec
	lost bool // The answer is lost, so others needn't wait for this claim.
}

// enter registers an upload that is about to be completed.
func (c *Claims) enter(spec Spec) *claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	cl := &claim{Claims: c, spec: spec}
	c.open[cl] = true
	return cl
}

// leave records that the upload has no File.
func (c *claim) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, c)
}

// lose records that the completion's answer is lost.
func (c *claim) lose() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost = true
}

// take claims the File that is this upload's. It reports false if another upload
// has it already.
func (c *claim) take(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files[id] {
		return false
	}
	c.files[id] = true
	delete(c.open, c)
	return true
}

// pick claims the only one of files that is unclaimed, if it can't be the File of a similar
// upload. Of several it prefers the only one that was created at createdAt, as a File has
// its Upload's creation time. Otherwise it returns the candidates, and whether another look
// is worth it because a similar upload is being completed right now.
func (c *claim) pick(files []File, createdAt time.Time) (file *File, candidates []File, again bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	candidates = slices.DeleteFunc(files, func(f File) bool { return c.files[f.ID] })
	exact := slices.DeleteFunc(slices.Clone(candidates), func(f File) bool { return !f.CreatedAt.Equal(createdAt) })
	if len(exact) == 1 {
		candidates = exact
	}
	alone := true
	for rival := range c.open {
		if rival != c && rival.spec.Filename == c.spec.Filename && rival.spec.Purpose == c.spec.Purpose && rival.spec.Bytes == c.spec.Bytes {
			alone, again = false, again || !rival.lost
		}
	}
	if len(candidates) != 1 || !alone {
		return nil, candidates, again
	}
	c.files[candidates[0].ID] = true
	delete(c.open, c)
	return &candidates[0], nil, false
}
