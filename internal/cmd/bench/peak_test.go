// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"os"
	"strconv"
	"testing"
)

// TestPeakOfThisProcess looks at the only process whose memory is known here.
func TestPeakOfThisProcess(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pids := map[string]bool{}
	scan(self, pids)
	pid := strconv.Itoa(os.Getpid())
	if !pids[pid] {
		t.Fatalf("process %s isn't among %v", pid, pids)
	}
	bytes, ok := peakOfProcess(pid)
	if !ok || bytes < 1<<20 || bytes > 8<<30 {
		t.Errorf("peak %d, %t", bytes, ok)
	}
	stop := watchPeak(self)
	if watched := stop(); watched < bytes {
		t.Errorf("watched %d, which is less than %d before", watched, bytes)
	}
	if bytes := watchPeak("/nowhere")(); bytes != 0 {
		t.Errorf("a program that doesn't run has a peak of %d", bytes)
	}
}
