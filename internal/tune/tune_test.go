// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package tune

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestProcess(t *testing.T) {
	threads, percent := runtime.GOMAXPROCS(0), debug.SetGCPercent(100)

	t.Cleanup(func() {
		runtime.GOMAXPROCS(threads)
		debug.SetGCPercent(percent)
	})

	t.Setenv("GOGC", "100")
	t.Setenv("GOMAXPROCS", "2")
	Process()

	if got := runtime.GOMAXPROCS(0); got != threads {
		t.Errorf("GOMAXPROCS %d, though the environment sets it", got)
	}

	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("GOGC %d, though the environment sets it", got)
	}

	t.Setenv("GOGC", "")
	t.Setenv("GOMAXPROCS", "")
	Process()

	if got := runtime.GOMAXPROCS(0); got != threads+1 {
		t.Errorf("GOMAXPROCS %d, want %d", got, threads+1)
	}

	if got := debug.SetGCPercent(100); got != gcPercent {
		t.Errorf("GOGC %d, want %d", got, gcPercent)
	}
}
