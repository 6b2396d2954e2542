// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const (
	partAdded = `{"id":"part_1","object":"upload.part","created_at":1758145205,"upload_id":"upload_1"}`

	// tooBig is more than a loopback connection holds on its way.
	tooBig = 32 << 20
)

func TestAddPart(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"x", "hello\r\n--boundary--\r\n", strings.Repeat("0123456789abcdef", 1<<16)} {
		server := answering(t, http.StatusOK, partAdded)
		id, err := client(t, server.URL).AddPart(t.Context(), "upload_1", textPart(content))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "ID", id, "part_1")
		r := server.only(t)
		equal(t, "request", r.method+" "+r.uri+" "+r.proto, "POST /v1/uploads/upload_1/parts HTTP/1.1")
		equal(t, "Content-Length", r.length, int64(len(r.body)))
		equal(t, "Expect", r.header.Get("Expect"), "")
		media, params, err := mime.ParseMediaType(r.header.Get("Content-Type"))
		if err != nil || media != "multipart/form-data" {
			t.Fatalf("type %q: %v", media, err)
		}
		wantBody := "--" + params["boundary"] + "\r\n" +
			"Content-Disposition: form-data; name=\"data\"; filename=\"data\"\r\n" +
			"Content-Type: application/octet-stream\r\n\r\n" + content + "\r\n--" + params["boundary"] + "--\r\n"
		if r.body != wantBody {
			t.Errorf("body of %d bytes, want %d", len(r.body), len(wantBody))
		}
		form := multipart.NewReader(strings.NewReader(r.body), params["boundary"])
		part, err := form.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(part)
		equal(t, "name", part.FormName()+" "+part.FileName(), "data data")
		equal(t, "content is whole", string(data) == content, true)
		if _, err := form.NextPart(); !errors.Is(err, io.EOF) {
			t.Errorf("a second field: %v", err)
		}
	}
}

// The part's second half is read only once the server has the first.
func TestAddPartStreams(t *testing.T) {
	t.Parallel()
	const half = 8 << 20
	arrived := make(chan struct{})
	var once sync.Once
	root := listen(t, func(conn *net.TCPConn, _ int) {
		r, err := head(conn)
		if err != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, r.Body, half/2)
		once.Do(func() { close(arrived) })
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(conn, rawAnswer(http.StatusOK, partAdded))
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	second := readerFunc(func(p []byte) (int, error) {
		select {
		case <-arrived:
			return zeroReader{}.Read(p)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	})
	_, err := client(t, root).AddPart(ctx, "upload_1", engine.Part{Size: 2 * half, Open: func() io.Reader {
		return io.MultiReader(io.LimitReader(zeroReader{}, half), second)
	}})
	if err != nil {
		t.Error(err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// Nobody waits for a connection, however many are in use: the completion of one
// upload may take minutes, and the parts of another must not wait for it.
func TestConcurrentRequestsHaveTheirOwnConnections(t *testing.T) {
	t.Parallel()
	const slots, requests = 2, 40
	// The second round finds the connections of the first open.
	var rounds [2]sync.WaitGroup
	for i := range rounds {
		rounds[i].Add(requests)
	}
	server := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		round := &rounds[(n-1)/requests]
		round.Done()
		round.Wait()
		answer(w, http.StatusOK, partAdded)
	})
	c := client(t, server.URL, func(c *Config, _ *limits) { c.Slots = slots })
	for range rounds {
		var parts sync.WaitGroup
		for range requests {
			parts.Go(func() {
				if _, err := c.AddPart(t.Context(), "upload_1", textPart("x")); err != nil {
					t.Error(err)
				}
			})
		}
		parts.Wait()
	}
	remotes := map[string]int{}
	for _, r := range server.all() {
		remotes[r.remote]++
	}
	equal(t, "connections", len(remotes), requests)
}

// sendTwice sends a part as the engine does: after a failure without an answer
// it is announced.
func sendTwice(ctx context.Context, c *Client, part engine.Part) (string, error) {
	id, err := c.AddPart(ctx, "upload_1", part)
	if e, ok := errors.AsType[*Error](err); ok && e.Status == 0 {
		part.Announce = true
		return c.AddPart(ctx, "upload_1", part)
	}
	return id, err
}

func TestEarlyRefusalIsSeen(t *testing.T) {
	t.Parallel()
	for status, class := range map[int]engine.Class{
		http.StatusRequestEntityTooLarge: engine.Final,
		http.StatusTooManyRequests:       engine.Throttled,
		http.StatusUnauthorized:          engine.Final,
	} {
		// Answers and closes with the part unread: it is a matter of chance whether the
		// client sees that.
		t.Run(fmt.Sprint(status, " answered at once"), func(t *testing.T) {
			t.Parallel()
			root := listen(t, func(conn *net.TCPConn, _ int) {
				if _, err := head(conn); err == nil {
					_, _ = io.WriteString(conn, rawAnswer(status, `{"error":{"message":"no","code":"early"}}`))
				}
			})
			c := client(t, root)
			for range 10 {
				_, err := sendTwice(t.Context(), c, zeros(tooBig))
				wantFault(t, err, status, class, true)
				equal(t, "code", asError(t, err).Code, "early")
			}
		})
		// The answer never arrives unless the server is asked first.
		t.Run(fmt.Sprint(status, " driven out by a reset"), func(t *testing.T) {
			t.Parallel()
			var connections atomic.Int32
			root := listen(t, func(conn *net.TCPConn, n int) {
				connections.Store(int32(n)) //nolint:gosec // G115: a handful.
				r, err := head(conn)
				if err != nil {
					return
				}
				if r.Header.Get("Expect") == "" {
					cutOff(conn)
					return
				}
				_, _ = io.WriteString(conn, rawAnswer(status, `{"error":{"message":"no","code":"early"}}`))
				// It reads to the end, and nothing may come.
				if n, err := io.Copy(io.Discard, r.Body); n > 0 {
					t.Errorf("%d bytes of the part were sent all the same (%v)", n, err)
				}
			})
			_, err := sendTwice(t.Context(), client(t, root), zeros(tooBig))
			wantFault(t, err, status, class, true)
			equal(t, "code", asError(t, err).Code, "early")
			equal(t, "connections", connections.Load(), 2)
		})
	}
}

// resetThen resets the first connection and gives the others to handle.
func resetThen(t *testing.T, connections *atomic.Int32, handle func(*net.TCPConn, *http.Request)) string {
	t.Helper()
	return listen(t, func(conn *net.TCPConn, n int) {
		connections.Add(1)
		r, err := head(conn)
		if err != nil {
			return
		}
		if n == 1 {
			cutOff(conn)
			return
		}
		handle(conn, r)
	})
}

func TestResetThenAccepted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		announce bool
	}{{"server continues", true}, {"server ignores Expect", false}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var connections, opened atomic.Int32
			root := resetThen(t, &connections, func(conn *net.TCPConn, r *http.Request) {
				if tt.announce {
					_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
				}
				if n, _ := io.Copy(io.Discard, r.Body); n != r.ContentLength {
					t.Errorf("%d bytes of %d", n, r.ContentLength)
				}
				_, _ = io.WriteString(conn, rawAnswer(http.StatusOK, partAdded))
			})
			c := client(t, root, func(_ *Config, l *limits) {
				if !tt.announce {
					l.expect = 10 * time.Millisecond
				}
			})
			part := zeros(tooBig)
			part.Open = func() io.Reader {
				opened.Add(1)
				return io.LimitReader(zeroReader{}, tooBig)
			}
			id, err := sendTwice(t.Context(), c, part)
			if err != nil || id != "part_1" {
				t.Errorf("got %q, %v", id, err)
			}
			equal(t, "connections", connections.Load(), 2)
			equal(t, "opened", opened.Load(), 2)
		})
	}
}

