// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
)

// TestNewScreen has a device in place of a terminal, which it can't be told from by its mode.
func TestNewScreen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out")
	for _, tt := range []struct {
		name, out, noColor, term string
		live                     bool
	}{
		{"terminal", os.DevNull, "", "xterm", runtime.GOOS != "windows"},
		{"NO_COLOR", os.DevNull, "1", "xterm", false},
		{"dumb", os.DevNull, "", "dumb", false},
		{"file", file, "", "xterm", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", tt.noColor)
			t.Setenv("TERM", tt.term)
			out, err := os.OpenFile(tt.out, os.O_CREATE|os.O_WRONLY, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = out.Close() }()
			if got := newScreen(out).live; got != tt.live {
				t.Errorf("live: %t", got)
			}
		})
	}
}

// TestScreen prints lines while the last one moves.
func TestScreen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		live bool
		want string // What is left of the moving line is removed.
	}{
		{"terminal", true, "\n\x1b[1ma title\x1b[0m\na line\n   \x1b[32mok\x1b[0m  a check\n"},
		{"pipe", false, "\na title\na line\n   ok  a check\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out acctest.Buffer
			s := &screen{out: &out, live: tt.live}
			s.title("a title")
			stop := s.working(func() string { return "3 parts" })
			if tt.live {
				acctest.Eventually(t, "the line moves", func() bool { return strings.Count(out.String(), "3 parts") > 1 })
			}
			s.say("a line")
			stop()
			s.ok("a check")
			if moves := strings.Contains(out.String(), "3 parts"); moves != tt.live {
				t.Errorf("moves: %t", moves)
			}
			if got := shown(out.String()); got != tt.want {
				t.Errorf("shown is %q of %q", got, &out)
			}
		})
	}
}

// shown is what a terminal shows of text after its lines were erased.
func shown(text string) string {
	var left strings.Builder
	for line := range strings.Lines(text) {
		pieces := strings.Split(line, eraseLine)
		left.WriteString(pieces[len(pieces)-1])
	}
	return left.String()
}
