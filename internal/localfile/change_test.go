// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// hashUntilSafe hashes path, whose stamps may have whole seconds only, until
// the hash may be remembered.
func hashUntilSafe(t *testing.T, path string) localfile.Hashed {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		hashed, err := localfile.Hash(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if hashed.Safe {
			return hashed
		}
		if time.Now().After(deadline) {
			t.Fatalf("the hash of a resting file isn't safe: %+v", hashed)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// mtimeOf returns the modification time, to be put back later.
func mtimeOf(t *testing.T, path string) time.Time {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.ModTime()
}

func rewrite(t *testing.T, path, content string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
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

func setMTime(t *testing.T, path string, mtime time.Time) {
	t.Helper()
	if err := os.Chtimes(path, time.Time{}, mtime); err != nil {
		t.Fatal(err)
	}
}

// fileChange does something to the file at path.
type fileChange struct {
	name  string
	apply func(t *testing.T, path string)
}

// changes are the ways in which a file "hello" may come to other content or
// other stamps.
func changes() []fileChange {
	return []fileChange{
		{"cut short", func(t *testing.T, path string) {
			t.Helper()
			if err := os.Truncate(path, 2); err != nil {
				t.Fatal(err)
			}
		}},
		{"grown", func(t *testing.T, path string) {
			t.Helper()
			appendTo(t, path, "!")
		}},
		{"same size", func(t *testing.T, path string) {
			t.Helper()
			rewrite(t, path, "HELLO")
		}},
		{"same size, mtime put back", func(t *testing.T, path string) {
			t.Helper()
			mtime := mtimeOf(t, path)
			rewrite(t, path, "HELLO")
			setMTime(t, path, mtime)
		}},
		{"touched", func(t *testing.T, path string) {
			t.Helper()
			setMTime(t, path, time.Now().Add(-time.Hour))
		}},
		{"from the future", func(t *testing.T, path string) {
			t.Helper()
			setMTime(t, path, time.Now().Add(time.Hour))
		}},
	}
}

func TestCheckSeesChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range changes() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := writeFile(t, "data.txt", "hello")
			file := openFile(t, path)
			if err := file.Check(); err != nil {
				t.Fatalf("before the change: %v", err)
			}
			tt.apply(t, path)
			wantProblem(t, file.Check(), localfile.Changed)
		})
	}
}

// Reading isn't a change, although the system may stamp it.
func TestCheckIgnoresReading(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "data.txt", "hello")
	file := openFile(t, path)
	if _, err := os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	if _, err := file.SHA256(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := file.Check(); err != nil {
		t.Error(err)
	}
}

// Again and again, as a change within a clock step shows in a fraction of the
// runs only.
func TestCheckSeesAChangeRightAfterOpening(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "data.txt", "hello")
	mtime := mtimeOf(t, path)
	for range 10 {
		rewrite(t, path, "hello")
		setMTime(t, path, mtime)
		file := openFile(t, path)
		rewrite(t, path, "HELLO")
		setMTime(t, path, mtime)
		wantProblem(t, file.Check(), localfile.Changed)
	}
}

func TestHashIsRemembered(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "data.txt", "hello")
	hashed := hashUntilSafe(t, path)
	data, err := json.Marshal(hashed)
	if err != nil {
		t.Fatal(err)
	}
	var remembered localfile.Hashed
	if err := json.Unmarshal(data, &remembered); err != nil {
		t.Fatal(err)
	}
	info, err := localfile.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if remembered != hashed || !remembered.Matches(info) {
		t.Errorf("%s doesn't match the untouched file %+v", data, info)
	}
}

func TestHashIsForgotten(t *testing.T) {
	t.Parallel()
	for _, tt := range changes() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := writeFile(t, "data.txt", "hello")
			hashed := hashUntilSafe(t, path)
			tt.apply(t, path)
			info, err := localfile.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if hashed.Matches(info) {
				t.Errorf("%+v still matches %+v", hashed, info)
			}
		})
	}
	t.Run("another file of the same name", func(t *testing.T) {
		t.Parallel()
		path := writeFile(t, "data.txt", "hello")
		hashed := hashUntilSafe(t, path)
		other := filepath.Join(filepath.Dir(path), "other.txt")
		if err := os.WriteFile(other, []byte("HELLO"), 0o600); err != nil {
			t.Fatal(err)
		}
		setMTime(t, other, mtimeOf(t, path))
		if err := os.Rename(other, path); err != nil {
			t.Fatal(err)
		}
		info, err := localfile.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if hashed.Matches(info) {
			t.Errorf("%+v still matches %+v", hashed, info)
		}
	})
}

