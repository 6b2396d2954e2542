// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"unicode"
)

// system is an operating system, named as in [runtime.GOOS], by whose rules a path is
// read. [filepath] has only those of the system that it is compiled for.
type system string

const (
	here          = system(runtime.GOOS)
	windowsSystem = system("windows")
)

// Expand replaces a leading "~" that stands alone or before a path separator
// with the home directory. Every other path, "~user" included, is returned as
// it is. It fails where the system names no home directory.
func Expand(path string) (string, error) { return here.expand(path, os.UserHomeDir) }

// Base returns the name of the file at path: the last element, on Windows without the
// dots and spaces at its end. Where there is none, it is "/" or ".".
func Base(path string) string { return here.base(path) }

func (s system) expand(path string, homeDir func() (string, error)) (string, error) {
	if path != "~" && !strings.HasPrefix(s.slashed(path), "~/") {
		return path, nil
	}
	home, err := homeDir()
	if err != nil {
		return "", err
	}
	if path == "~" {
		return home, nil
	}
	// Joined by hand: filepath.Join would resolve "..", which is wrong after a
	// symbolic link.
	return home[:len(strings.TrimRight(s.slashed(home), "/"))] + path[1:], nil
}

func (s system) base(file string) string {
	name := path.Base(s.slashed(file)[s.volume(file):])
	if s != windowsSystem || strings.HasPrefix(file, `\\?\`) {
		return name
	}
	// Windows opens "a.txt" for "a.txt. ", too.
	return cmp.Or(strings.TrimRight(name, ". "), name)
}

// split cuts path before its last element. What comes before it ends in a separator,
// or is a volume or empty.
func (s system) split(path string) (dir, name string) {
	volume := s.volume(path)
	cut := volume + strings.LastIndexByte(s.slashed(path)[volume:], '/') + 1
	return path[:cut], path[cut:]
}

// slashed returns path with a slash in the place of each separator.
func (s system) slashed(path string) string {
	if s != windowsSystem {
		return path
	}
	return strings.ReplaceAll(path, `\`, "/")
}

// volumePattern matches a drive, also one after "//?/", or a share.
var volumePattern = regexp.MustCompile(`^(?:[^/]:|//[^/]+/[^/]+)`)

// volume is the length of what stands before a path's elements.
func (s system) volume(path string) int {
	if s != windowsSystem {
		return 0
	}
	return len(volumePattern.FindString(s.slashed(path)))
}

// problem classifies what the system says about path.
func (s system) problem(path string, err error) Problem {
	absent := errors.Is(err, fs.ErrNotExist)
	// Windows has no files of such names, and more errors than one that say so.
	noName := absent || s == windowsSystem
	switch {
	case noName && s.isURL(path):
		return URL
	case noName && s.isPattern(path):
		return Pattern
	case absent:
		return NotExist
	case errors.Is(err, fs.ErrPermission):
		return NotPermitted
	}
	return Unreadable
}

// isURL reports whether path begins with a URL's scheme, such as "s3://".
func (s system) isURL(path string) bool {
	scheme, _, found := strings.Cut(path, "://")
	return found && scheme != "" && s.volume(path) == 0 && !strings.ContainsFunc(scheme, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+-.", r)
	})
}

// isPattern reports whether path is meant for several files. Where nothing matches
// it, a question mark may be part of a name, except on Windows.
func (s system) isPattern(path string) bool {
	elements := path[s.volume(path):]
	switch {
	case strings.ContainsRune(elements, '*'):
		return true
	case !strings.ContainsRune(elements, '?'):
		return false
	case s == windowsSystem:
		return true
	}
	matches, err := filepath.Glob(path)
	return err == nil && len(matches) > 0
}
