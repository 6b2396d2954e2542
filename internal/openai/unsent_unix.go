// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux || darwin

package openai

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// limitUnsent makes the socket hold at most unsentLimit of unsent data.
func limitUnsent(_, _ string, conn syscall.RawConn) error {
	return conn.Control(func(fd uintptr) {
		// If the system refuses it, uploads work without it.
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsentLimit)
	})
}
