// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const (
	// readsAlone is how many Files of a purpose are read by themselves first, and how many
	// more that can't tell where to list, as one after them may.
	readsAlone = 3

	// freshness is how old a list may be to stand for reads.
	freshness = 30 * time.Second

	// maxWindow bounds, in pages, what is kept of a list.
	maxWindow = 5
)

// reads answers reads of Files from lists, where there are many: see [Client.ReadFile].
type reads struct {
	// writes counts the requests that may change a File, when they begin and when they end.
	writes atomic.Int64

	// turn is held by the one that looks into a list, and may extend it: what one page
	// saves is known before the next is asked for.
	turn chan struct{}

	mu     sync.Mutex
	groups map[string]*readGroup // By purpose, empty for reads that don't know it.

	// spare is how many requests lists have saved so far. One page more than that is
	// spent, on the chance that it holds what is wanted.
	spare int

	// refused says that a list failed, as for a key that may not list.
	refused bool
}

// readGroup is the reads of one purpose.
type readGroup struct {
	purpose string
	ready   chan struct{} // Closed once a read has found its File, or all that go alone have ended.
	alone   int           // How many of those have begun,
	pending int           // and how many are under way.
	unsure  int           // How many were made in the second of the File to list around.

	window window
}

// window is a part of a list: all Files from oldest to newest, which are one File that
// was read by itself as long as no page is known.
type window struct {
	newest, oldest   engine.File
	noNewer, noOlder bool // The list ends there.
	pages            int
	files            map[string]engine.File
	from             time.Time // When the first page was asked for,
	writes           int64     // and after how many writes.
}

// ReadFile is [Client.GetFile] for many Files: after the first reads, it lists the Files of
// their purpose around one that was read, or the newest ones, and answers from that list
// for as long as it is fresh and this client has changed nothing. Of known, which is the
// File as the caller last saw it, only the ID is needed; with the purpose and the time of
// creation, the list is short.
//
// A File that isn't in the list is read by itself, as is everything once a list is refused.
// Requests are saved first and spent after that: in all there is at most one more than the
// reads alone would have made, if the first page holds none of the Files.
func (c *Client) ReadFile(ctx context.Context, known engine.File) (engine.File, error) {
	group, alone := c.reads.begin(known.Purpose)
	if !alone {
		if file, ok := c.listed(ctx, group, known); ok {
			return file, nil
		}
	}
	file, err := c.GetFile(ctx, known.ID)
	c.reads.end(group, alone, file, err)
	return file, err
}

// begin returns the group of a read, and whether it is one of those that go alone.
func (r *reads) begin(purpose string) (group *readGroup, alone bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	group, ok := r.groups[purpose]
	if !ok {
		group = &readGroup{purpose: purpose, ready: make(chan struct{})}
		r.groups[purpose] = group
	}
	if alone = group.alone < readsAlone; alone {
		group.alone++
		group.pending++
	}
	return group, alone
}

// end notes how a request for one File ended.
func (r *reads) end(group *readGroup, alone bool, file engine.File, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := err == nil
	if found && group.window.newest.ID == "" && (group.purpose == "" || group.purpose == file.Purpose) {
		group.window = window{newest: file, oldest: file}
	}
	if !alone {
		return
	}
	group.pending--
	select {
	case <-group.ready:
	default:
		if found || group.alone == readsAlone && group.pending == 0 {
			close(group.ready)
		}
	}
}

// listed looks for a File in the list of its group, which it extends where the File may
// be. It reports false for one that has to be read by itself.
func (c *Client) listed(ctx context.Context, group *readGroup, known engine.File) (engine.File, bool) {
	waiting, cancel := patience(ctx)
	defer cancel()
	select {
	case <-group.ready:
	case <-waiting.Done():
		return engine.File{}, false
	}
	select {
	case c.reads.turn <- struct{}{}:
		defer func() { <-c.reads.turn }()
	case <-waiting.Done():
		return engine.File{}, false
	}
	for {
		file, found, query := c.reads.look(group, known)
		if found || query == nil {
			return file, found
		}
		files, more, err := c.page(ctx, query)
		if ctx.Err() != nil && err != nil {
			c.reads.giveBack()
			return engine.File{}, false
		}
		c.reads.extend(group, query, files, more, err)
	}
}

