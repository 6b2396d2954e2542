// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"
)

// The escape sequences of a terminal.
const (
	bold      = "\x1b[1m"
	green     = "\x1b[32m"
	plain     = "\x1b[0m"
	eraseLine = "\r\x1b[K"
)

// screen is where the demo is shown. In a terminal it has colours and a last line that
// moves while something works; anywhere else it has plain lines only.
type screen struct {
	out  io.Writer
	live bool

	mu   sync.Mutex
	last string // The line that moves.
}

// newScreen returns the screen for a file. Not every console of Windows knows escape
// sequences.
func newScreen(out *os.File) *screen {
	info, err := out.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	return &screen{
		out:  out,
		live: terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && runtime.GOOS != "windows",
	}
}

// Write prints whole lines.
func (s *screen) Write(lines []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == "" {
		return s.out.Write(lines)
	}
	_, err := fmt.Fprintf(s.out, "%s%s%s", eraseLine, lines, s.last)
	return len(lines), err
}

// say prints a line.
func (s *screen) say(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// title prints the line that begins a scene.
func (s *screen) title(text string) { s.say("\n%s", s.paint(bold, text)) }

// ok prints something that was checked.
func (s *screen) ok(text string) { s.say("   %s  %s", s.paint(green, "ok"), text) }

func (s *screen) paint(colour, text string) string {
	if !s.live {
		return text
	}
	return colour + text + plain
}

// working lets the last line move, with what status returns, until stop is called.
func (s *screen) working(status func() string) (stop func()) {
	if !s.live {
		return func() {}
	}
	ended, erased := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(erased)
		defer s.redraw("")
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		wheel := []rune(`⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏`)
		for started, i := time.Now(), 0; ; i++ {
			s.redraw(fmt.Sprintf("   %c %.1f s %s", wheel[i%len(wheel)], time.Since(started).Seconds(), status()))
			select {
			case <-tick.C:
			case <-ended:
				return
			}
		}
	}()
	return func() {
		close(ended)
		<-erased
	}
}

// redraw replaces the last line.
func (s *screen) redraw(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = line
	fmt.Fprint(s.out, eraseLine, line)
}
