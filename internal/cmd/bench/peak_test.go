// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// TestUsedByThisProcess looks at the only process of which anything is known here.
func TestUsedByThisProcess(t *testing.T) {
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
	before, ok := usedBy(pid)
	if !ok || before.peak < 1<<20 || before.peak > 8<<30 || before.cpu < 0 || before.cpu > time.Hour {
		t.Errorf("used %+v, %t", before, ok)
	}
	stop := watch(self)
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
		_ = os.Getpid() // Something to do.
	}
	if watched := stop(); watched.peak < before.peak || watched.cpu <= before.cpu {
		t.Errorf("watched %+v, before %+v", watched, before)
	}
	if none := watch("/nowhere")(); none != (used{}) {
		t.Errorf("a program that doesn't run used %+v", none)
	}
}