// page asks for a page, once. Only where the service throttles would a read be sent again as
// well.
func (c *Client) page(ctx context.Context, query url.Values) (files []engine.File, more bool, err error) {
	ctx, cancel := patience(ctx)
	defer cancel()
	return c.list(ctx, query, true)
}

// patience bounds what is done in place of a read. A list that takes longer than it would be
// fresh is of no use, and half of the time is left for the read itself.
func patience(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := freshness
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline)/2)
	}
	return context.WithTimeout(ctx, limit)
}

// giveBack takes a request for a page as the one of the read that was given up meanwhile.
func (r *reads) giveBack() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spare++
}

// look returns the File if the list has it, else the query of a page that may, or nil.
func (r *reads) look(group *readGroup, known engine.File) (file engine.File, found bool, query url.Values) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w := &group.window
	if time.Since(w.from) > freshness || w.writes != r.writes.Load() {
		*w = window{newest: w.newest, oldest: w.newest, files: map[string]engine.File{}, from: time.Now(), writes: r.writes.Load()}
	}
	if file, found = w.files[known.ID]; found {
		r.spare++
		return file, true, nil
	}
	// A list after a File doesn't have that File.
	if r.refused || r.spare < 0 || w.newest.ID == "" || w.newest.ID == known.ID || w.pages == maxWindow {
		return engine.File{}, false, nil
	}
	when := known.CreatedAt
	if w.pages == 0 && when.Equal(w.newest.CreatedAt) && group.unsure < readsAlone {
		group.unsure++
		return engine.File{}, false, nil
	}
	values := url.Values{"limit": {strconv.Itoa(pageSize)}}
	switch {
	case w.pages == 0 && (when.IsZero() || when.Equal(w.newest.CreatedAt)):
		// On which side of the File it is can't be known, so the list begins with the newest.
		values.Set("order", "desc")
	case !w.noOlder && (when.IsZero() || !when.After(w.oldest.CreatedAt)):
		values.Set("order", "desc")
		values.Set("after", w.oldest.ID)
	case !w.noNewer && (when.IsZero() || !when.Before(w.newest.CreatedAt)):
		values.Set("order", "asc")
		values.Set("after", w.newest.ID)
	default:
		return engine.File{}, false, nil
	}
	if group.purpose != "" {
		values.Set("purpose", group.purpose)
	}
	r.spare--
	return engine.File{}, false, values
}

// extend adds a page to the list.
func (r *reads) extend(group *readGroup, query url.Values, files []engine.File, more bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.refused = true
		return
	}
	w := &group.window
	w.pages++
	for _, file := range files {
		if showsAll(file) {
			w.files[file.ID] = file
		}
	}
	edge, end := &w.oldest, &w.noOlder
	if query.Get("order") == "asc" {
		edge, end = &w.newest, &w.noNewer
	}
	*end = !more
	if len(files) > 0 {
		*edge = files[len(files)-1]
	}
	if !query.Has("after") {
		w.noNewer = true
	}
}

// showsAll reports whether an entry of a list surely says what a read would. One that is
// about to expire, or that failed, has more to it; so has what a gateway abbreviates.
func showsAll(file engine.File) bool {
	return file.Filename != "" && file.Purpose != "" && file.Status != "" && file.Status != "error" &&
		file.Bytes != engine.UnknownBytes && !file.CreatedAt.IsZero() &&
		(file.ExpiresAt.IsZero() || file.ExpiresAt.After(cmp.Or(file.AsOf, time.Now()).Add(freshness)))
}
