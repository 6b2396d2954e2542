// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// lab is where things are measured: a folder for files, and the processes that
// are started.
type lab struct {
	options

	log  io.Writer
	dir  string
	self string // This program.

	// provider is the folder of the provider's binary and the CLI to run it with.
	provider func(context.Context) (dir, cli string, err error)
}

func newLab(o options, log io.Writer) (*lab, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(o.dir, "openai-bench-")
	if err != nil {
		return nil, err
	}
	l := &lab{options: o, log: log, dir: dir, self: self}
	l.provider = l.onceBuilt()
	return l, nil
}

// close removes all files.
func (l *lab) close() error { return os.RemoveAll(l.dir) }

// full returns size, or quick's if smaller files were asked for.
func (l *lab) full(size, quick int64) int64 {
	if l.quick {
		return quick
	}
	return size
}

// written makes a file of size random bytes, which are all on the disk and in
// the page cache when it returns.
func (l *lab) written(name string, size int64) (string, error) {
	return l.file(name, func(f *os.File) error {
		random := rand.NewChaCha8([32]byte{})
		_, err := io.CopyBuffer(struct{ io.Writer }{f}, io.LimitReader(random, size), make([]byte, 1<<20))
		return err
	})
}

// sparse makes a file of size bytes that takes no room on the disk but for some
// random ones at its beginning.
func (l *lab) sparse(name string, size int64) (string, error) {
	return l.file(name, func(f *os.File) error {
		head := make([]byte, min(size, 64<<10))
		_, _ = rand.NewChaCha8([32]byte{}).Read(head) // It never fails.
		if _, err := f.Write(head); err != nil {
			return err
		}
		return f.Truncate(size)
	})
}

func (l *lab) file(name string, fill func(*os.File) error) (path string, err error) {
	path = filepath.Join(l.dir, name)
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := fill(f); err != nil {
		return "", err
	}
	return path, f.Sync()
}

// remove deletes a file that isn't needed any more.
func (l *lab) remove(path string) {
	_ = os.Remove(path)
}

// usage is what a process took: wall-clock time from start to end, and the time
// of the CPUs in its own code and in the system for it. Seconds.
type usage struct{ wall, cpu float64 }

// run runs a process to its end and returns what it took. An interrupt reaches it
// and its children, and leaves them time to end.
func (l *lab) run(ctx context.Context, dir string, env []string, name string, args ...string) (usage, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	terraformcli.Interruptible(cmd)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	start := time.Now()
	out, err := cmd.Output()
	took := usage{wall: time.Since(start).Seconds()}
	if cmd.ProcessState == nil {
		return took, err
	}
	if ctx.Err() != nil {
		terraformcli.KillGroup(cmd)
	}
	took.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s%s", filepath.Base(name), err, out, stderr.String())
	}
	return took, err
}

// say prints a single measurement.
func (l *lab) say(what string, took usage) {
	fmt.Fprintf(l.log, "  %-40s %8.3f s, CPU %.3f s\n", what, took.wall, took.cpu)
}

// startSink starts the server and returns its base URL. stop ends it.
func (l *lab) startSink(ctx context.Context, flags ...string) (url string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, l.self, append([]string{sinkCommand}, flags...)...)
	// In a group of its own, so that an interrupt from a terminal doesn't end
	// the server while others are still using it.
	terraformcli.OwnGroup(cmd)
	cmd.Stderr = l.log
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = stdin.Close()
		_ = cmd.Wait() // How it ends doesn't matter any more.
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("starting the server: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

// upload runs the upload process.
func (l *lab) upload(ctx context.Context, what, url, path string, flags ...string) (usage, error) {
	args := append([]string{uploadCommand, "-url", url}, flags...)
	took, err := l.run(ctx, l.dir, nil, l.self, append(args, path)...)
	if err == nil {
		l.say(what, took)
	}
	return took, err
}

// alternate calls each function n times, in turns, and returns the median of
// what each measured.
func alternate(n int, functions ...func() (float64, error)) ([]float64, error) {
	values := make([][]float64, len(functions))
	for range n {
		for i, f := range functions {
			value, err := f()
			if err != nil {
				return nil, err
			}
			values[i] = append(values[i], value)
		}
	}
	medians := make([]float64, len(values))
	for i := range values {
		medians[i] = median(values[i])
	}
	return medians, nil
}

// onceBuilt returns a function that builds the provider and finds a CLI at its
// first call.
func (l *lab) onceBuilt() func(context.Context) (dir, cli string, err error) {
	var once sync.Once
	var dir, found string
	var err error
	return func(ctx context.Context) (string, string, error) {
		once.Do(func() { dir, found, err = l.build(ctx) })
		return dir, found, err
	}
}
