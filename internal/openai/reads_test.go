// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// servedPage is how many Files these servers list at once, whatever they are asked for.
const servedPage = 100

// account serves reads and lists of Files.
type account struct {
	*journal

	mu     sync.Mutex
	files  []engine.File // The newest first.
	status int           // Of an answer to a list, if not 0.
	delay  time.Duration // Of an answer to a list.
	page   string        // In place of a list, if not empty.
}

// newAccount has n Files of one purpose, of which each was made a second after the one before it.
func newAccount(t *testing.T, n int) *account {
	t.Helper()
	a := &account{}
	for i := range n {
		a.files = append(a.files, engine.File{
			ID: fmt.Sprint("file-", n-1-i), Filename: "a.txt", Purpose: "batch", Status: "processed", Bytes: int64(n - 1 - i),
			CreatedAt: time.Unix(1758145000-int64(i), 0),
		})
	}
	a.journal = serve(t, a.reply)
	return a
}

func (a *account) reply(w http.ResponseWriter, r *http.Request, _ int) {
	id, single := strings.CutPrefix(r.URL.Path, "/v1/files/")
	if !single {
		time.Sleep(a.delay)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !single {
		a.list(w, r)
		return
	}
	i := a.index(id)
	switch {
	case i < 0:
		answer(w, http.StatusNotFound, theError)
	case r.Method == http.MethodDelete:
		a.files = slices.Delete(a.files, i, i+1)
		answer(w, http.StatusOK, `{"deleted":true}`)
	default:
		answer(w, http.StatusOK, string(object(a.files[i])))
	}
}

func (a *account) index(id string) int {
	return slices.IndexFunc(a.files, func(f engine.File) bool { return f.ID == id })
}

func (a *account) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, _ := strconv.Atoi(query.Get("limit"))
	after, listed := query.Get("after"), slices.Clone(a.files)
	listed = slices.DeleteFunc(listed, func(f engine.File) bool { return query.Has("purpose") && f.Purpose != query.Get("purpose") })
	if query.Get("order") == "asc" {
		slices.Reverse(listed)
	}
	first := 1 + slices.IndexFunc(listed, func(f engine.File) bool { return f.ID == after })
	switch {
	case a.status != 0:
		answer(w, a.status, theError)
		return
	case a.page != "":
		answer(w, http.StatusOK, a.page)
		return
	case after != "" && first == 0:
		answer(w, http.StatusBadRequest, theError)
		return
	}
	last := min(first+min(limit, servedPage), len(listed))
	var page []json.RawMessage
	for _, f := range listed[first:last] {
		page = append(page, object(f))
	}
	body, _ := json.Marshal(map[string]any{"object": "list", "data": append([]json.RawMessage{}, page...), "has_more": last < len(listed)})
	answer(w, http.StatusOK, string(body))
}

// object is a File as the API writes it.
func object(f engine.File) json.RawMessage {
	fields := map[string]any{"id": f.ID, "filename": f.Filename, "purpose": f.Purpose, "status": f.Status, "created_at": f.CreatedAt.Unix()}
	if f.Bytes != engine.UnknownBytes {
		fields["bytes"] = f.Bytes
	}
	if !f.ExpiresAt.IsZero() {
		fields["expires_at"] = f.ExpiresAt.Unix()
	}
	raw, _ := json.Marshal(fields)
	return raw
}

// read reads wanted, workers at a time, and checks each against the account.
func (a *account) read(t *testing.T, c *Client, workers int, wanted ...engine.File) {
	t.Helper()
	next := make(chan engine.File)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for known := range next {
				got, err := c.ReadFile(t.Context(), known)
				a.mu.Lock()
				i := a.index(known.ID)
				switch {
				case i < 0 && !errors.Is(err, ErrNotFound):
					t.Errorf("%s: %v, want that it isn't there", known.ID, err)
				case i >= 0 && (err != nil || got.ID != known.ID || got.Bytes != a.files[i].Bytes || got.Purpose != a.files[i].Purpose ||
					!got.CreatedAt.Equal(a.files[i].CreatedAt) || got.AsOf.IsZero()):
					t.Errorf("%s: %+v, %v, want %+v", known.ID, got, err, a.files[i])
				}
				a.mu.Unlock()
			}
		})
	}
	for _, known := range wanted {
		next <- known
	}
	close(next)
	wait.Wait()
}

// lists counts the requests for lists.
func (a *account) lists() int {
	n := 0
	for _, r := range a.all() {
		if !strings.HasPrefix(r.uri, "/v1/files/") {
			n++
		}
	}
	return n
}

