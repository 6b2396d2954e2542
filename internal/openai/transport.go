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
	"sync"
	"time"
)

const (
	defaultSlots = 8

	// spareConns serve what isn't a part, so that a cancel needn't wait for one.
	spareConns = 4

	// headBuffer holds a request's head and a small part, so that both leave in
	// one packet; the rest of a part goes past it.
	headBuffer = 16 << 10

	// copyBuffer is what is read and written at once of a part. Larger ones
	// are not faster on a loopback, and there is one for each part in flight.
	copyBuffer = 64 << 10

	maxAnswerHeader = 256 << 10
)

type proxyFunc func(*http.Request) (*url.URL, error)

// proxyFromEnvironment is http.ProxyFromEnvironment but for its error, which
// would quote the proxy's password.
func proxyFromEnvironment(req *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, &proxyError{reason: "the proxy variables of the environment (HTTPS_PROXY, HTTP_PROXY) hold no usable URL"}
	}

	return proxy, nil
}

// proxyError is a proxy that can't be used or refuses to connect.
type proxyError struct {
	reason string
	// status is the proxy's answer to CONNECT, 0 if it wasn't asked.
	status int
}

func (e *proxyError) Error() string { return e.reason }

func newTransport(slots int, roots *x509.CertPool, limits limits, proxy proxyFunc) *http.Transport {
	if slots <= 0 {
		slots = defaultSlots
	}

	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)

	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 15 * time.Second}
	buffers := &sync.Pool{New: func() any { return new([copyBuffer]byte) }}

	return &http.Transport{
		Proxy: proxy,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
			if res.StatusCode == http.StatusOK {
				return nil
			}

			return &proxyError{reason: "the proxy refused to connect: " + statusText(res.StatusCode), status: res.StatusCode}
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
// for limit: a context with the deadline of a whole part notices that late.
type watchedConn struct {
	net.Conn

	limit   time.Duration
	buffers *sync.Pool
}

func (c *watchedConn) Write(p []byte) (int, error) {
	// It fails only on a closed connection, which Write reports better.
	_ = c.SetWriteDeadline(time.Now().Add(c.limit))

	n, err := c.Conn.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("the peer has taken no data for %s: %w", c.limit, err)
	}

	return n, err
}

// ReadFrom is what net/http copies a body with; the default would allocate a
// buffer for each.
func (c *watchedConn) ReadFrom(r io.Reader) (int64, error) {
	buffer, ok := c.buffers.Get().(*[copyBuffer]byte)
	if !ok {
		buffer = new([copyBuffer]byte)
	}
	defer c.buffers.Put(buffer)

	return io.CopyBuffer(onlyWriter{c}, r, buffer[:])
}

// onlyWriter hides ReadFrom.
type onlyWriter struct{ io.Writer }
