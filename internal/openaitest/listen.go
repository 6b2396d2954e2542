// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"testing"
	"time"
)

// network is the part of a Server that listens. Server.mu guards it.
type network struct {
	server   *http.Server
	url      string
	accepted int
	conns    map[net.Conn]struct{} // hijacked ones included
	certPEM  []byte
	closed   bool
}

// Listen returns a Server that listens on address, "host:port", and serves until
// Close. Its URL is valid at once.
func Listen(ctx context.Context, address string, opts Options) (*Server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	s := New(opts)
	serve, err := s.attach(l)
	if err != nil {
		return nil, err
	}
	go func() { _ = serve() }() // It ends with Close.
	return s, nil
}

// Start returns a Server that listens on a free loopback port until the test
// ends. At most one Options is taken.
func Start(tb testing.TB, opts ...Options) *Server {
	tb.Helper()
	return start(tb, only(tb, opts))
}

// StartTLS is Start with https and a self-signed certificate, see CertPEM.
func StartTLS(tb testing.TB, opts ...Options) *Server {
	tb.Helper()
	o := only(tb, opts)
	o.TLS = true
	return start(tb, o)
}

// only is the options, if there are any.
func only(tb testing.TB, opts []Options) Options {
	tb.Helper()
	switch len(opts) {
	case 0:
		return Options{}
	case 1:
	default:
		tb.Fatal("openaitest: more than one Options")
	}
	return opts[0]
}

func start(tb testing.TB, o Options) *Server {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("openaitest: listening: %v", err)
	}
	s := New(o)
	serve, err := s.attach(l)
	if err != nil {
		tb.Fatalf("openaitest: %v", err)
	}
	served := make(chan error, 1)
	go func() { served <- serve() }()
	tb.Cleanup(func() {
		s.Close()
		if err := <-served; err != nil {
			tb.Errorf("openaitest: serving: %v", err)
		}
	})
	return s
}

// Serve answers requests that come in over l until Close or Shutdown, and
// closes l. A Server serves one listener.
func (s *Server) Serve(l net.Listener) error {
	serve, err := s.attach(l)
	if errors.Is(err, errClosed) {
		return nil
	}
	if err != nil {
		return err
	}
	return serve()
}

// Why a server can't take a listener.
var (
	errAttached = errors.New("openaitest: the server serves already")
	errClosed   = errors.New("openaitest: the server is closed")
)

// attach takes l as the server's listener: from then on there is a URL. The
// function returned serves.
func (s *Server) attach(l net.Listener) (func() error, error) {
	var handler http.Handler = s
	if s.opts.Wrap != nil {
		handler = s.counted(s.opts.Wrap(s))
	}
	srv := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: time.Minute,
		ConnState:         s.connState,
		// Some tests make handshakes fail.
		ErrorLog: log.New(io.Discard, "", 0),
		// HTTP/1.1 only: connections can be cut, and one carries one request.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	u := url.URL{Scheme: "http", Host: reachable(l.Addr()), Path: "/v1"}
	var certPEM []byte
	if s.opts.TLS {
		var cert tls.Certificate
		var err error
		if cert, certPEM, err = selfSigned(); err != nil {
			_ = l.Close()
			return nil, err
		}
		u.Scheme = "https"
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.net.closed || s.net.server != nil {
		_ = l.Close()
		if s.net.closed {
			return nil, errClosed
		}
		return nil, errAttached
	}
	s.net.server = srv
	s.net.url, s.net.certPEM = u.String(), certPEM
	s.net.conns = map[net.Conn]struct{}{}
	return func() error {
		err := srv.Serve(l)
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	}, nil
}

// counted lets Close wait for what next does after the server has answered.
func (s *Server) counted(next http.Handler) http.Handler {
	count := func(d int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.handlers.add(d)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count(1)
		defer count(-1)
		next.ServeHTTP(w, r)
	})
}

// reachable is addr for clients on this machine: loopback, if it stands for all
// interfaces.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}

// connState follows the connections.
func (s *Server) connState(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.net.accepted++
		s.net.conns[c] = struct{}{}
		if s.opts.ReadBuffer > 0 {
			inner := c
			if wrapped, ok := c.(*tls.Conn); ok {
				inner = wrapped.NetConn()
			}
			if tcp, ok := inner.(*net.TCPConn); ok {
				_ = tcp.SetReadBuffer(s.opts.ReadBuffer) // a hint
			}
		}
	case http.StateClosed:
		delete(s.net.conns, c)
	case http.StateActive, http.StateIdle, http.StateHijacked:
	}
}

// URL is the base URL, /v1 included and without a slash at its end; empty
// while the server doesn't listen.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.net.url
}

// Connections is the number of TCP connections accepted so far by the server's
// own listener.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.net.accepted
}

// CertPEM is the certificate of a server with Options.TLS, fit to be trusted as a
// CA; nil for others.
func (s *Server) CertPEM() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.net.certPEM
}

// Shutdown lets the requests in flight end, as long as ctx allows, then closes.
func (s *Server) Shutdown(ctx context.Context) {
	s.mu.Lock()
	srv := s.net.server
	s.mu.Unlock()
	if srv != nil {
		_ = srv.Shutdown(ctx) // Close does the rest
	}
	s.Close()
}

// Close cuts all connections, ends all requests and waits for that. What is in
// Options.Dir stays there.
func (s *Server) Close() {
	s.life.Do(func() { close(s.closing) })
	s.mu.Lock()
	s.net.closed = true
	srv := s.net.server
	s.mu.Unlock()
	if srv != nil {
		_ = srv.Close() // its listener may be gone already
	}
	s.mu.Lock()
	for c := range s.net.conns {
		_ = c.Close() // taken over from net/http, and perhaps closed already
	}
	idle := s.handlers.zero()
	s.mu.Unlock()
	<-idle
	s.store.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.log.file != nil {
		_ = s.log.file.Close() // each change was written
		s.log.file = nil
	}
}

// selfSigned makes a certificate for this machine and for the service's own hosts,
// which a proxy may stand in for, and its PEM form.
func selfSigned() (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	names := []string{"localhost", "api.openai.com", "*.api.openai.com", "auth.openai.com"}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "openaitest"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(365 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              names,
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, block, nil
}
