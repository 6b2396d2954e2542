// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
)

// What is kept of a request's body, in bytes: all of it, or its two ends. What is left out
// are bytes of a file, as the frame around them in a form is shorter.
const (
	headSize = 64 << 10
	tailSize = 16 << 10
)

// ends keeps the ends of what is written to it.
type ends struct {
	head, tail []byte
	eof        bool // All of it was read.
}

// Write implements io.Writer.
func (e *ends) Write(p []byte) (int, error) {
	size := len(p)
	n := min(size, headSize-len(e.head))
	e.head = append(e.head, p[:n]...)
	p = p[n:]
	e.tail = append(e.tail, p[max(0, len(p)-tailSize):]...)
	e.tail = e.tail[max(0, len(e.tail)-tailSize):]
	return size, nil
}

func (e *ends) bytes() []byte { return slices.Concat(e.head, e.tail) }

// tee keeps what is read.
type tee struct {
	io.ReadCloser

	to *ends
}

// Read implements io.Reader.
func (t *tee) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	_, _ = t.to.Write(p[:n]) // It never fails.
	t.to.eof = t.to.eof || errors.Is(err, io.EOF)
	return n, err
}

// recorder keeps an answer.
type recorder struct {
	http.ResponseWriter

	body     bytes.Buffer
	status   int
	hijacked bool
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) {
	_, _ = r.body.Write(p) // It never fails.
	return r.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Hijack implements http.Hijacker.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.hijacked = true
	return http.NewResponseController(r.ResponseWriter).Hijack()
}
