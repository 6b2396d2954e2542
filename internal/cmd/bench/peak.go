// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	// How often to look for new processes.
	peakScan = 25 * time.Millisecond
	// How often to read what a process used, which only grows, until it ends.
	peakRead = 5 * time.Millisecond
)

// used is what the processes of a program used: the most memory that any of them had resident,
// in bytes, and the time of the CPUs of all.
type used struct {
	peak uint64
	cpu  time.Duration
}

// watch looks for processes that run the program at path until the function returned is called,
// which returns what they used, nothing if there was none. The rusage of a child that ended would
// be simpler, but counts what its parent held before it ran the program.
func watch(path string) func() used {
	done, all := make(chan struct{}), make(chan used)
	go func() {
		var total used
		seen := map[string]time.Duration{}
		pids := map[string]bool{}
		var scanned time.Time
		for {
			if time.Since(scanned) > peakScan {
				scan(path, pids)
				scanned = time.Now()
			}
			for pid := range pids {
				now, ok := usedBy(pid)
				if !ok {
					delete(pids, pid)
					continue
				}
				total.peak = max(total.peak, now.peak)
				total.cpu += now.cpu - seen[pid]
				seen[pid] = now.cpu
			}
			select {
			case <-done:
				all <- total
				return
			case <-time.After(peakRead):
			}
		}
	}()
	return func() used {
		close(done)
		return <-all
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

// usedBy returns a process's VmHWM, which is proc(5)'s "peak resident set size", and its time.
func usedBy(pid string) (used, bool) {
	status, err := os.ReadFile(filepath.Join("/proc", pid, "status"))
	if err != nil {
		return used{}, false
	}
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return used{}, false
	}
	_, rest, _ := bytes.Cut(status, []byte("\nVmHWM:"))
	memory := bytes.Fields(rest)
	// The program's name, in parentheses, may contain anything. utime and stime are the 14th and the
	// 15th field, in hundredths of a second.
	times := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(memory) == 0 || len(times) < 13 {
		return used{}, false
	}
	kilobytes, merr := strconv.ParseUint(string(memory[0]), 10, 64)
	user, uerr := strconv.ParseUint(string(times[11]), 10, 64)
	system, serr := strconv.ParseUint(string(times[12]), 10, 64)
	return used{peak: kilobytes << 10, cpu: time.Duration(user+system) * 10 * time.Millisecond}, errors.Join(merr, uerr, serr) == nil
}
