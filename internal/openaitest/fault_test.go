// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func TestFaultStatus(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		fault       openaitest.Fault
		kind, code  string
		header, val string
	}{
		{"500", openaitest.Fault{Status: 500}, "server_error", "", "", ""},
		{"520", openaitest.Fault{Status: 520}, "server_error", "", "", ""},
		{"429", openaitest.Fault{Status: 429, Header: http.Header{"Retry-After": {"1"}}}, "requests", "rate_limit_exceeded", "Retry-After", "1"},
		{"quota", openaitest.Fault{Status: 429, Code: "insufficient_quota"}, "insufficient_quota", "insufficient_quota", "", ""},
		{"403", openaitest.Fault{Status: 403, Header: http.Header{"x-should-retry": {"false"}}}, "invalid_request_error", "", "X-Should-Retry", "false"},
		{"own words", openaitest.Fault{Status: 400, Message: "no", Code: "c"}, "invalid_request_error", "c", "", ""},
		{"request ID", openaitest.Fault{Status: 400, Header: http.Header{"X-Request-ID": {"req_mine"}}}, "invalid_request_error", "", "X-Request-ID", "req_mine"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t)
			c := newClient(t, s)
			s.Inject(tt.fault)
			r := c.postJSON("/uploads", createBody(3))
			c.wantError(r, tt.fault.Status, "", tt.code)
			e, ok := r.body["error"].(map[string]any)
			if !ok || e["type"] != tt.kind || tt.fault.Message != "" && e["message"] != tt.fault.Message {
				t.Errorf("error: %s", r.raw)
			}
			if r.header.Get(tt.header) != tt.val {
				t.Errorf("%s is %q", tt.header, r.header.Get(tt.header))
			}
			j := only(t, s, openaitest.OpCreateUpload)
			if !j.Injected || j.Status != tt.fault.Status || j.RequestID != r.header.Get("X-Request-ID") || len(s.Uploads()) != 0 {
				t.Errorf("journal: %+v", j)
			}
			c.create(3) // it fires once
		})
	}
}

func TestFaultBodies(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	s.Inject(openaitest.Fault{Status: 502, Body: "<html>", Header: http.Header{"Content-Type": {"text/html"}}})
	s.Inject(openaitest.Fault{Body: `{"id":1}`})
	s.Inject(openaitest.Fault{Status: 204})
	for _, want := range []reply{{status: 502, raw: "<html>"}, {status: 200, raw: `{"id":1}`}, {status: 204}} {
		if r := c.postJSON("/uploads", createBody(3)); r.status != want.status || r.raw != want.raw {
			t.Errorf("got %d %q, want %d %q", r.status, r.raw, want.status, want.raw)
		}
	}
	if len(s.Uploads()) != 0 {
		t.Error("an upload was made")
	}
}

func TestFaultSelection(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	var hooked atomic.Int32
	s.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Status: 599, Times: -1})
	s.Inject(openaitest.Fault{
		Op: openaitest.OpCreateUpload, Skip: 1, Times: 2, Status: 500,
		Where: map[string]any{"body": map[string]any{"filename": "a.jsonl"}},
		Hook: func(r openaitest.Request) {
			if !r.Injected || r.Op != openaitest.OpCreateUpload {
				t.Errorf("hook got %+v", r)
			}
			hooked.Add(1)
		},
	})
	s.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, Status: 501})
	other := strings.Replace(createBody(3), "a.jsonl", "b.jsonl", 1)
	var got []int
	for _, body := range []string{createBody(3), other, createBody(3), createBody(3), createBody(3)} {
		got = append(got, c.postJSON("/uploads", body).status)
	}
	for i, want := range []int{501, 200, 500, 500, 200} {
		if got[i] != want {
			t.Errorf("statuses %v", got)
			break
		}
	}
	if hooked.Load() != 2 {
		t.Errorf("hooked %d times", hooked.Load())
	}
	for range 3 {
		c.want(c.do(http.MethodGet, "/files/x", nil), 599)
	}
	s.ClearFaults()
	c.want(c.do(http.MethodGet, "/files/x", nil), http.StatusNotFound)
}

