// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package tune adapts the Go runtime to a process that uploads files. It is for
// main functions only, as it changes the whole process.
package tune

import (
	"os"
	"runtime"
)

// Process lets one more thread run Go code than there are CPUs, unless the
// environment sets GOMAXPROCS. Threads that send are mostly in system calls,
// which hold their place until the runtime notices, so that on few CPUs the
// hashing, which a fast line waits for, stood still: an upload of 1 GiB over
// loopback on two CPUs takes about an eighth less time with it.
func Process() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
}