// each returns every nth of the Files.
func (a *account) each(n int) []engine.File {
	var some []engine.File
	for i := 0; i < len(a.files); i += n {
		some = append(some, a.files[i])
	}
	return some
}

func TestReadFile(t *testing.T) {
	t.Parallel()
	const workers = 10
	for _, tt := range []struct {
		name            string
		files           int
		edit            func(a *account)
		wanted          func(a *account) []engine.File
		requests, lists int // At most.
	}{
		{"three go alone", 3, nil, func(a *account) []engine.File { return a.files }, 3, 0},
		{"a page of them", 100, nil, func(a *account) []engine.File { return a.files }, 10, 2},
		{"the oldest first", 100, nil, func(a *account) []engine.File { return reversed(a.files) }, 10, 2},
		{"the middle first", 100, nil, func(a *account) []engine.File { return slices.Concat(a.files[50:], a.files[:50]) }, 10, 2},
		{"made in one second", 100, func(a *account) {
			for i := range a.files {
				a.files[i].CreatedAt = a.files[0].CreatedAt
			}
		}, func(a *account) []engine.File { return slices.Concat(a.files[50:], a.files[:50]) }, 10, 2},
		{"among many newer ones", 3*servedPage + 50, nil, func(a *account) []engine.File { return a.files[len(a.files)-50:] }, 10, 2},
		{"among many newer ones, the first in one second", 3*servedPage + 50, func(a *account) {
			for i := range 5 {
				a.files[3*servedPage+i].CreatedAt = a.files[3*servedPage].CreatedAt
			}
		}, func(a *account) []engine.File { return a.files[3*servedPage:] }, 10, 2},
		{"among many others", 4*servedPage + 1, nil, func(a *account) []engine.File { return a.each(10) }, 12, 5},
		{"too far apart", 4*servedPage + 5, nil, func(a *account) []engine.File { return a.each(servedPage + 1) }, 6, 1},
		{"all gone", 40, nil, func(a *account) []engine.File { return gone(a.files) }, 40, 0},
		{"every other one gone", 40, nil, func(a *account) []engine.File { return slices.Concat(a.files[:30], gone(a.files[30:])) }, 20, 2},
		{"all but the first gone", 40, nil, func(a *account) []engine.File { return slices.Concat(a.files[:1], gone(a.files[1:])) }, 41, 1},
		{"nothing known but the ID", 100, func(a *account) { a.files[7].Purpose = "vision" }, func(a *account) []engine.File {
			var wanted []engine.File
			for _, f := range a.files {
				wanted = append(wanted, engine.File{ID: f.ID})
			}
			return wanted
		}, 10, 2},
		{"of two purposes", 100, func(a *account) {
			for i := range a.files {
				a.files[i].Purpose = []string{"batch", "user_data"}[i%2]
			}
		}, func(a *account) []engine.File { return a.files }, 20, 4},
		{"of two purposes, and lists take longer than reads", 100, func(a *account) {
			a.delay = 300 * time.Millisecond
			for i := range a.files {
				a.files[i].Purpose = []string{"batch", "user_data"}[i/50]
			}
		}, func(a *account) []engine.File { return slices.Concat(a.files[:10], a.files[50:], a.files[10:50]) }, 20, 4},
		{"of another purpose than is known", 100, nil, func(a *account) []engine.File {
			wanted := slices.Clone(a.files)
			for i := range wanted {
				wanted[i].Purpose = "vision"
			}
			return wanted
		}, 100, 0},
		{"which the list doesn't describe whole", 40, func(a *account) {
			for i := range a.files {
				a.files[i].Bytes = engine.UnknownBytes
			}
		}, func(a *account) []engine.File { return a.files }, 41, 1},
		{"about to expire", 40, func(a *account) {
			for i := range a.files {
				a.files[i].ExpiresAt = time.Now().Add(10 * time.Second)
			}
		}, func(a *account) []engine.File { return a.files }, 41, 1},
		{"failed", 40, func(a *account) {
			for i := range a.files {
				a.files[i].Status = "error"
			}
		}, func(a *account) []engine.File { return a.files }, 41, 1},
		{"may not list", 40, func(a *account) { a.status = http.StatusForbidden }, func(a *account) []engine.File { return a.files }, 41, 1},
		{"can't list", 40, func(a *account) { a.page = "<html>" }, func(a *account) []engine.File { return a.files }, 41, 1},
		{"nothing is listed", 40, func(a *account) { a.page = `{"data":[]}` }, func(a *account) []engine.File { return a.files }, 41, 1},
	} {
		for _, workers := range []int{1, workers} {
			t.Run(fmt.Sprintf("%s, %d at a time", tt.name, workers), func(t *testing.T) {
				t.Parallel()
				a := newAccount(t, tt.files)
				if tt.edit != nil {
					tt.edit(a)
				}
				a.read(t, client(t, a.URL), workers, tt.wanted(a)...)
				if n := len(a.all()); n > tt.requests {
					t.Errorf("%d requests, want %d at most", n, tt.requests)
				}
				if n := a.lists(); n > tt.lists {
					t.Errorf("%d lists, want %d at most", n, tt.lists)
				}
			})
		}
	}
}

