// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestReadFile_retries has lists fail for as long as they are asked for: they aren't tried
// again, as reads alone would not have asked for them.
func TestReadFile_retries(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status int
		page   string
	}{
		{"server error", http.StatusInternalServerError, ""},
		{"gateway's page", 0, "<html>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, 20)
			a.status, a.page = tt.status, tt.page
			c := client(t, a.URL, func(config *Config, _ *limits) { config.MaxRetries = 3 })
			a.read(t, c, 1, a.files...)
			equal(t, "lists", a.lists(), 1)
		})
	}
}

// TestReadFile_givenUp gives up the read that asked for a list: the others still get one.
func TestReadFile_givenUp(t *testing.T) {
	t.Parallel()
	a := newAccount(t, 40)
	var listed atomic.Bool
	listing := make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if r.URL.Path == "/v1/files" && !listed.Swap(true) {
			close(listing)
			<-r.Context().Done()
			return
		}
		a.reply(w, r, n)
	})
	c := client(t, server.URL)
	a.read(t, c, 1, a.files[:3]...)
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := c.ReadFile(ctx, a.files[3]); err == nil {
			t.Error("a read that was given up succeeded")
		}
	})
	<-listing
	cancel()
	wait.Wait()
	a.read(t, c, 1, a.files[4:]...)
	if n := len(server.all()); n > 10 {
		t.Errorf("%d requests, want 10 at most", n)
	}
}

// TestReadFile_hangingList has a service that answers reads at once, and lists never.
func TestReadFile_hangingList(t *testing.T) {
	t.Parallel()
	a := newAccount(t, 12)
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if r.URL.Path == "/v1/files" {
			<-r.Context().Done()
			return
		}
		a.reply(w, r, n)
	})
	c := client(t, server.URL)
	a.read(t, c, 1, a.files[:3]...)
	var wait sync.WaitGroup
	for _, f := range a.files[3:] {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if _, err := c.ReadFile(ctx, f); err != nil {
				t.Errorf("%s: %v", f.ID, err)
			}
		})
	}
	wait.Wait()
}

// TestReadFile_hangingReads has the reads that go alone hang: the others don't wait for them
// until their own time is over.
func TestReadFile_hangingReads(t *testing.T) {
	t.Parallel()
	a := newAccount(t, 6)
	hung := make(chan struct{}, readsAlone)
	var n atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request, i int) {
		if n.Add(1) <= readsAlone {
			hung <- struct{}{}
			<-r.Context().Done()
			return
		}
		a.reply(w, r, i)
	})
	c := client(t, server.URL)
	ctx, cancel := context.WithCancel(t.Context())
	var hanging, wait sync.WaitGroup
	for _, f := range a.files[:readsAlone] {
		hanging.Go(func() { _, _ = c.ReadFile(ctx, f) })
	}
	for range readsAlone {
		<-hung
	}
	for _, f := range a.files[readsAlone:] {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if _, err := c.ReadFile(ctx, f); err != nil {
				t.Errorf("%s: %v", f.ID, err)
			}
		})
	}
	wait.Wait()
	cancel()
	hanging.Wait()
}

// TestReadFile_overtaken has pages that waiting reads count on become stale, before those
// come to look into them.
func TestReadFile_overtaken(t *testing.T) {
	t.Parallel()
	const pages = 5
	a := newAccount(t, pages*servedPage+1)
	a.mu.Lock()
	all := a.files
	a.mu.Unlock()
	var c *Client
	listing, entered := make(chan struct{}), make(chan struct{})
	var lists atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if r.URL.Path == "/v1/files" {
			if lists.Add(1) == 1 {
				close(listing)
				<-entered // All of the others wait.
			}
			if lists.Load() == pages-1 {
				c.reads.writes.Add(1)
			}
		}
		a.reply(w, r, n)
	})
	c = client(t, server.URL)
	a.read(t, c, 1, all[0], all[1], all[2])
	var begun, wait sync.WaitGroup
	// The first one wants what is on the last page, the others what is on the pages before it.
	wanted := []int{pages*servedPage - 1}
	for i := range 8 {
		wanted = append(wanted, 10+i*10)
	}
	for _, i := range wanted {
		begun.Add(1)
		wait.Go(func() {
			begun.Done()
			a.read(t, c, 1, all[i])
		})
		if i == wanted[0] {
			<-listing
		}
	}
	begun.Wait() // If some don't wait yet, the test only says less.
	close(entered)
	wait.Wait()
	if n, want := len(server.all()), 3+len(wanted)+1; n > want {
		t.Errorf("%d requests, want %d at most", n, want)
	}
}
