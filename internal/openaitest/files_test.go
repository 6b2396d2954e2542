// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func TestFileExpiry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		purpose string
		extra   []string
		lives   time.Duration // 0: for ever
	}{
		{name: "never", purpose: "user_data"},
		{"given", "user_data", []string{`"expires_after":{"anchor":"created_at","seconds":7200}`}, 2 * time.Hour},
		{name: "batch", purpose: "batch", lives: 30 * 24 * time.Hour},
		{"batch given", "batch", []string{`"expires_after":{"anchor":"created_at","seconds":3600}`}, time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t)
			c := newClient(t, s)
			body := strings.Replace(createBody(3, tt.extra...), "fine-tune", tt.purpose, 1)
			id := c.id(c.postJSON("/uploads", body))
			s.Advance(time.Minute) // expiry counts from the Upload's creation
			c.want(c.complete(id, "", c.addPart(id, "abc")), http.StatusOK)
			file := s.Files()[0].ID
			r := c.do(http.MethodGet, "/files/"+file, nil)
			c.want(r, http.StatusOK)
			expires, there := r.body["expires_at"]
			if tt.lives == 0 {
				if !there || expires != nil {
					t.Errorf("expires_at: %s", r.raw)
				}
				s.Advance(24 * 365 * time.Hour)
				c.want(c.do(http.MethodGet, "/files/"+file, nil), http.StatusOK)
				return
			}
			created, ok := r.body["created_at"].(float64)
			if !ok || expires != created+tt.lives.Seconds() {
				t.Errorf("expires_at: %s", r.raw)
			}
			s.Advance(tt.lives - time.Minute)
			c.wantError(c.do(http.MethodGet, "/files/"+file, nil), http.StatusNotFound, "id", "")
			c.wantError(c.do(http.MethodDelete, "/files/"+file, nil), http.StatusNotFound, "id", "")
			if n := len(s.Files()); n != 0 {
				t.Errorf("%d files", n)
			}
		})
	}
}

func TestDeleteWhileProcessing(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{Processing: 2})
	c := newClient(t, s)
	file := c.upload("abc")
	for range 2 {
		c.wantError(c.do(http.MethodDelete, "/files/"+file, nil), http.StatusConflict, "", "")
	}
	c.want(c.do(http.MethodDelete, "/files/"+file, nil), http.StatusOK)
	c.wantError(c.do(http.MethodDelete, "/files/"+file, nil), http.StatusNotFound, "id", "")
}

func TestContentIsRefused(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	for _, purpose := range []string{"assistants", "batch"} {
		f := s.AddFile(openaitest.File{Purpose: purpose, Content: []byte("abc")})
		c.wantError(c.do(http.MethodGet, "/files/"+f.ID+"/content", nil), http.StatusBadRequest, "", "")
	}
	c.wantError(c.do(http.MethodGet, "/files/fake_id/content", nil), http.StatusNotFound, "id", "")
}

func TestListFiles(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	base := s.Now().Truncate(time.Second)
	for i, offset := range []int{3, 1, 2, 2, 5} { // d, a, b, c, e by age
		s.AddFile(openaitest.File{
			ID: fmt.Sprintf("file-%c", "dabce"[i]), CreatedAt: base.Add(time.Duration(offset) * time.Second),
			Purpose: []string{"vision", "user_data"}[i%2], Filename: "x",
		})
	}
	s.AddFile(openaitest.File{ID: "file-gone", ExpiresAt: base.Add(-time.Second)})
	for _, tt := range []struct {
		name string
		ids  string
		more bool
	}{
		{"", "edcba", false},
		{"?order=asc", "abcde", false},
		{"?limit=2", "ed", true},
		{"?limit=2&after=file-d", "cb", true},
		{"?limit=2&after=file-b", "a", false},
		{"?after=file-a", "", false},
		{"?purpose=user_data", "ca", false},
		{"?purpose=vision&limit=1", "e", true},
		{"?purpose=nothing", "", false},
		{"?limit=10000&order=desc", "edcba", false},
	} {
		r := c.do(http.MethodGet, "/files"+tt.name, nil)
		c.want(r, http.StatusOK)
		data, ok := r.body["data"].([]any)
		if !ok || r.body["object"] != "list" || r.body["has_more"] != tt.more {
			t.Errorf("%s: %s", tt.name, r.raw)
			continue
		}
		var ids []string
		for _, d := range data {
			f, ok := d.(map[string]any)
			if !ok {
				t.Fatalf("%s: %s", tt.name, r.raw)
			}
			ids = append(ids, fmt.Sprint(f["id"]))
		}
		if got := strings.ReplaceAll(strings.Join(ids, ""), "file-", ""); got != tt.ids {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.ids)
		}
		var first, last any
		if len(ids) > 0 {
			first, last = ids[0], ids[len(ids)-1]
		}
		if r.body["first_id"] != first || r.body["last_id"] != last {
			t.Errorf("%s: first and last: %s", tt.name, r.raw)
		}
	}
	for _, query := range []string{"?limit=0", "?limit=10001", "?limit=x", "?order=up", "?x=1", "?limit=1&limit=2", "?a=%zz", "?after=file-"} {
		c.want(c.do(http.MethodGet, "/files"+query, nil), http.StatusBadRequest)
	}
}

