// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package tune adapts the Go runtime to a process that uploads files. It is for
// main functions only, as it changes the whole process.
package tune

import (
	"os"
	"runtime"
	"runtime/debug"
)

// gcPercent lets garbage grow to about a third of what is in use. An upload makes
// little of it, so that collecting it more often costs next to nothing, and the
// process stays some MiB smaller.
const gcPercent = 30

// Process sets how often garbage is collected and how many threads run Go code,
// unless the environment does, with GOGC and GOMAXPROCS.
//
// It lets one more thread run Go code than there are CPUs. Threads that send are
// mostly in system calls, and hold their place until the runtime notices; on few
// CPUs the hashing, which a fast line waits for, would stand still meanwhile: an
// upload of 1 GiB over loopback on two CPUs takes a tenth less time with it.
func Process() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}
