// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package localfile

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// wantProblem checks that err is an *Error with problem.
func wantProblem(t *testing.T, err error, problem Problem) {
	t.Helper()
	if got, ok := errors.AsType[*Error](err); !ok || got.Problem != problem {
		t.Fatalf("error is %v, want an *Error: %v", err, problem)
	}
}

// wantAll checks that Stat, Open and Hash have the same problem with path, and
// that the cause, if any, is in the error.
func wantAll(t *testing.T, path string, problem Problem, cause error) {
	t.Helper()
	_, statErr := Stat(path)
	_, openErr := Open(path)
	_, hashErr := Hash(t.Context(), path)
	for _, err := range []error{hashErr, openErr, statErr} {
		wantProblem(t, err, problem)
		if cause != nil && !errors.Is(err, cause) {
			t.Errorf("%v doesn't unwrap to %v", err, cause)
		}
	}
}

func sparseFile(t *testing.T, size int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sparse")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	return path
}

// Nobody writes to the pipe: opening it to read would wait for ever.
func TestNamedPipe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	wantAll(t, path, NotRegular, nil)
	// As if the pipe had just taken a file's place.
	_, err := openNow(path)
	wantProblem(t, err, NotRegular)
	if !strings.Contains(err.Error(), "a named pipe") {
		t.Errorf("error is %q, want it to tell the pipe", err)
	}
}

func TestSocket(t *testing.T) {
	t.Parallel()
	// A socket's path may have some hundred characters only, t.TempDir's more.
	dir, err := os.MkdirTemp("", "s") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	wantAll(t, path, NotRegular, nil)
}

func TestSizeLimits(t *testing.T) {
	t.Parallel()
	info, err := Stat(sparseFile(t, MaxBytes))
	if err != nil || info.Size != MaxBytes {
		t.Errorf("a file of 8 GiB is %+v, %v", info, err)
	}
	path := sparseFile(t, MaxBytes+1)
	wantAll(t, path, TooLarge, nil)
	_, err = Stat(path)
	if got, ok := errors.AsType[*Error](err); !ok || got.Size != MaxBytes+1 {
		t.Errorf("error is %v, want one that tells %d bytes", err, MaxBytes+1)
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	wantAll(t, loop, Unreadable, syscall.ELOOP)
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantAll(t, filepath.Join(file, "below"), Unreadable, syscall.ENOTDIR)
	wantAll(t, "nul\x00byte", Unreadable, syscall.EINVAL)
}

// What the system lets this user read is fine, whatever the mode says; what it
// doesn't is NotPermitted.
func TestPermission(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("hello"), 0o000); err != nil {
		t.Fatal(err)
	}
	file, systemErr := os.Open(path)
	if systemErr == nil {
		_ = file.Close()
		if _, err := Stat(path); err != nil {
			t.Errorf("this user may read the file, but Stat says %v", err)
		}
		return
	}
	wantAll(t, path, NotPermitted, fs.ErrPermission)
}

func TestSymlinksAreFollowed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "data.txt")
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, target string }{
		{"link", "data.txt"}, {"second", "link"}, {"dirlink", "."}, {"dangling", "none"},
	} {
		if err := os.Symlink(tt.target, filepath.Join(dir, tt.name)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{"link", "second", "dirlink/data.txt"} {
		if got, err := Stat(filepath.Join(dir, link)); err != nil || got != want {
			t.Errorf("%s is %+v, %v, want %+v", link, got, err, want)
		}
	}
	wantAll(t, filepath.Join(dir, "dirlink"), Directory, nil)
	wantAll(t, filepath.Join(dir, "dangling"), NotExist, fs.ErrNotExist)
}

func TestSignatureIdentifiesTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var infos []Info
	for _, name := range []string{"a", "b"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Signature.CTime == 0 || info.Signature.Inode == 0 {
			t.Errorf("%s lacks what the system has: %+v", name, info.Signature)
		}
		infos = append(infos, info)
	}
	if infos[0].Signature.Inode == infos[1].Signature.Inode {
		t.Errorf("two files have one inode: %+v", infos)
	}
	if infos[0].Signature.Device != infos[1].Signature.Device {
		t.Errorf("two files of one folder are on two devices: %+v", infos)
	}
}

// The open file keeps its content when another one takes its name. Whether
// Check objects is left open: the system stamps the old file.
func TestReplacedFileStaysReadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "data.txt"), filepath.Join(dir, "other.txt")
	for _, tt := range []struct{ name, content string }{{path, "hello"}, {other, "HELLO, WORLD"}} {
		if err := os.WriteFile(tt.name, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, file.Size())
	if _, err := file.ReadAt(buf, 0); err != nil || string(buf) != "hello" {
		t.Errorf("read %q, %v, want the old content", buf, err)
	}
	if err := file.Check(); err != nil {
		wantProblem(t, err, Changed)
	}
}

// The file is so large that no machine hashes it before the deadline.
func TestHashingStopsHalfway(t *testing.T) {
	t.Parallel()
	file, err := Open(sparseFile(t, MaxBytes))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := file.SHA256(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("SHA256 says %v, want the deadline", err)
	}
}

// TestDecomposedNames finds what macOS called by decomposed names by the
// composed ones that Terraform gives.
func TestDecomposedNames(t *testing.T) {
	const composed, decomposed = "\u00fc", "u\u0308"
	dir := t.TempDir()
	for _, path := range []string{decomposed, "plain/" + decomposed, decomposed + "2/" + decomposed, composed + "3/" + decomposed} {
		path = filepath.Join(dir, path+".txt")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{composed, "plain/" + composed, composed + "2/" + composed, composed + "3/" + composed, "plain/../" + composed} {
		if _, err := Stat(dir + "/" + path + ".txt"); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	// Neither form: an ångström sign, and a name that mixes both.
	for _, tt := range []struct{ name, made string }{{"\u00c5.txt", "\u212b.txt"}, {"\u00fc\u00f6.txt", "\u00fco\u0308.txt"}} {
		if err := os.WriteFile(filepath.Join(dir, tt.made), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Stat(filepath.Join(dir, tt.name)); err != nil {
			t.Error(err)
		}
	}
	missing := filepath.Join(dir, composed+"4.txt")
	_, err := Stat(missing)
	if fileErr, ok := errors.AsType[*Error](err); !ok || fileErr.Problem != NotExist || fileErr.Path != missing {
		t.Errorf("error: %v", err)
	}
	// The composed name wins where both exist.
	if err := os.WriteFile(filepath.Join(dir, composed+".txt"), []byte("both"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := Stat(filepath.Join(dir, composed+".txt"))
	if err != nil || info.Size != 4 {
		t.Errorf("%+v, %v", info, err)
	}
	// Relative paths.
	t.Chdir(dir)
	if _, err := Stat(composed + "2/" + composed + ".txt"); err != nil {
		t.Error(err)
	}
}