// Faults that do the work: only the answer suffers.
func TestFaultAfterTheWork(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		fault   openaitest.Fault
		check   func(r reply, err error) bool
		aborted bool
	}{
		{"cut", openaitest.Fault{CutAfter: true}, func(_ reply, err error) bool {
			return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF)
		}, true},
		{"truncated", openaitest.Fault{Truncate: true}, func(r reply, err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) && r.status == http.StatusOK && r.raw != "" && r.header.Get("X-Request-ID") != ""
		}, true},
		{"garbage", openaitest.Fault{Garbage: true}, func(r reply, err error) bool {
			return err == nil && r.status == http.StatusOK && strings.Contains(r.raw, "<html>") && r.body == nil
		}, false},
		{"changed", openaitest.Fault{Mutate: func(b map[string]any) { b["id"] = ""; delete(b, "object") }}, func(r reply, err error) bool {
			_, there := r.body["object"]
			return err == nil && r.status == http.StatusOK && r.body["id"] == "" && !there && r.body["bytes"] == 3.0
		}, false},
		{"delayed", openaitest.Fault{Delay: 20 * time.Millisecond}, func(r reply, err error) bool {
			return err == nil && r.status == http.StatusOK
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t)
			c := newClient(t, s)
			s.Inject(tt.fault)
			r, err := c.try(c.request(t.Context(), http.MethodPost, "/uploads", strings.NewReader(createBody(3)), "Content-Type: application/json"))
			if !tt.check(r, err) {
				t.Errorf("%d %q, %v", r.status, r.raw, err)
			}
			idle(t, s)
			j := only(t, s, openaitest.OpCreateUpload)
			if u := s.Uploads(); len(u) != 1 || u[0].ID != j.UploadID {
				t.Errorf("uploads: %v", u)
			}
			if j.Aborted != tt.aborted || !j.Injected || j.Finished.Before(j.Started.Add(tt.fault.Delay)) {
				t.Errorf("journal: %+v", j)
			}
		})
	}
}

func TestFaultCutBefore(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	id := c.create(8 << 20)
	s.Inject(openaitest.Fault{Op: openaitest.OpAddPart, CutBefore: true, AfterBytes: 1 << 20})
	req := c.request(t.Context(), http.MethodPost, "/uploads/"+id+"/parts", partBody(pattern(8<<20)), "Content-Type: "+partType)
	if r, err := c.try(req); err == nil {
		t.Errorf("answered: %d", r.status)
	}
	idle(t, s)
	j := only(t, s, openaitest.OpAddPart)
	if !j.Aborted || j.Status != 0 || j.BodyBytes != 1<<20 || j.PartID != "" {
		t.Errorf("journal: %+v", j)
	}
	if u, _ := s.Upload(id); len(u.Parts) != 0 {
		t.Errorf("parts: %v", u.Parts)
	}
}

// An early answer is read by a client that is still writing, and the
// connection isn't used again. No 100 precedes it.
func TestFaultEarly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, header string }{{"at once", "X: y"}, {"expecting 100", "Expect: 100-continue"}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t)
			c := newClient(t, s)
			id := c.create(1 << 30)
			s.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Early: true, Status: http.StatusUnauthorized})
			conn := dial(t, s)
			write(t, conn, "POST /v1/uploads/"+id+"/parts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+s.APIKey()+
				"\r\nContent-Type: "+partType+"\r\nContent-Length: 1000000000\r\n"+tt.header+"\r\n\r\n")
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			raw, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != http.StatusUnauthorized || !res.Close || !strings.Contains(string(raw), "invalid_api_key") {
				t.Errorf("%d, close %t, %q, %v", res.StatusCode, res.Close, raw, err)
			}
			if _, err := conn.Read(make([]byte, 1)); err == nil {
				t.Error("the connection goes on")
			}
			idle(t, s)
			if j := only(t, s, openaitest.OpAddPart); j.BodyBytes != 0 || j.Status != http.StatusUnauthorized || j.Aborted {
				t.Errorf("journal: %+v", j)
			}
		})
	}
}

func TestExpectContinue(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	id := c.create(3)
	conn := dial(t, s)
	body := dataHead + "abc" + formTail
	write(t, conn, "POST /v1/uploads/"+id+"/parts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+s.APIKey()+
		"\r\nContent-Type: "+partType+"\r\nContent-Length: "+itoa(len(body))+"\r\nExpect: 100-continue\r\n\r\n")
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != http.StatusContinue {
		t.Fatalf("%v, %v", res, err)
	}
	_ = res.Body.Close()
	write(t, conn, body)
	if res, err = http.ReadResponse(r, nil); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	_ = res.Body.Close()
}

