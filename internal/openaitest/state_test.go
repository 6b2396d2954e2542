// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestRestart starts a second server where a first one ended.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openaitest.Start(t, openaitest.Options{Dir: dir, Processing: 2})
	c := newClient(t, first)
	c.upload("completed")
	c.postForm(formOf("purpose=batch", "file@b.jsonl=posted"))
	open := c.create(6)
	part := c.addPart(open, "abc")
	c.cancel(c.create(1))
	first.AddFile(openaitest.File{ID: "file-added", Content: []byte("added")})
	first.AddFile(openaitest.File{ID: "file-gone"})
	first.UpdateFile("file-added", func(f *openaitest.File) { f.Status, f.Content = "error", []byte("updated") })
	first.RemoveFile("file-gone")
	c.want(c.do(http.MethodDelete, "/files/"+first.Files()[0].ID, nil), http.StatusConflict)
	first.ResetJournal()
	c.do(http.MethodGet, "/files", nil)
	first.Advance(30 * time.Minute)
	idle(t, first)
	files, uploads, journal, now := first.Files(), first.Uploads(), first.Journal(), first.Now()
	first.Close()

	second := openaitest.Start(t, openaitest.Options{Dir: dir})
	if err := second.Err(); err != nil {
		t.Fatal(err)
	}
	if got := second.Files(); !reflect.DeepEqual(got, files) || len(got) != 3 {
		t.Errorf("Files: %+v, want %+v", got, files)
	}
	if got := second.Uploads(); !reflect.DeepEqual(got, uploads) || len(got) != 3 {
		t.Errorf("Uploads: %+v, want %+v", got, uploads)
	}
	if got := second.Journal(); len(got) != 1 || got[0].Seq != journal[0].Seq || got[0].Op != openaitest.OpListFiles {
		t.Errorf("journal: %+v, want %+v", got, journal)
	}
	if d := second.Now().Sub(now); d < 0 || d > time.Minute {
		t.Errorf("the clock moved by %s", d)
	}
	c = newClient(t, second)
	c.want(c.complete(open, sum("abcdef"), part, c.addPart(open, "def")), http.StatusOK)
	c.want(c.do(http.MethodDelete, "/files/"+files[0].ID, nil), http.StatusConflict)
	c.want(c.do(http.MethodDelete, "/files/"+files[0].ID, nil), http.StatusOK)
	if entries := second.Journal(); entries[1].Seq <= journal[0].Seq {
		t.Errorf("journal: %+v", entries)
	}
}

// TestRestart_killed has a log that ends within a line, and one that isn't a log.
func TestRestart_killed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, added string
		fails       bool
	}{
		{"a part of a line", `{"file":{"ID":"fi`, false},
		{"nonsense", "nonsense\n", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			first := openaitest.Start(t, openaitest.Options{Dir: dir})
			first.AddFile(openaitest.File{ID: "file-a"})
			first.Close()
			log, err := os.OpenFile(filepath.Join(dir, "state.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			write(t, log, tt.added)
			_ = log.Close()
			second := openaitest.Start(t, openaitest.Options{Dir: dir})
			if failed := second.Err() != nil; failed != tt.fails {
				t.Errorf("error %v", second.Err())
			}
			if tt.fails {
				return
			}
			second.AddFile(openaitest.File{ID: "file-b"})
			second.Close()
			if third := openaitest.Start(t, openaitest.Options{Dir: dir}); len(third.Files()) != 2 || third.Err() != nil {
				t.Errorf("Files: %v, error %v", third.Files(), third.Err())
			}
		})
	}
}

