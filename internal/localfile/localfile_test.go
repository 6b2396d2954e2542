// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// writeFile makes a file with content in a folder of its own.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// openFile opens path until the test ends.
func openFile(t *testing.T, path string) *localfile.File {
	t.Helper()
	file, err := localfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// fileError checks that err is an *Error with problem, and returns it.
func fileError(t *testing.T, err error, problem localfile.Problem) *localfile.Error {
	t.Helper()
	fileErr, ok := errors.AsType[*localfile.Error](err)
	if !ok {
		t.Fatalf("error is %v, want an *Error: %v", err, problem)
	}
	if fileErr.Problem != problem {
		t.Fatalf("problem is %v (%v), want %v", fileErr.Problem, err, problem)
	}
	return fileErr
}

func wantProblem(t *testing.T, err error, problem localfile.Problem) {
	t.Helper()
	_ = fileError(t, err, problem)
}

// wantProblemEverywhere checks that Stat, Open and Hash refuse path alike.
func wantProblemEverywhere(t *testing.T, path string, problem localfile.Problem) {
	t.Helper()
	_, err := localfile.Open(path)
	wantProblem(t, err, problem)
	_, err = localfile.Hash(t.Context(), path)
	wantProblem(t, err, problem)
	_, err = localfile.Stat(path)
	wantProblem(t, err, problem)
}

func TestExpand(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for _, tt := range []struct{ name, want string }{
		{"~", home},
		{"~/", home + "/"},
		{"~/a b.txt", home + "/a b.txt"},
		{"~/l/../x", home + "/l/../x"},
		{"~user/x", "~user/x"},
		{"a/~/x", "a/~/x"},
		{"", ""},
		{"rel/x.jsonl", "rel/x.jsonl"},
		{"/abs/x", "/abs/x"},
	} {
		got, err := localfile.Expand(tt.name)
		if err != nil || got != tt.want {
			t.Errorf("Expand(%q) = %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestExpandWithoutHome(t *testing.T) {
	t.Setenv("HOME", "")
	t.Setenv("USERPROFILE", "")
	t.Setenv("home", "")
	if got, err := localfile.Expand("~/x"); err == nil {
		t.Errorf("Expand = %q without a home directory, want an error", got)
	}
	wantProblemEverywhere(t, "~/x", localfile.Unreadable)
	_, err := localfile.Stat("~/x")
	if fileErr := fileError(t, err, localfile.Unreadable); fileErr.Path != "~/x" {
		t.Errorf("error is about %q, want the path as given", fileErr.Path)
	}
}

func TestHomeIsLookedUpEverywhere(t *testing.T) {
	path := writeFile(t, "data.txt", "hello")
	t.Setenv("HOME", filepath.Dir(path))
	t.Setenv("USERPROFILE", filepath.Dir(path))
	if _, err := localfile.Stat("~/data.txt"); err != nil {
		t.Error(err)
	}
	openFile(t, "~/data.txt")
	_, err := localfile.Stat("~/none.txt")
	if fileErr := fileError(t, err, localfile.NotExist); fileErr.Path != filepath.Dir(path)+"/none.txt" {
		t.Errorf("error is about %q, want the expanded path", fileErr.Path)
	}
}

func TestStatDescribesTheFile(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "data.txt", "hello")
	info, err := localfile.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	system, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size != 5 || info.Signature.Size != 5 {
		t.Errorf("size is %d and %d, want 5", info.Size, info.Signature.Size)
	}
	if want := system.ModTime().UnixNano(); info.Signature.MTime != want {
		t.Errorf("mtime is %d, want %d", info.Signature.MTime, want)
	}
	if again, err := localfile.Stat(path); err != nil || again != info {
		t.Errorf("an untouched file is %+v (%v), was %+v", again, err, info)
	}
	if file := openFile(t, path); file.Size() != 5 || file.Signature() != info.Signature {
		t.Errorf("Open sees %+v, Stat %+v", file.Signature(), info.Signature)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	t.Run("absent", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "none.txt")
		wantProblemEverywhere(t, path, localfile.NotExist)
		_, err := localfile.Stat(path)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v doesn't unwrap to fs.ErrNotExist", err)
		}
		if fileErr := fileError(t, err, localfile.NotExist); fileErr.Path != path {
			t.Errorf("error is about %q, want %q", fileErr.Path, path)
		}
	})
	t.Run("no path", func(t *testing.T) {
		t.Parallel()
		wantProblemEverywhere(t, "", localfile.NotExist)
	})
	t.Run("directory", func(t *testing.T) {
		t.Parallel()
		wantProblemEverywhere(t, t.TempDir(), localfile.Directory)
	})
	t.Run("empty", func(t *testing.T) {
		t.Parallel()
		wantProblemEverywhere(t, writeFile(t, "empty", ""), localfile.Empty)
	})
	t.Run("URL", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"https://example.com/a.txt", "s3://bucket/a", "git+ssh://host/a"} {
			wantProblemEverywhere(t, path, localfile.URL)
		}
		wantProblemEverywhere(t, "C:/a", localfile.NotExist)
	})
	t.Run("pattern", func(t *testing.T) {
		t.Parallel()
		matching := filepath.Join(filepath.Dir(writeFile(t, "a1.txt", "x")), "a?.txt")
		for _, path := range []string{"*.none", matching} {
			wantProblemEverywhere(t, path, localfile.Pattern)
		}
		// A name that something may still make.
		wantProblemEverywhere(t, "none[1].txt", localfile.NotExist)
	})
	t.Run("device", func(t *testing.T) {
		t.Parallel()
		wantProblemEverywhere(t, os.DevNull, localfile.NotRegular)
		_, err := localfile.Stat(os.DevNull)
		fileErr := fileError(t, err, localfile.NotRegular)
		if fileErr.Mode&fs.ModeDevice == 0 || !strings.Contains(err.Error(), "a device") {
			t.Errorf("error is %q with mode %v, want it to tell the device", err, fileErr.Mode)
		}
	})
}

