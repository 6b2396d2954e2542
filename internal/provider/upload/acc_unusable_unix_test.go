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

// special returns files that would block, never end, or do something when
// they are opened.
func special(t *testing.T) map[string]struct{ path, message string } {
	t.Helper()
	// The name of a socket may have about a hundred bytes at most.
	dir, err := os.MkdirTemp("", "") //nolint:usetesting // The test's own directory has too long a name.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "socket")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return map[string]struct{ path, message string }{
		"fifo":   {fifo, "is a named pipe, not a regular file"},
		"socket": {socket, "is a socket, not a regular file"},
		"device": {"/dev/zero", "is a device, not a regular file"},
		"null":   {"/dev/null", "is a device, not a regular file"},
	}
}

func TestAccUnusable_specialFiles(t *testing.T) {
	t.Parallel()
	for name, c := range special(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			s := newSession(t, mock, vars(c.path))
			s.wantPlanError("File can't be uploaded[\\s\\S]*" + c.message)
			wantRequests(t, mock, map[openaitest.Op]int{})
			// The same in place of a file that was uploaded.
			path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
			s.set(vars(path))
			s.apply()
			acctest.Remove(t, path)
			if err := os.Symlink(c.path, path); err != nil {
				t.Fatal(err)
			}
			wantText(t, s.wantPlan(noop()).output, "Local file can't be compared[\\s\\S]*"+c.message)
			s.set(vars(c.path))
			s.wantPlanError("No usable file at path[\\s\\S]*" + c.message)
		})
	}
}