// A clock that was set back leaves stamps in the future, which may come again.
func TestHashOfAFutureFileIsNeverSafe(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "data.txt", "hello")
	setMTime(t, path, time.Now().Add(time.Hour))
	hashed, err := localfile.Hash(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := localfile.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if hashed.Signature != info.Signature {
		t.Fatalf("signatures differ: %+v and %+v", hashed.Signature, info.Signature)
	}
	if hashed.Safe || hashed.Matches(info) {
		t.Errorf("%+v is trusted", hashed)
	}
}

func TestMatchesTrustsNothingUnsafe(t *testing.T) {
	t.Parallel()
	sig := localfile.Signature{Size: 5, MTime: 1, CTime: 2, Inode: 3, Device: 4}
	info := localfile.Info{Size: 5, Signature: sig}
	good := localfile.Hashed{Signature: sig, SHA256: "2cf2", Safe: true}
	if !good.Matches(info) {
		t.Errorf("%+v doesn't match %+v", good, info)
	}
	unsafe := good
	unsafe.Safe = false
	if unsafe.Matches(info) {
		t.Error("an unsafe hash matches")
	}
	if (localfile.Hashed{}).Matches(localfile.Info{}) {
		t.Error("the zero value matches")
	}
	for _, tt := range []struct {
		name  string
		spoil func(*localfile.Signature)
	}{
		{"size", func(s *localfile.Signature) { s.Size++ }},
		{"mtime", func(s *localfile.Signature) { s.MTime++ }},
		{"ctime", func(s *localfile.Signature) { s.CTime++ }},
		{"inode", func(s *localfile.Signature) { s.Inode++ }},
		{"device", func(s *localfile.Signature) { s.Device++ }},
	} {
		other := info
		tt.spoil(&other.Signature)
		if good.Matches(other) {
			t.Errorf("a hash matches a file with another %s", tt.name)
		}
	}
}

// State written by one release is read by the next.
func TestHashedJSON(t *testing.T) {
	t.Parallel()
	hashed := localfile.Hashed{
		Signature: localfile.Signature{Size: 1, MTime: 2, CTime: 3, Inode: 1<<64 - 1, Device: 5},
		SHA256:    "ab", Safe: true,
	}
	const want = `{"signature":{"size":1,"mtime":2,"ctime":3,"ino":18446744073709551615,"dev":5},"sha256":"ab","safe":true}`
	got, err := json.Marshal(hashed)
	if err != nil || string(got) != want {
		t.Errorf("JSON is %s, %v, want %s", got, err, want)
	}
}

// TestUnchanged distinguishes a change of the content from one of the times only.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(path string) error
		same   bool
	}{
		{"nothing", func(string) error { return nil }, true},
		{"permissions", func(path string) error { return os.Chmod(path, 0o400) }, true},
		{"times", func(path string) error { return os.Chtimes(path, time.Now(), time.Now()) }, true},
		{"another name", func(path string) error { return os.Link(path, path+".2") }, true},
		{"written again", func(path string) error { return overwrite(path, "content") }, true},
		{"other content", func(path string) error { return overwrite(path, "CONTENT") }, false},
		{"longer", func(path string) error { return overwrite(path, "content and more") }, false},
		{"shorter", func(path string) error { return os.Truncate(path, 3) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := writeFile(t, "a.txt", "content")
			file := openFile(t, path)
			sum, err := file.SHA256(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := tt.change(path); err != nil {
				t.Fatal(err)
			}
			err = file.Unchanged(t.Context(), sum)
			if tt.same {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantProblem(t, err, localfile.Changed)
		})
	}
}

// overwrite writes into the file that is there.
func overwrite(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(content)
	return err
}