// Errors name the file and never repeat it, whatever the system's error looks
// like.
func TestErrorText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  localfile.Error
		want string
	}{
		{localfile.Error{Problem: localfile.NotExist, Err: fs.ErrNotExist}, `there is no file at "x"`},
		{localfile.Error{Problem: localfile.NotPermitted, Err: fs.ErrPermission}, `"x" may not be read: permission denied`},
		{localfile.Error{Problem: localfile.Directory}, `"x" is a directory, not a file`},
		{localfile.Error{Problem: localfile.NotRegular, Mode: fs.ModeNamedPipe}, `"x" is a named pipe, not a regular file`},
		{localfile.Error{Problem: localfile.NotRegular, Mode: fs.ModeSocket}, `"x" is a socket, not a regular file`},
		{localfile.Error{Problem: localfile.NotRegular, Mode: fs.ModeIrregular}, `"x" is a special file, not a regular file`},
		{localfile.Error{Problem: localfile.Empty}, `"x" is empty`},
		{localfile.Error{Problem: localfile.TooLarge, Size: 9e9}, `"x" has 9000000000 bytes, and an upload takes at most 8589934592 (8 GiB)`},
		{localfile.Error{Problem: localfile.Changed, Err: io.ErrUnexpectedEOF}, `"x" changed while it was being read`},
		{localfile.Error{Problem: localfile.URL, Err: fs.ErrNotExist}, `"x" is a URL, not the path of a local file`},
		{localfile.Error{Problem: localfile.Pattern, Err: fs.ErrNotExist}, `"x" is a pattern, and no file has that name`},
		{localfile.Error{Err: io.ErrNoProgress}, `"x" can't be read: ` + io.ErrNoProgress.Error()},
		{localfile.Error{}, `"x" can't be read`},
	} {
		tt.err.Path = "x"
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.err.Problem, got, tt.want)
		}
	}
}

