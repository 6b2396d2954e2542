// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// headBuffer holds a request's head and a small part, so that both leave in
	// one packet; the rest of a part goes past it.
	headBuffer = 16 << 10

	// copyBuffer is how much of a part is read and written at once. On loopback, 64 KiB
	// cost a quarter more CPU time, and larger buffers gain next to nothing.
	copyBuffer = 128 << 10

	// unsentLimit is how much may wait in the system to be sent. Without it, a
	// peer that takes 16 KiB/s looks for minutes as if it had stopped.
	unsentLimit = 2 * copyBuffer

	connectTimeout  = 15 * time.Second
	maxAnswerHeader = 256 << 10
)

type proxyFunc func(*http.Request) (*url.URL, error)

var errHandshake = errors.New("the TLS handshake took too long")

// proxyError is a proxy that refuses to connect.
type proxyError struct {
	status int
}

func (e *proxyError) Error() string { return "the proxy refused to connect: " + statusText(e.status) }

// newTransport returns a transport for slots parts at once. It doesn't limit
// connections: the number of requests at once is limited elsewhere, and a part
// must not wait for the completion of another upload.
func newTransport(slots int, roots *x509.CertPool, limits limits, proxy proxyFunc) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	secured := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, DynamicRecordSizingDisabled: true}
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAlive: connectTimeout, Control: limitUnsent}
	buffers := make(copyBuffers, max(slots, 0))
	dial := func(ctx context.Context, network, addr string) (*rawConn, error) {
		conn, err := dialer.DialContext(ctx, network, addr)
		return &rawConn{Conn: conn}, err
	}
	return &http.Transport{
		Proxy: proxy,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
			if res.StatusCode == http.StatusOK {
				return nil
			}
			return &proxyError{res.StatusCode}
		},
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			return &copyingConn{conn, buffers}, err
		},
		DialTLSContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			secure, err := handshake(ctx, conn, addr, secured)
			return &copyingConn{secure, buffers}, err
		},
		TLSClientConfig:        secured, // For connections through a proxy.
		TLSHandshakeTimeout:    connectTimeout,
		Protocols:              protocols,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    math.MaxInt,
		IdleConnTimeout:        90 * time.Second,
		ExpectContinueTimeout:  limits.expect,
		MaxResponseHeaderBytes: maxAnswerHeader,
		WriteBufferSize:        headBuffer,
	}
}

// rawConn is a connection that drops queued data if it is closed before its
// request is answered, as after an interrupt: that data would compete with the
// cancellation. Between hold and flush it buffers what is written.
type rawConn struct {
	net.Conn

	unanswered atomic.Bool

	mu      sync.Mutex
	holding bool
	held    []byte
}

func (c *rawConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.unanswered.Store(false)
	}
	return n, err
}

func (c *rawConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.holding {
		c.held = append(c.held, p...)
		return len(p), nil
	}
	c.unanswered.Store(true)
	return c.Conn.Write(p)
}

func (c *rawConn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holding = true
}

func (c *rawConn) flush() (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unanswered.Store(true)
	n, err := c.Conn.Write(c.held)
	c.holding, c.held = false, c.held[:0]
	return n, err
}

func (c *rawConn) Close() error {
	if conn, ok := c.Conn.(*net.TCPConn); ok && c.unanswered.Load() {
		_ = conn.SetLinger(0)
	}
	return c.Conn.Close()
}

// copyingConn is a connection to which bodies are copied with reused buffers;
// net/http would allocate one for each body.
type copyingConn struct {
	net.Conn

	buffers copyBuffers
}

// ReadFrom implements [io.ReaderFrom].
func (c *copyingConn) ReadFrom(r io.Reader) (int64, error) {
	var buffer *[copyBuffer]byte
	select {
	case buffer = <-c.buffers:
	default:
		buffer = new([copyBuffer]byte)
	}
	defer func() {
		select {
		case c.buffers <- buffer:
		default:
		}
	}()
	return io.CopyBuffer(onlyWriter{c.Conn}, r, buffer[:])
}

// copyBuffers keeps the buffers that are not in use, at most one for each
// part in flight. A sync.Pool would drop them at every garbage collection, and
// they would be most of an upload's garbage.
type copyBuffers chan *[copyBuffer]byte

// onlyWriter hides ReadFrom.
type onlyWriter struct{ io.Writer }

// handshake makes a TLS connection to the host of addr over conn; on error it closes conn.
func handshake(ctx context.Context, conn *rawConn, addr string, config *tls.Config) (net.Conn, error) {
	ctx, stop := context.WithTimeoutCause(ctx, connectTimeout, errHandshake)
	defer stop()
	config = config.Clone()
	config.ServerName, _, _ = net.SplitHostPort(addr)
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, cmp.Or(context.Cause(ctx), err)
	}
	return &secureConn{secure, conn}, nil
}

// secureConn is a TLS connection that sends all records of a Write at once: a record has at
// most 16 KiB, and a system call for each costs a fifth of the CPU time.
type secureConn struct {
	*tls.Conn

	raw *rawConn
}

func (c *secureConn) Write(p []byte) (int, error) {
	c.raw.hold()
	n, err := c.Conn.Write(p)
	sent, failure := c.raw.flush()
	if sent == 0 && failure != nil {
		n = 0 // So that net/http may use another connection.
	}
	return n, cmp.Or(err, failure)
}

// Close sends no close_notify, which would wait for a blocked Write. None is
// needed, as every message has a length.
func (c *secureConn) Close() error { return c.raw.Close() }
