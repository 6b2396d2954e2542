// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
)

// reading is what a system reads in a path: what comes before the last element, the
// file's name, and what is wrong if there is no such file.
type reading struct {
	dir, base string
	problem   Problem
}

// TestPaths reads paths by every system's rules, on any system.
func TestPaths(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path     string
		windows, other reading
	}{
		{"relative", "a.txt", reading{"", "a.txt", NotExist}, reading{"", "a.txt", NotExist}},
		{"slashes", "dir/a.txt", reading{"dir/", "a.txt", NotExist}, reading{"dir/", "a.txt", NotExist}},
		{"slash at the end", "dir/a.txt/", reading{"dir/a.txt/", "a.txt", NotExist}, reading{"dir/a.txt/", "a.txt", NotExist}},
		{"parent", "dir/..", reading{"dir/", "..", NotExist}, reading{"dir/", "..", NotExist}},
		{"root", "/", reading{"/", "/", NotExist}, reading{"/", "/", NotExist}},
		{"backslashes", `dir\a.txt`, reading{`dir\`, "a.txt", NotExist}, reading{"", `dir\a.txt`, NotExist}},
		{"backslash at the end", `dir\a.txt\`, reading{`dir\a.txt\`, "a.txt", NotExist}, reading{"", `dir\a.txt\`, NotExist}},
		{"drive", `C:\a.txt`, reading{`C:\`, "a.txt", NotExist}, reading{"", `C:\a.txt`, NotExist}},
		{"drive with slashes", "C:/dir/a.txt", reading{"C:/dir/", "a.txt", NotExist}, reading{"C:/dir/", "a.txt", NotExist}},
		{"drive with two slashes", "C://a.txt", reading{"C://", "a.txt", NotExist}, reading{"C://", "a.txt", URL}},
		{"drive, mixed", `C:\dir/sub\a.txt`, reading{`C:\dir/sub\`, "a.txt", NotExist}, reading{`C:\dir/`, `sub\a.txt`, NotExist}},
		{"relative to a drive", "C:a.txt", reading{"C:", "a.txt", NotExist}, reading{"", "C:a.txt", NotExist}},
		{"drive alone", "C:", reading{"C:", ".", NotExist}, reading{"", "C:", NotExist}},
		{"share", `\\host\share\a.txt`, reading{`\\host\share\`, "a.txt", NotExist}, reading{"", `\\host\share\a.txt`, NotExist}},
		{"share alone", "//host/share", reading{"//host/share", ".", NotExist}, reading{"//host/", "share", NotExist}},
		{"verbatim", `\\?\C:\a.txt. `, reading{`\\?\C:\`, "a.txt. ", NotExist}, reading{"", `\\?\C:\a.txt. `, NotExist}},
		{"verbatim share", `\\?\UNC\host\share\a.txt`, reading{`\\?\UNC\host\share\`, "a.txt", NotExist}, reading{"", `\\?\UNC\host\share\a.txt`, NotExist}},
		// Whether a name is a device's depends on the version of Windows, which is asked.
		{"device", `dir\aux.txt`, reading{`dir\`, "aux.txt", NotExist}, reading{"", `dir\aux.txt`, NotExist}},
		{"stream", "dir/a.txt:notes", reading{"dir/", "a.txt:notes", NotExist}, reading{"dir/", "a.txt:notes", NotExist}},
		{"dots and spaces at the end", "dir/a.txt. .", reading{"dir/", "a.txt", NotExist}, reading{"dir/", "a.txt. .", NotExist}},
		{"URL", "https://host/a.txt", reading{"https://host/", "a.txt", URL}, reading{"https://host/", "a.txt", URL}},
		{"URL of a file", "file:///C:/a.txt", reading{"file:///C:/", "a.txt", URL}, reading{"file:///C:/", "a.txt", URL}},
		{"no scheme", "://a", reading{"://", "a", NotExist}, reading{"://", "a", NotExist}},
		{"no scheme has a space", "a b://c", reading{"a b://", "c", NotExist}, reading{"a b://", "c", NotExist}},
		{"pattern", `dir\*.txt`, reading{`dir\`, "*.txt", Pattern}, reading{"", `dir\*.txt`, Pattern}},
		{"question mark", "what?.txt", reading{"", "what?.txt", Pattern}, reading{"", "what?.txt", NotExist}},
	} {
		for s, want := range map[system]reading{"windows": tt.windows, "darwin": tt.other, "linux": tt.other} {
			t.Run(tt.name+" on "+string(s), func(t *testing.T) {
				t.Parallel()
				wantReading(t, s, tt.path, want)
			})
		}
	}
}

func wantReading(tb testing.TB, s system, path string, want reading) {
	tb.Helper()
	dir, name := s.split(path)
	if got := (reading{dir, s.base(path), s.problem(path, fs.ErrNotExist)}); got != want || dir+name != path {
		tb.Errorf("%+v and %q, want %+v", got, name, want)
	}
	// Windows reports another error where no file can have the name.
	if s != windowsSystem || want.problem == NotExist {
		want.problem = Unreadable
	}
	if got := s.problem(path, errors.New("invalid name")); got != want.problem {
		tb.Errorf("an invalid name is %v, want %v", got, want.problem)
	}
	if got, err := s.expand(path, nil); got != path || err != nil {
		tb.Errorf("expanded to %q, %v", got, err)
	}
	if volume := path[:s.volume(path)]; s == here && volume != filepath.VolumeName(path) {
		tb.Errorf("the volume is %q, and by Go's rules %q", volume, filepath.VolumeName(path))
	}
}

// TestExpand_home has the home directories of every system, on any system.
func TestExpand_home(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, home, path string
		system           system
		want             string
	}{
		{"alone", `C:\Users\me`, "~", "windows", `C:\Users\me`},
		{"slash", `C:\Users\me`, "~/a.txt", "windows", `C:\Users\me/a.txt`},
		{"backslash", `C:\Users\me`, `~\dir/a.txt`, "windows", `C:\Users\me\dir/a.txt`},
		{"drive", `C:\`, `~\a.txt`, "windows", `C:\a.txt`},
		{"drive with a slash", "C:/", "~/a.txt", "windows", "C:/a.txt"},
		{"share", `\\host\me\`, "~/a.txt", "windows", `\\host\me/a.txt`},
		{"another user", `C:\Users\me`, `~you\a.txt`, "windows", `~you\a.txt`},
		{"Linux", "/home/me", "~/a.txt", "linux", "/home/me/a.txt"},
		{"Linux, root", "/", "~/a.txt", "linux", "/a.txt"},
		{"Linux, backslash", "/home/me", `~\a.txt`, "linux", `~\a.txt`},
		{"Linux, backslash in the home", `/home/me\`, "~/a.txt", "linux", `/home/me\/a.txt`},
		{"macOS", "/Users/me/", "~/a.txt", "darwin", "/Users/me/a.txt"},
		{"macOS, backslash", "/Users/me", `~\a.txt`, "darwin", `~\a.txt`},
	} {
		got, err := tt.system.expand(tt.path, func() (string, error) { return tt.home, nil })
		if got != tt.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}
