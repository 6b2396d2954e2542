// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// countingConn counts calls of Write, and the TLS records in them.
type countingConn struct {
	net.Conn

	writes, records atomic.Int64
}

func (c *countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	for rest := p; len(rest) >= 5; rest = rest[min(5+int(binary.BigEndian.Uint16(rest[3:])), len(rest)):] {
		c.records.Add(1)
	}
	return c.Conn.Write(p)
}

// A body goes out in TLS records that are full, many at once.
func TestRecordsAreFullAndSentTogether(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS() // For its certificate.
	defer server.Close()
	here, there := net.Pipe()
	received := make(chan []byte)
	go func() {
		content, _ := io.ReadAll(tls.Server(there, server.TLS))
		received <- content
	}()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	counting := &countingConn{Conn: here}
	secure, err := handshake(t.Context(), &rawConn{Conn: counting}, "example.com:443", &tls.Config{
		RootCAs: roots, MinVersion: tls.VersionTLS12, DynamicRecordSizingDisabled: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	greeted, recorded := counting.writes.Load(), counting.records.Load()
	content := bytes.Repeat([]byte("0123456789abcdef"), 3*copyBuffer/16)
	conn := &copyingConn{secure, make(copyBuffers, 1)}
	if _, err := conn.ReadFrom(io.LimitReader(bytes.NewReader(content), int64(len(content)))); err != nil {
		t.Fatal(err)
	}
	equal(t, "writes", counting.writes.Load()-greeted, 3)
	equal(t, "records", counting.records.Load()-recorded, 3*copyBuffer/(16<<10))
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	equal(t, "content arrived", bytes.Equal(<-received, content), true)
}