// Whatever leaves the client without an answer ends when the client does.
func TestFaultWithoutAnswer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
		made  int
	}{
		{"hang", openaitest.Fault{Hang: true}, 0},
		{"delay", openaitest.Fault{Delay: time.Hour}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t)
			c := newClient(t, s)
			ctx, cancel := context.WithCancel(t.Context())
			tt.fault.Hook = func(openaitest.Request) { time.AfterFunc(50*time.Millisecond, cancel) }
			s.Inject(tt.fault)
			_, err := c.try(c.request(ctx, http.MethodPost, "/uploads", strings.NewReader(createBody(3)), "Content-Type: application/json"))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("err: %v", err)
			}
			idle(t, s)
			if j := only(t, s, openaitest.OpCreateUpload); !j.Aborted || len(s.Uploads()) != tt.made {
				t.Errorf("%d uploads, journal: %+v", len(s.Uploads()), j)
			}
		})
	}
}

func TestFaultEndless(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	s.Inject(openaitest.Fault{Endless: true})
	res, err := c.http.Do(c.request(t.Context(), http.MethodPost, "/uploads", strings.NewReader(createBody(3)), "Content-Type: application/json"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.CopyN(io.Discard, res.Body, 4<<20)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%d after %d bytes, %v", res.StatusCode, n, err)
	}
	_ = res.Body.Close()
	idle(t, s)
	if j := only(t, s, openaitest.OpCreateUpload); !j.Aborted || len(s.Uploads()) != 0 {
		t.Errorf("journal: %+v", j)
	}
}

func TestFaultStall(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{ReadBuffer: 64 << 10})
	c := newClient(t, s)
	id := c.create(1 << 30)
	s.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Stall: true})
	var sent atomic.Int64
	data := strings.NewReader(strings.Repeat("x", 64<<20))
	counted := readerFunc(func(p []byte) (int, error) {
		n, err := data.Read(p)
		sent.Add(int64(n))
		return n, err
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := c.try(c.request(ctx, http.MethodPost, "/uploads/"+id+"/parts", counted, "Content-Type: "+partType))
		done <- err
	}()
	eventually(t, "the stall begins", func() bool { return len(s.Requests(openaitest.OpAddPart)) == 1 })
	idle(t, s) // a stalled request counts as given up
	last := int64(-1)
	eventually(t, "the client is blocked", func() bool {
		now := sent.Load()
		time.Sleep(100 * time.Millisecond)
		same := now == last && now > 0
		last = now
		return same
	})
	if last >= 64<<20 {
		t.Error("the whole body was taken")
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("err: %v", err)
	}
	if j := only(t, s, openaitest.OpAddPart); !j.Aborted || j.BodyBytes != 0 {
		t.Errorf("journal: %+v", j)
	}
}

// A slow body is read at its rate, by the whole server or by a fault.
func TestBytesPerSecond(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		opts  openaitest.Options
		fault openaitest.Fault
	}{
		{name: "server", opts: openaitest.Options{BytesPerSecond: 1 << 20}},
		{name: "fault", fault: openaitest.Fault{Op: openaitest.OpAddPart, BytesPerSecond: 1 << 20}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t, tt.opts)
			s.Inject(tt.fault)
			c := newClient(t, s)
			id := c.create(256 << 10)
			c.addPart(id, pattern(256<<10))
			j := only(t, s, openaitest.OpAddPart)
			if took := j.Finished.Sub(j.Started); took < 240*time.Millisecond {
				t.Errorf("took %s", took)
			}
			if j.PartBytes != 256<<10 || j.BodyBytes != j.ContentLength {
				t.Errorf("journal: %+v", j)
			}
		})
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{Latency: 30 * time.Millisecond})
	newClient(t, s).create(3)
	if j := only(t, s, openaitest.OpCreateUpload); j.Finished.Sub(j.Started) < 30*time.Millisecond {
		t.Errorf("took %s", j.Finished.Sub(j.Started))
	}
}