func TestResetTwice(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	root := resetThen(t, &connections, func(conn *net.TCPConn, _ *http.Request) { cutOff(conn) })
	_, err := sendTwice(t.Context(), client(t, root), zeros(tooBig))
	wantFault(t, err, 0, engine.Retryable, false)
	equal(t, "connections", connections.Load(), 2)
}

// A server that doesn't know Expect isn't asked again by itself.
func TestExpectIsNotUnderstood(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	root := resetThen(t, &connections, func(conn *net.TCPConn, _ *http.Request) {
		_, _ = io.WriteString(conn, rawAnswer(http.StatusExpectationFailed, "{}"))
	})
	_, err := sendTwice(t.Context(), client(t, root), zeros(tooBig))
	wantFault(t, err, http.StatusExpectationFailed, engine.Retryable, false)
}

// Little of a part is read for a peer that takes nothing: what the system would
// take ahead hides a slow peer's progress for minutes.
func TestLittleIsTakenAhead(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	root := listen(t, func(conn *net.TCPConn, _ int) {
		_, _ = head(conn)
		<-ctx.Done()
	})
	var taken atomic.Int64
	sending := make(chan error, 1)
	go func() {
		_, err := client(t, root).AddPart(ctx, "upload_1", engine.Part{Size: tooBig, Open: func() io.Reader {
			return readerFunc(func(p []byte) (int, error) {
				taken.Add(int64(len(p)))
				return zeroReader{}.Read(p)
			})
		}})
		sending <- err
	}()
	time.Sleep(time.Second)
	if n := taken.Load(); n == 0 || n > 1<<20 && (runtime.GOOS == "linux" || runtime.GOOS == "darwin") {
		t.Errorf("%d bytes are read", n)
	}
	cancel()
	if err := <-sending; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What is queued when a part is given up doesn't flow on: the peer sees a reset,
// and not the end that comes after the queue is empty.
func TestQueuedBytesAreDropped(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS() // For its certificate.
	t.Cleanup(server.Close)
	caFile := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(caFile, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			gone, end, at := make(chan struct{}), make(chan error, 1), make(chan time.Time, 1)
			root := listen(t, func(conn *net.TCPConn, _ int) {
				var peer net.Conn = conn
				if scheme == "https" {
					peer = tls.Server(conn, server.TLS)
				}
				if _, err := head(peer); err != nil {
					end <- err
					return
				}
				time.Sleep(200 * time.Millisecond) // Until the client waits for room.
				at <- time.Now()
				cancel()
				<-gone
				_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
				_, err := io.Copy(io.Discard, conn)
				end <- err
			})
			c := client(t, strings.Replace(root, "http", scheme, 1), func(c *Config, _ *limits) { c.CACertFile = caFile })
			if _, err := c.AddPart(ctx, "upload_1", zeros(tooBig)); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			// Less than crypto/tls would wait to say goodbye.
			if took := time.Since(<-at); took > 4*time.Second {
				t.Errorf("given up after %s", took)
			}
			close(gone)
			if err := <-end; !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("the peer saw %v, want a reset", err)
			}
		})
	}
}