func TestReadAtKeepsToTheSize(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "data.txt", "0123456789")
	file := openFile(t, path)
	appendTo(t, path, "more")
	for _, tt := range []struct {
		off  int64
		size int
		want string
		err  error
	}{
		{0, 4, "0123", nil},
		{6, 4, "6789", nil},
		{6, 5, "6789", io.EOF},
		{10, 1, "", io.EOF},
		{12, 1, "", io.EOF},
	} {
		buf := make([]byte, tt.size)
		n, err := file.ReadAt(buf, tt.off)
		if string(buf[:n]) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ReadAt(%d bytes, %d) = %q, %v, want %q, %v", tt.size, tt.off, buf[:n], err, tt.want, tt.err)
		}
	}
	whole, err := io.ReadAll(io.NewSectionReader(file, 0, 100))
	if err != nil || string(whole) != "0123456789" {
		t.Errorf("read %q, %v through a section", whole, err)
	}
	_, err = file.ReadAt(make([]byte, 1), -1)
	wantProblem(t, err, localfile.Unreadable)
}

func TestReadAtOfAShortenedFile(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "data.txt", "0123456789")
	file := openFile(t, path)
	if err := os.Truncate(path, 3); err != nil {
		t.Fatal(err)
	}
	n, err := file.ReadAt(make([]byte, 5), 0)
	if n != 3 {
		t.Errorf("read %d bytes, want the 3 that are left", n)
	}
	wantProblem(t, err, localfile.Changed)
	if errors.Is(err, io.EOF) {
		t.Error("a shortened file looks like one that ends there")
	}
	_, err = file.SHA256(t.Context())
	wantProblem(t, err, localfile.Changed)
}

func TestClosedFile(t *testing.T) {
	t.Parallel()
	file := openFile(t, writeFile(t, "data.txt", "hello"))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Check(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Check says %v, want fs.ErrClosed", err)
	}
	_, err := file.ReadAt(make([]byte, 1), 0)
	wantProblem(t, err, localfile.Unreadable)
	if file.Size() != 5 {
		t.Errorf("size is %d, want 5", file.Size())
	}
}

func TestHashing(t *testing.T) {
	t.Parallel()
	const helloSum = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
	path := writeFile(t, "data.txt", "hello")
	hashed, err := localfile.Hash(t.Context(), path)
	if err != nil || hashed.SHA256 != helloSum {
		t.Errorf("Hash = %q, %v, want %s", hashed.SHA256, err, helloSum)
	}
	// What is written behind the end isn't part of an open file.
	file := openFile(t, path)
	appendTo(t, path, " world")
	if sum, err := file.SHA256(t.Context()); err != nil || sum != helloSum {
		t.Errorf("SHA256 = %q, %v, want %s", sum, err, helloSum)
	}
}

func TestHashingSpansBuffers(t *testing.T) {
	t.Parallel()
	const size = 3*(256<<10) + 1
	path := writeFile(t, "zeros", strings.Repeat("a", size))
	// head -c 786433 /dev/zero | tr '\0' a | sha256sum
	const want = "2cfe79a444202b3f4b54a7386f0417e1ecb2c56172966a20877999a245a127a3"
	if hashed, err := localfile.Hash(t.Context(), path); err != nil || hashed.SHA256 != want {
		t.Errorf("Hash = %q, %v, want %s", hashed.SHA256, err, want)
	}
}

func TestHashingStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := writeFile(t, "data.txt", "hello")
	if _, err := localfile.Hash(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("Hash says %v after the cancellation", err)
	}
	if _, err := openFile(t, path).SHA256(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("SHA256 says %v after the cancellation", err)
	}
}

// It isn't parallel, because it counts what the whole process allocates.
//
//nolint:paralleltest // see above
func TestHashingNeedsLittleMemory(t *testing.T) {
	path := writeFile(t, "zeros", "")
	if err := os.Truncate(path, 64<<20); err != nil {
		t.Fatal(err)
	}
	file := openFile(t, path)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := file.SHA256(t.Context()); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got == 0 || got > 1<<20 {
		t.Errorf("hashing 64 MiB allocates %d bytes, want at most 1 MiB", got)
	}
}

func appendTo(t *testing.T, path, content string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(content); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
