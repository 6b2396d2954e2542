// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync/atomic"
	"time"
)

const (
	defaultSlots = 8

	// spareConns serve what isn't a part, so that a cancel needn't wait for one.
	spareConns = 4

	// headBuffer holds a request's head and a small part, so that both leave in
	// one packet; the rest of a part goes past it.
	headBuffer = 16 << 10

	// copyBuffer is what is read and written at once of a part. On a loopback
	// 64 KiB cost a quarter more CPU time, as they wake the peer more often, and
	// larger ones gain next to nothing; each part in flight has one.
	copyBuffer = 128 << 10

	maxAnswerHeader = 256 << 10
)

type proxyFunc func(*http.Request) (*url.URL, error)

// proxyError is a proxy that refuses to connect.
type proxyError struct {
	status int
}

func (e *proxyError) Error() string { return "the proxy refused to connect: " + statusText(e.status) }

func newTransport(slots int, roots *x509.CertPool, limits limits, proxy proxyFunc) *http.Transport {
	if slots <= 0 {
		slots = defaultSlots
	}

	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)

	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 15 * time.Second}
	buffers := make(copyBuffers, slots+spareConns)

	return &http.Transport{
		Proxy: proxy,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
			if res.StatusCode == http.StatusOK {
				return nil
			}

			return &proxyError{res.StatusCode}
		},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}

			return &watchedConn{Conn: conn, limit: limits.write, buffers: buffers}, nil
		},
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    15 * time.Second,
		Protocols:              protocols,
		DisableCompression:     true,
		MaxConnsPerHost:        slots + spareConns,
		MaxIdleConnsPerHost:    slots + spareConns,
		IdleConnTimeout:        90 * time.Second,
		ExpectContinueTimeout:  limits.expect,
		MaxResponseHeaderBytes: maxAnswerHeader,
		WriteBufferSize:        headBuffer,
	}
}

// watchedConn is a connection whose writes fail when the peer takes no data
// for limit: a context with the deadline of a whole part notices that late. When
// it is closed before what was written is answered, as after an interrupt, what
// is still queued is dropped: it would compete with the cancellation.
type watchedConn struct {
	net.Conn

	limit      time.Duration
	buffers    copyBuffers
	unanswered atomic.Bool
}

func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.unanswered.Store(false)
	}
	return n, err
}

func (c *watchedConn) Close() error {
	if conn, ok := c.Conn.(*net.TCPConn); ok && c.unanswered.Load() {
		_ = conn.SetLinger(0)
	}
	return c.Conn.Close()
}

func (c *watchedConn) Write(p []byte) (int, error) {
	// It fails only on a closed connection, which Write reports better.
	_ = c.SetWriteDeadline(time.Now().Add(c.limit))

	c.unanswered.Store(true)
	n, err := c.Conn.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("the peer has taken no data for %s: %w", c.limit, err)
	}

	return n, err
}

// ReadFrom is what net/http copies a body with; the default would allocate a
// buffer for each.
func (c *watchedConn) ReadFrom(r io.Reader) (int64, error) {
	buffer := c.buffers.get()
	defer c.buffers.put(buffer)

	return io.CopyBuffer(onlyWriter{c}, r, buffer[:])
}

// copyBuffers keeps the buffers that are not in use, at most one for each
// connection. A sync.Pool would make garbage of them with every collection, and
// that is most of what an upload would ever make.
type copyBuffers chan *[copyBuffer]byte

func (b copyBuffers) get() *[copyBuffer]byte {
	select {
	case buffer := <-b:
		return buffer
	default:
		return new([copyBuffer]byte)
	}
}

func (b copyBuffers) put(buffer *[copyBuffer]byte) {
	select {
	case b <- buffer:
	default:
	}
}

// onlyWriter hides ReadFrom.
type onlyWriter struct{ io.Writer }
