// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"sync"
	"time"
)

// Claims is the set of Files that belong to uploads of this run, so that an
// upload whose completion was not answered doesn't take another's File for its
// own. The zero value is ready to use.
type Claims struct {
	mu    sync.Mutex
	files map[string]bool
	open  map[likeness]map[*claim]bool
	moved chan struct{} // Closed when an entry of open changes or goes.
}

// likeness is what Files have in common that can't be told apart.
type likeness struct {
	filename, purpose string
	bytes             int64
}

// claim is one upload that has asked to be completed, and has neither claimed
// its File nor is known to have none. One that ended without knowing stays.
type claim struct {
	claims *Claims
	like   likeness
	lost   bool // The answer is lost: it won't be known before others are.
}

// enter registers an upload that is about to be completed.
func (c *Claims) enter(spec Spec) *claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	cl := &claim{claims: c, like: likeness{filename: spec.Filename, purpose: spec.Purpose, bytes: spec.Bytes}}
	if c.files == nil {
		c.files = map[string]bool{}
		c.open = map[likeness]map[*claim]bool{}
		c.moved = make(chan struct{})
	}
	if c.open[cl.like] == nil {
		c.open[cl.like] = map[*claim]bool{}
	}
	c.open[cl.like][cl] = true
	return cl
}

// leave tells that the upload has no File, or has claimed it.
func (cl *claim) leave() {
	cl.claims.mu.Lock()
	defer cl.claims.mu.Unlock()
	cl.drop()
}

// lose tells that the completion's answer is lost.
func (cl *claim) lose() {
	cl.claims.mu.Lock()
	defer cl.claims.mu.Unlock()
	cl.lost = true
	cl.claims.wake()
}

// take claims a File that the service said is this upload's. It reports false
// if another upload has it already.
func (cl *claim) take(id string) bool {
	cl.claims.mu.Lock()
	defer cl.claims.mu.Unlock()
	if cl.claims.files[id] {
		return false
	}
	cl.claims.files[id] = true
	cl.drop()
	return true
}

// pick claims the only one of files that nobody has claimed, if it can't be the
// File of a similar upload. Of several it prefers the only one that was created
// at createdAt, as a File carries its Upload's time. Otherwise it returns what
// may be the File. Then wait, if not nil, is closed when another look is worth
// it, as a similar upload is being completed right now.
func (cl *claim) pick(files []File, createdAt time.Time) (file *File, candidates []File, wait <-chan struct{}) {
	c := cl.claims
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := map[string]bool{"": true}
	var exact []File
	for _, f := range files {
		if !seen[f.ID] && !c.files[f.ID] {
			candidates = append(candidates, f)
			if f.CreatedAt.Equal(createdAt) {
				exact = append(exact, f)
			}
		}
		seen[f.ID] = true
	}
	if len(candidates) == 0 {
		return nil, nil, nil
	}
	for rival := range c.open[cl.like] {
		if rival != cl && !rival.lost {
			return nil, candidates, c.moved
		}
	}
	if len(exact) == 1 {
		candidates = exact
	}
	if len(candidates) != 1 || len(c.open[cl.like]) > 1 {
		return nil, candidates, nil
	}
	c.files[candidates[0].ID] = true
	cl.drop()
	return &candidates[0], nil, nil
}

// drop removes the entry. The mutex is held.
func (cl *claim) drop() {
	delete(cl.claims.open[cl.like], cl)
	if len(cl.claims.open[cl.like]) == 0 {
		delete(cl.claims.open, cl.like)
	}
	cl.claims.wake()
}

// wake closes moved for those who wait. The mutex is held.
func (c *Claims) wake() {
	close(c.moved)
	c.moved = make(chan struct{})
}
