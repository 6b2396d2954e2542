// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"io"
	"net"
	"syscall"
)

// discarding makes the large reads of l's connections throw away what they
// read: it stands in for the API's server, which is another machine, so it
// should take as little time as possible from the processes that are measured.
func discarding(l net.Listener) net.Listener { return discardListener{l} }

type discardListener struct{ net.Listener }

// Accept implements [net.Listener].
func (l discardListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		if raw, err := tcp.SyscallConn(); err == nil {
			return &discardConn{Conn: conn, raw: raw}, nil
		}
	}
	return conn, err
}

// discardConn is a connection that fills no buffer of discardFrom bytes or more,
// but says how much would have been in it.
type discardConn struct {
	net.Conn

	raw syscall.RawConn
}

// Read implements [io.Reader].
func (c *discardConn) Read(p []byte) (n int, err error) {
	if len(p) < discardFrom {
		return c.Conn.Read(p)
	}
	var failure error
	err = c.raw.Read(func(fd uintptr) bool {
		// tcp(7): with MSG_TRUNC the bytes are discarded and not passed back.
		n, _, failure = syscall.Recvfrom(int(fd), p, syscall.MSG_TRUNC)
		return failure != syscall.EAGAIN && failure != syscall.EINTR
	})
	switch {
	case err != nil:
		return 0, err
	case failure != nil:
		return 0, failure
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}
