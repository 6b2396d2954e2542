// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// formOf is a form of these fields: "name=value", and a file as "name@filename=content".
func formOf(fields ...string) string {
	var b strings.Builder
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		name, filename, isFile := strings.Cut(name, "@")
		b.WriteString("--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"")
		if isFile {
			b.WriteString("; filename=\"" + filename + "\"\r\nContent-Type: text/plain")
		}
		b.WriteString("\r\n\r\n" + value + "\r\n")
	}
	return b.String() + "--xyz--\r\n"
}

func (c *client) postForm(form string) reply {
	c.tb.Helper()
	return c.do(http.MethodPost, "/files", strings.NewReader(form), "Content-Type: "+partType)
}

func TestCreateFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		fields []string
		lives  time.Duration
	}{
		{"plain", []string{"purpose=user_data", "file@a b.txt=abc"}, 0},
		{"the file first", []string{"file@a b.txt=abc", "purpose=user_data"}, 0},
		{"batch", []string{"file@a b.txt=abc", "purpose=batch"}, openaitest.BatchFileLifetime},
		{"expires", []string{"file@a b.txt=abc", "expires_after[anchor]=created_at", "expires_after[seconds]=3600", "purpose=vision"}, time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t)
			c := newClient(t, s)
			r := c.postForm(formOf(tt.fields...))
			id := c.id(r)
			f, _ := s.File(id)
			if string(f.Content) != "abc" || f.Bytes != 3 || f.Filename != "a b.txt" || f.MIMEType != "text/plain" || f.UploadID != "" {
				t.Errorf("%+v", f)
			}
			if lives := f.ExpiresAt.Sub(f.CreatedAt); tt.lives == 0 && !f.ExpiresAt.IsZero() || tt.lives != 0 && lives != tt.lives {
				t.Errorf("it lives for %s", lives)
			}
			if r.raw != c.do(http.MethodGet, "/files/"+id, nil).raw {
				t.Errorf("the answer was %s", r.raw)
			}
			if entry := only(t, s, openaitest.OpCreateFile); entry.FileID != id || entry.PartBytes != 3 || entry.Body["filename"] != "a b.txt" {
				t.Errorf("journal: %+v", entry)
			}
		})
	}
}

func TestCreateFile_refused(t *testing.T) {
	t.Parallel()
	good := []string{"purpose=user_data", "file@a.txt=abc"}
	for _, tt := range []struct {
		name        string
		form        string
		param, code string
	}{
		{"no file", formOf("purpose=user_data"), "file", "missing_required_parameter"},
		{"no purpose", formOf("file@a.txt=abc"), "purpose", "missing_required_parameter"},
		{"nothing", "--xyz--\r\n", "file", ""},
		{"an unknown purpose", formOf("purpose=x", "file@a.txt=abc"), "purpose", ""},
		{"an unknown field", formOf(append(good, "name=x")...), "name", "unknown_parameter"},
		{"a field twice", formOf(append(good, "purpose=vision")...), "purpose", ""},
		{"two files", formOf(append(good, "file@b.txt=abc")...), "file", ""},
		{"an empty file", formOf("purpose=user_data", "file@a.txt="), "file", ""},
		{"a file that isn't one", formOf("purpose=user_data", "file=abc"), "file", ""},
		{"a path as a name", formOf("purpose=user_data", "file@../a.txt=abc"), "filename", ""},
		{"no anchor", formOf(append(good, "expires_after[seconds]=3600")...), "expires_after.anchor", "missing_required_parameter"},
		{"no time", formOf(append(good, "expires_after[anchor]=created_at", "expires_after[seconds]=soon")...), "expires_after.seconds", "invalid_type"},
		{"a time with a sign", formOf(append(good, "expires_after[anchor]=created_at", "expires_after[seconds]=+3600")...), "expires_after.seconds", "invalid_type"},
		{"a time with a zero", formOf(append(good, "expires_after[anchor]=created_at", "expires_after[seconds]=03600")...), "expires_after.seconds", "invalid_type"},
		{"too short", formOf(append(good, "expires_after[anchor]=created_at", "expires_after[seconds]=3599")...), "expires_after.seconds", "invalid_value"},
		{"no end", strings.TrimSuffix(formOf(good...), "--xyz--\r\n"), "file", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := openaitest.Start(t, openaitest.Options{Dir: dir})
			c := newClient(t, s)
			c.wantError(c.postForm(tt.form), http.StatusBadRequest, tt.param, tt.code)
			if files := s.Files(); len(files) != 0 {
				t.Errorf("Files were made: %v", files)
			}
			c.want(c.do(http.MethodGet, "/files", nil), http.StatusOK)
			if err := s.Err(); err != nil {
				t.Errorf("the state can't be kept: %v", err)
			}
			if kept, err := os.ReadDir(filepath.Join(dir, "content")); err != nil || len(kept) != 0 {
				t.Errorf("content was kept: %v, %v", kept, err)
			}
		})
	}
}

// TestCreateFile_notRead sends JSON, and announces more than the limit and waits for a go-ahead.
func TestCreateFile_notRead(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	c.wantError(c.do(http.MethodPost, "/files", strings.NewReader("{}"), "Content-Type: application/json"), http.StatusUnsupportedMediaType, "", "")
	req := c.request(t.Context(), http.MethodPost, "/files", readerFunc(func([]byte) (int, error) {
		t.Error("the body was asked for")
		return 0, http.ErrBodyNotAllowed
	}), "Content-Type: "+partType, "Expect: 100-continue")
	req.ContentLength = openaitest.MaxFileBytes + 1<<20
	c.http.Transport = &http.Transport{ExpectContinueTimeout: patience}
	r, err := c.try(req)
	if err != nil {
		t.Fatal(err)
	}
	c.wantError(r, http.StatusRequestEntityTooLarge, "", "")
}

// TestRefused_goneAhead has a client that waited for a go-ahead, got it, and is refused for
// what the form begins with.
func TestRefused_goneAhead(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	c.http.Transport = &http.Transport{ExpectContinueTimeout: patience}
	const size = 16 << 20
	id := c.create(size)
	body := strings.Replace(dataHead, `"data"`, `"file"`, 1) + strings.Repeat("x", size) + formTail
	req := c.request(t.Context(), http.MethodPost, "/uploads/"+id+"/parts", strings.NewReader(body), "Content-Type: "+partType, "Expect: 100-continue")
	r, err := c.try(req)
	if err != nil {
		t.Fatal(err)
	}
	c.wantError(r, http.StatusBadRequest, "file", "unknown_parameter")
}
