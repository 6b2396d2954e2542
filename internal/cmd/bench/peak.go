// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	// How often to look for new processes.
	peakScan = 25 * time.Millisecond
	// How often to read a process's peak, which only grows, until it ends.
	peakRead = 5 * time.Millisecond
)

// watchPeak looks for processes that run the program at path until the function
// returned is called, which returns the greatest VmHWM of any of them in bytes,
// 0 if there was none. The rusage of a child that ended would be simpler, but
// counts what its parent held before it ran the program.
func watchPeak(path string) func() uint64 {
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		pids := map[string]bool{}
		var scanned time.Time
		for {
			if time.Since(scanned) > peakScan {
				scan(path, pids)
				scanned = time.Now()
			}
			for pid := range pids {
				now, ok := peakOfProcess(pid)
				if !ok {
					delete(pids, pid)
				}
				most = max(most, now)
			}
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(peakRead):
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-peak
	}
}

// scan adds the processes that run the program at path to pids.
func scan(path string, pids map[string]bool) {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && target == path {
			pids[filepath.Base(filepath.Dir(link))] = true
		}
	}
}

// peakOfProcess returns a process's VmHWM, which is proc(5)'s "peak resident set
// size", in bytes.
func peakOfProcess(pid string) (uint64, bool) {
	status, err := os.ReadFile(filepath.Join("/proc", pid, "status"))
	if err != nil {
		return 0, false
	}
	_, rest, found := bytes.Cut(status, []byte("\nVmHWM:"))
	if !found {
		return 0, false
	}
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0, false
	}
	kilobytes, err := strconv.ParseUint(string(fields[0]), 10, 64)
	return kilobytes << 10, err == nil
}