func TestSeed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, content := range map[string]string{"a.txt": "a", "batch/b.jsonl": "bb"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := openaitest.Start(t)
	for range 2 {
		if err := s.Seed(os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
	}
	files := s.Files()
	if len(files) != 2 {
		t.Fatalf("%d Files", len(files))
	}
	for i, want := range []openaitest.File{
		{Filename: "a.txt", Purpose: "user_data", Content: []byte("a"), Bytes: 1},
		{Filename: "b.jsonl", Purpose: "batch", Content: []byte("bb"), Bytes: 2},
	} {
		f := files[i]
		if f.Filename != want.Filename || f.Purpose != want.Purpose || string(f.Content) != string(want.Content) || f.Bytes != want.Bytes || f.Status != "processed" || f.ExpiresAt.IsZero() != (f.Purpose != "batch") {
			t.Errorf("%+v, want %+v", f, want)
		}
	}
	other := openaitest.Start(t)
	if err := other.Seed(os.DirFS(folder)); err != nil || other.Files()[0].ID != files[0].ID {
		t.Errorf("the ID of the same file is %q, not %q, %v", other.Files()[0].ID, files[0].ID, err)
	}
	if err := other.Seed(os.DirFS(filepath.Dir(folder))); err == nil {
		t.Error("folders that aren't purposes were taken")
	}
}

// TestRestart_lines has logs that end after each of the lines: no File is without its
// content then, and no Upload of a File is pending.
func TestRestart_lines(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openaitest.Start(t, openaitest.Options{Dir: dir})
	newClient(t, first).upload("abc")
	first.Close()
	raw, err := os.ReadFile(filepath.Join(dir, "state.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	for n := range lines {
		other := t.TempDir()
		if err := os.CopyFS(other, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, "state.jsonl"), bytes.Join(lines[:n], nil), 0o600); err != nil { //nolint:gosec // G703: the test chooses the path.
			t.Fatal(err)
		}
		again := openaitest.New(openaitest.Options{Dir: other})
		files, uploads := again.Files(), again.Uploads()
		again.Close()
		for _, f := range files {
			if uploads[0].Status != "completed" || uploads[0].FileID != f.ID || string(f.Content) != "abc" {
				t.Errorf("after %d lines: %+v of %+v", n, f, uploads[0])
			}
		}
	}
}

// TestRestart_expired moves the clock back after an Upload has expired.
func TestRestart_expired(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openaitest.Start(t, openaitest.Options{Dir: dir})
	c := newClient(t, first)
	id := c.create(3)
	part := c.addPart(id, "abc")
	first.Advance(2 * time.Hour)
	c.want(c.complete(id, "", part), http.StatusBadRequest)
	first.Advance(-2 * time.Hour)
	first.Close()
	second := openaitest.Start(t, openaitest.Options{Dir: dir})
	c = newClient(t, second)
	if r := c.complete(id, "", part); r.status != http.StatusBadRequest || len(second.Files()) != 0 {
		t.Errorf("%d %s", r.status, r.raw)
	}
}

// TestRestart_manyParts has a log that grows with the number of Parts, not with its square.
func TestRestart_manyParts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openaitest.Start(t, openaitest.Options{Dir: dir})
	c := newClient(t, first)
	id := c.create(200)
	var parts []string
	for range 200 {
		parts = append(parts, c.addPart(id, "a"))
	}
	first.Close()
	log, err := os.Stat(filepath.Join(dir, "state.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if perPart := log.Size() / 200; perPart > 2000 {
		t.Errorf("%d bytes a Part", perPart)
	}
	second := openaitest.Start(t, openaitest.Options{Dir: dir})
	c = newClient(t, second)
	c.want(c.complete(id, "", parts...), http.StatusOK)
}

// TestRestart_leftovers starts where a process was killed while it kept content.
func TestRestart_leftovers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openaitest.Start(t, openaitest.Options{Dir: dir})
	c := newClient(t, first)
	c.upload("abc")
	c.addPart(c.create(3), "abc")
	first.Close()
	content := filepath.Join(dir, "content")
	for _, name := range []string{"part_0123456789abcdef0123456789abcdef", "somebody's"} {
		if err := os.WriteFile(filepath.Join(content, name), []byte("ab"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	second := openaitest.Start(t, openaitest.Options{Dir: dir})
	entries, err := os.ReadDir(content)
	if err != nil || len(entries) != 3 || second.Err() != nil {
		t.Errorf("%v, %v, %v", entries, err, second.Err())
	}
	if files := second.Files(); string(files[0].Content) != "abc" {
		t.Errorf("%+v", files)
	}
}

// TestRestart_journal has requests that end in another order than they came in, and one that
// ends after the journal was reset.
func TestRestart_journal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openaitest.Start(t, openaitest.Options{Dir: dir})
	c := newClient(t, first)
	during := func(do func()) {
		started, goOn := make(chan struct{}), make(chan struct{})
		first.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Hook: func(openaitest.Request) { close(started); <-goOn }, Delay: 1})
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.do(http.MethodGet, "/files", nil)
		}()
		<-started
		do()
		close(goOn)
		<-done
		idle(t, first)
	}
	during(first.ResetJournal)
	during(func() { c.create(1) })
	first.Close()
	second := openaitest.Start(t, openaitest.Options{Dir: dir})
	got := second.Journal()
	if len(got) != 2 || got[0].Op != openaitest.OpListFiles || got[0].Seq != 2 || got[1].Seq != 3 {
		t.Errorf("%+v", got)
	}
}

// TestRestart_seedDeleted seeds again after a File was deleted.
func TestRestart_seedDeleted(t *testing.T) {
	t.Parallel()
	dir, folder := t.TempDir(), fstest.MapFS{"a.txt": {Data: []byte("a")}, "b.txt": {Data: []byte("b")}}
	for _, want := range []int{2, 1} {
		s := openaitest.Start(t, openaitest.Options{Dir: dir})
		if err := s.Seed(folder); err != nil {
			t.Fatal(err)
		}
		files := s.Files()
		if len(files) != want {
			t.Errorf("%d Files, want %d", len(files), want)
		}
		s.RemoveFile(files[0].ID)
		s.Close()
	}
}