func TestFilesBehindTheClient(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	f := s.AddFile(openaitest.File{Filename: "x.txt", Content: []byte("abc")})
	if f.ID == "" || f.Bytes != 3 || f.Status != "processed" || f.CreatedAt.IsZero() || f.Purpose == "" {
		t.Errorf("added: %+v", f)
	}
	f.Content[0] = 'X' // a copy
	if !s.UpdateFile(f.ID, func(f *openaitest.File) { f.Status, f.StatusDetails, f.ID = "error", "why", "other" }) {
		t.Error("not found")
	}
	r := c.do(http.MethodGet, "/files/"+f.ID, nil)
	if r.body["status"] != "error" || r.body["status_details"] != "why" || r.body["id"] != f.ID {
		t.Errorf("updated: %s", r.raw)
	}
	if got, _ := s.File(f.ID); string(got.Content) != "abc" {
		t.Errorf("content: %q", got.Content)
	}
	s.UpdateFile(f.ID, func(f *openaitest.File) { f.Content = []byte("longer") })
	if r := c.do(http.MethodGet, "/files/"+f.ID+"/content", nil); r.raw != "longer" {
		t.Errorf("content: %q", r.raw)
	}
	if !s.RemoveFile(f.ID) || s.RemoveFile(f.ID) || s.UpdateFile(f.ID, func(*openaitest.File) {}) {
		t.Error("removal isn't reported right")
	}
	c.wantError(c.do(http.MethodGet, "/files/"+f.ID, nil), http.StatusNotFound, "id", "")
}

// Content on disk is gone with whatever it belonged to.
func TestContentOnDiskIsRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openaitest.Start(t, openaitest.Options{Dir: dir})
	c := newClient(t, s)
	count := func() int {
		entries, err := os.ReadDir(filepath.Join(dir, "content"))
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	kept := c.create(6)
	first, second := c.addPart(kept, "abc"), c.addPart(kept, "def")
	c.addPart(kept, "abc") // never named
	cancelled, expiring := c.create(3), c.create(3)
	c.addPart(cancelled, "abc")
	c.addPart(expiring, "abc")
	if n := count(); n != 5 {
		t.Fatalf("%d files on disk, want one a part", n)
	}
	breakOff(t, s, "/uploads/"+expiring+"/parts", partType, dataHead+"ab")
	c.want(c.complete(kept, sum("abcdef"), first, second), http.StatusOK)
	c.want(c.cancel(cancelled), http.StatusOK)
	if n := count(); n != 3 {
		t.Errorf("%d files on disk, want 2 of the File and 1 of an open Upload", n)
	}
	s.Advance(openaitest.UploadLifetime)
	statuses := []string{}
	for _, u := range s.Uploads() {
		statuses = append(statuses, u.Status)
	}
	if !slices.Equal(statuses, []string{"completed", "cancelled", "expired"}) {
		t.Errorf("uploads: %v", statuses)
	}
	s.RemoveFile(s.Files()[0].ID)
	if n := count(); n != 0 {
		t.Errorf("%d files on disk are left", n)
	}
}
