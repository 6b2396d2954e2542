// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// linger is how long a connection stays half open after an early answer, so
// that a client which is still writing gets to read it (as servers do).
const linger = 500 * time.Millisecond

// breakEarly does what the fault does instead of the work, if anything, and
// reports whether that was all.
func (x *exchange) breakEarly() bool {
	f := &x.fault
	early := f.Early || f.CutBefore || f.Stall
	if !early && f.Status == 0 && f.Body == "" && !f.Hang && !f.Endless {
		return false
	}
	if early {
		// A body that is shorter than AfterBytes is no error.
		_, _ = io.CopyN(io.Discard, x.body, f.AfterBytes)
	} else {
		_ = x.drain() // x.body keeps the error
	}
	switch {
	case x.body.err != nil:
		x.giveUp()
	case f.Stall:
		x.abandon()
		x.finish()
		x.waitGone()
		x.giveUp()
	case f.Hang:
		x.waitGone()
		x.giveUp()
	case f.Endless:
		x.endless()
	case !early:
		x.deliver(f.answer())
	case !x.pause(f.Delay):
		x.giveUp()
	case f.CutBefore:
		x.cut()
	default:
		x.answerEarly(f.answer())
	}
	return true
}

// hijack takes the connection over, or gives up. release must follow.
func (x *exchange) hijack() (net.Conn, *bufio.ReadWriter) {
	if h, ok := x.w.(http.Hijacker); ok {
		if conn, rw, err := h.Hijack(); err == nil {
			return conn, rw
		}
	}
	x.giveUp()
	return nil, nil
}

// release closes a connection that was taken over.
func (x *exchange) release(conn net.Conn) {
	_ = conn.Close() // an error would help nobody
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	delete(x.s.net.conns, conn)
}

// cut resets the connection: the peer sees a reset, not an orderly end.
func (x *exchange) cut() {
	x.abandon()
	conn, _ := x.hijack()
	defer x.release(conn)
	x.finish()
	inner := conn
	if wrapped, ok := conn.(interface{ NetConn() net.Conn }); ok {
		inner = wrapped.NetConn() // no orderly end of TLS either
	}
	if tcp, ok := inner.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the peer sees an end instead
	}
	_ = inner.Close() // an error would help nobody
}

// truncate sends the answer's header and half of its body, then closes.
func (x *exchange) truncate(a answer) {
	x.abandon()
	if a.content != nil {
		a.body, _ = io.ReadAll(a.content) // a short body is what is wanted
	}
	conn, rw := x.hijack()
	defer x.release(conn)
	x.writeHead(rw, a)
	_, _ = rw.Write(a.body[:len(a.body)/2]) // the answer is cut anyway
	_ = rw.Flush()                          // likewise
	x.finish()
}

// answerEarly answers with the body unread, half-closes, and closes a little
// later.
func (x *exchange) answerEarly(a answer) {
	conn, rw := x.hijack()
	defer x.release(conn)
	if a.header.Get("Connection") == "" {
		a.header.Set("Connection", "close")
	}
	x.writeHead(rw, a)
	_, _ = rw.Write(a.body) // Flush reports an error
	if rw.Flush() != nil {
		x.abandon()
	}
	x.finish()
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite() // closed for good below
	}
	_ = x.pause(linger) // either way it closes
}

// writeHead writes the status line and headers to a connection taken over.
func (x *exchange) writeHead(w io.Writer, a answer) {
	h := http.Header{}
	x.setHeaders(h, a)
	var b bytes.Buffer
	b.WriteString("HTTP/1.1 " + strconv.Itoa(a.status) + " " + http.StatusText(a.status) + "\r\n")
	_ = h.Write(&b) // never fails
	b.WriteString("\r\n")
	_, _ = w.Write(b.Bytes()) // buffered: Flush reports an error
}

// endless sends the beginning of a JSON string for ever.
func (x *exchange) endless() {
	a := answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}}
	x.setHeaders(x.w.Header(), a)
	x.w.Header().Del("Content-Length")
	x.abandon()
	x.w.WriteHeader(a.status)
	_, err := io.WriteString(x.w, `{"id":"`)
	chunk := bytes.Repeat([]byte("x"), 32<<10)
	for err == nil && x.r.Context().Err() == nil {
		_, err = x.w.Write(chunk)
	}
}

// mutate lets change alter the JSON object that is the body of a.
func mutate(a answer, change func(map[string]any)) answer {
	var body map[string]any
	if json.Unmarshal(a.body, &body) != nil {
		return a
	}
	change(body)
	changed := jsonAnswer(a.status, body)
	changed.header = a.header
	return changed
}

// itoa is for Content-Length.
func itoa(n int64) string { return strconv.FormatInt(n, 10) }
