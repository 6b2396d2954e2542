// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package upload_test

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// specialFile is what would block, never end, or do something when it is opened.
type specialFile struct{ name, path, message string }

func special(tb testing.TB) []specialFile {
	tb.Helper()
	// The name of a socket may have about a hundred bytes at most.
	dir, err := os.MkdirTemp("", "") //nolint:usetesting // The test's own directory has too long a name.
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		tb.Fatal(err)
	}
	socket := filepath.Join(dir, "socket")
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "unix", socket)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = listener.Close() })
	return []specialFile{
		{"fifo", fifo, "is a named pipe, not a regular file"},
		{"socket", socket, "is a socket, not a regular file"},
		{"device", "/dev/zero", "is a device, not a regular file"},
		{"null", "/dev/null", "is a device, not a regular file"},
	}
}

func TestAccUnusable_specialFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range special(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := acctest.New(t, acctest.Mock(t), "upload", vars(tt.path))
			p.TryPlan().WantFailure("File can't be uploaded", tt.message)
			acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
			// The same in place of a file that was uploaded.
			path := acctest.WriteFile(t, "a.jsonl", contentA)
			p.Set(vars(path))
			p.Apply()
			acctest.Remove(t, path)
			if err := os.Symlink(tt.path, path); err != nil {
				t.Fatal(err)
			}
			p.WantPlan(noop).WantText("Local file can't be compared", tt.message)
			p.Set(vars(tt.path))
			p.TryPlan().WantFailure("No usable file at path", tt.message)
		})
	}
}
