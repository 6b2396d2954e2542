// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

// TestFullDisk can't save the deletion of a File: it isn't confirmed, and after a restart
// the File is there, with its content.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no full device")
	}
	dir := t.TempDir()
	s := New(Options{Dir: dir})
	f := s.AddFile(File{Content: []byte("abc")})
	_ = s.log.file.Close() // Each change was written.
	s.log.file = full
	r := httptest.NewRequestWithContext(t.Context(), http.MethodDelete, "/v1/files/"+f.ID, nil)
	r.Header.Set("Authorization", "Bearer "+s.APIKey())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	s.Close()
	if w.Code != http.StatusInternalServerError {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	again := New(Options{Dir: dir})
	defer again.Close()
	if kept, _ := again.File(f.ID); string(kept.Content) != "abc" {
		t.Errorf("after a restart: %+v", kept)
	}
}