func reversed(files []engine.File) []engine.File {
	files = slices.Clone(files)
	slices.Reverse(files)
	return files
}

// gone is files under IDs that don't exist.
func gone(files []engine.File) []engine.File {
	files = slices.Clone(files)
	for i := range files {
		files[i].ID += "-gone"
	}
	return files
}

// TestReadFile_stale has the list outlived by time, and by what this client changes.
func TestReadFile_stale(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		make func(t *testing.T, c *Client, a *account)
	}{
		{"time", func(_ *testing.T, c *Client, a *account) {
			a.mu.Lock()
			a.files = slices.Delete(a.files, 10, 11)
			a.mu.Unlock()
			c.reads.mu.Lock()
			c.reads.groups["batch"].window.from = time.Now().Add(-31 * time.Second)
			c.reads.mu.Unlock()
		}},
		{"deletion", func(t *testing.T, c *Client, a *account) {
			t.Helper()
			equal(t, "error", c.DeleteFile(t.Context(), a.files[10].ID), nil)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t, 20)
			c := client(t, a.URL)
			files := slices.Clone(a.files)
			a.read(t, c, 1, files...)
			equal(t, "lists", a.lists(), 1)
			tt.make(t, c, a)
			a.read(t, c, 1, files...)
			// The newest one, which is where the list begins anew, and the one that isn't there.
			equal(t, "lists", a.lists(), 2)
		})
	}
}

// TestReadFile_writing has an upload's requests under way, from before the list is asked
// for until after that.
func TestReadFile_writing(t *testing.T) {
	t.Parallel()
	a := newAccount(t, 20)
	deleting, proceed := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if r.Method == http.MethodDelete && !once.Swap(true) {
			close(deleting)
			<-proceed
		}
		a.reply(w, r, n)
	})
	c := client(t, server.URL)
	files := slices.Clone(a.files)
	done := make(chan error)
	go func() { done <- c.DeleteFile(t.Context(), files[10].ID) }()
	<-deleting
	a.read(t, c, 1, files...) // It is still there.
	close(proceed)
	equal(t, "error", <-done, nil)
	a.read(t, c, 1, files...)
}

// TestReadFile_written has a list from before a deletion that took effect and isn't answered.
func TestReadFile_written(t *testing.T) {
	t.Parallel()
	a := newAccount(t, 20)
	deleted, proceed := make(chan struct{}), make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		a.reply(w, r, n)
		if r.Method == http.MethodDelete {
			close(deleted)
			<-proceed
		}
	})
	c := client(t, server.URL)
	files := slices.Clone(a.files)
	a.read(t, c, 1, files...)
	done := make(chan error)
	go func() { done <- c.DeleteFile(t.Context(), files[10].ID) }()
	<-deleted
	a.read(t, c, 1, files...)
	close(proceed)
	equal(t, "error", <-done, nil)
}

// TestReadFile_cancelled gives up a read that waits for the list of another one.
func TestReadFile_cancelled(t *testing.T) {
	t.Parallel()
	a := newAccount(t, 20)
	listing, proceed := make(chan struct{}), make(chan struct{})
	server := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if r.URL.Path == "/v1/files" {
			close(listing)
			<-proceed
		}
		a.reply(w, r, n)
	})
	c := client(t, server.URL)
	a.read(t, c, 1, a.files[:3]...)
	var wait sync.WaitGroup
	wait.Go(func() { a.read(t, c, 1, a.files[3]) })
	<-listing
	waiting, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.ReadFile(waiting, a.files[4])
	if err == nil {
		t.Error("a read that was given up succeeded")
	}
	close(proceed)
	wait.Wait()
}
