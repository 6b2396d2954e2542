// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"context"
	"crypto/md5" //nolint:gosec // the API's checksum
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// patience is how long a test waits for something that must happen.
const patience = 20 * time.Second

// client is a plain HTTP client of one server.
type client struct {
	tb   testing.TB
	s    *openaitest.Server
	http *http.Client
}

// reply is an answer that has been read.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func newClient(tb testing.TB, s *openaitest.Server) *client {
	tb.Helper()
	tr := &http.Transport{}
	tb.Cleanup(tr.CloseIdleConnections)
	return &client{tb: tb, s: s, http: &http.Client{Transport: tr}}
}

// request builds a request with the right key; header lines are "Key: value",
// and an empty value removes the header.
func (c *client) request(ctx context.Context, method, path string, body io.Reader, header ...string) *http.Request {
	c.tb.Helper()
	req, err := http.NewRequestWithContext(ctx, method, c.s.URL()+path, body)
	if err != nil {
		c.tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.s.APIKey())
	for _, line := range header {
		k, v, _ := strings.Cut(line, ": ")
		if v == "" {
			req.Header.Del(k)
		} else {
			req.Header.Set(k, v)
		}
	}
	return req
}

// try sends a request and reads the answer.
func (c *client) try(req *http.Request) (reply, error) {
	res, err := c.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	r := reply{status: res.StatusCode, header: res.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &r.body) // some answers aren't JSON
	return r, err
}

// do is a request with an answer that must come.
func (c *client) do(method, path string, body io.Reader, header ...string) reply {
	c.tb.Helper()
	r, err := c.try(c.request(c.tb.Context(), method, path, body, header...))
	if err != nil {
		c.tb.Fatal(err)
	}
	return r
}

func (c *client) postJSON(path, body string, header ...string) reply {
	c.tb.Helper()
	return c.do(http.MethodPost, path, strings.NewReader(body), append([]string{"Content-Type: application/json"}, header...)...)
}

// create makes an Upload and returns its ID.
func (c *client) create(size int, extra ...string) string {
	c.tb.Helper()
	r := c.postJSON("/uploads", createBody(size, extra...))
	return c.id(r)
}

// createBody is the JSON of a good request, with more members.
func createBody(size int, extra ...string) string {
	all := append([]string{
		`"filename":"a.jsonl"`, `"purpose":"fine-tune"`, `"mime_type":"text/jsonl"`, fmt.Sprintf(`"bytes":%d`, size),
	}, extra...)
	return "{" + strings.Join(all, ",") + "}"
}

const (
	partType = `multipart/form-data; boundary="xyz"`
	dataHead = "--xyz\r\nContent-Disposition: form-data; name=\"data\"; filename=\"blob\"\r\n" +
		"Content-Type: application/octet-stream\r\n\r\n"
	formTail = "\r\n--xyz--\r\n"
)

func partBody(data string) io.Reader { return strings.NewReader(dataHead + data + formTail) }

func (c *client) part(upload, data string) reply {
	c.tb.Helper()
	return c.do(http.MethodPost, "/uploads/"+upload+"/parts", partBody(data), "Content-Type: "+partType)
}

// addPart adds a Part and returns its ID.
func (c *client) addPart(upload, data string) string {
	c.tb.Helper()
	return c.id(c.part(upload, data))
}

func (c *client) complete(upload string, md5 string, parts ...string) reply {
	c.tb.Helper()
	body := map[string]any{"part_ids": parts}
	if md5 != "" {
		body["md5"] = md5
	}
	raw, err := json.Marshal(body)
	if err != nil {
		c.tb.Fatal(err)
	}
	return c.postJSON("/uploads/"+upload+"/complete", string(raw))
}

func (c *client) cancel(upload string) reply {
	c.tb.Helper()
	return c.do(http.MethodPost, "/uploads/"+upload+"/cancel", nil)
}

// upload takes data through all calls and returns the File's ID.
func (c *client) upload(data string) string {
	c.tb.Helper()
	id := c.create(len(data))
	r := c.complete(id, sum(data), c.addPart(id, data))
	c.want(r, http.StatusOK)
	file, ok := r.body["file"].(map[string]any)
	if !ok {
		c.tb.Fatalf("no file in %s", r.raw)
	}
	return c.id(reply{status: r.status, raw: r.raw, body: file})
}

// id returns the ID in an answer that must be a success.
func (c *client) id(r reply) string {
	c.tb.Helper()
	c.want(r, http.StatusOK)
	s, ok := r.body["id"].(string)
	if !ok || s == "" {
		c.tb.Fatalf("no id in %s", r.raw)
	}
	return s
}

func (c *client) want(r reply, status int) {
	c.tb.Helper()
	if r.status != status {
		c.tb.Fatalf("status %d, want %d: %s", r.status, status, r.raw)
	}
}

// wantError checks an error's status, shape, param and code ("" for null).
func (c *client) wantError(r reply, status int, param, code string) {
	c.tb.Helper()
	c.want(r, status)
	e, ok := r.body["error"].(map[string]any)
	if !ok {
		c.tb.Fatalf("no error in %s", r.raw)
	}
	for _, member := range []string{"message", "type"} {
		if s, ok := e[member].(string); !ok || s == "" {
			c.tb.Errorf("%s isn't a text: %s", member, r.raw)
		}
	}
	for _, tt := range []struct{ name, want string }{{"param", param}, {"code", code}} {
		got, there := e[tt.name]
		if !there || tt.want == "" && got != nil || tt.want != "" && got != tt.want {
			c.tb.Errorf("%s is %v (there: %t), want %q: %s", tt.name, got, there, tt.want, r.raw)
		}
	}
	if len(e) != 4 {
		c.tb.Errorf("an error has 4 members, not %d: %s", len(e), r.raw)
	}
	if r.header.Get("X-Request-ID") == "" {
		c.tb.Error("no X-Request-ID")
	}
}

func sum(data string) string {
	h := md5.Sum([]byte(data)) //nolint:gosec // the API's checksum
	return hex.EncodeToString(h[:])
}

// idle waits until the server has no request in flight.
func idle(tb testing.TB, s *openaitest.Server) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	if err := s.WaitIdle(ctx); err != nil {
		tb.Fatal(err)
	}
}

// only returns the single journal entry for op.
func only(tb testing.TB, s *openaitest.Server, op openaitest.Op) openaitest.Request {
	tb.Helper()
	all := s.Requests(op)
	if len(all) != 1 {
		tb.Fatalf("%d requests for %s, want 1", len(all), op)
	}
	return all[0]
}

// eventually polls until cond holds: the network gives no other sign.
func eventually(tb testing.TB, what string, cond func() bool) {
	tb.Helper()
	deadline := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(deadline) {
			tb.Fatal("never happened: " + what)
		}
		time.Sleep(time.Millisecond)
	}
}

// breakOff sends the beginning of a POST, closes the connection, and waits
// until the server has noticed.
func breakOff(t *testing.T, s *openaitest.Server, path, contentType, head string) {
	t.Helper()
	before := len(s.Journal())
	conn := dial(t, s)
	write(t, conn, "POST /v1"+path+" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+s.APIKey()+
		"\r\nContent-Type: "+contentType+"\r\nContent-Length: 100000\r\n\r\n"+head)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the request arrives", func() bool { return len(s.Journal()) > before })
	idle(t, s)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// pattern is n bytes that don't repeat soon.
func pattern(n int) string {
	b := make([]byte, 0, n+16)
	for i := int64(0); len(b) < n; i++ {
		b = append(strconv.AppendInt(b, i, 10), ',')
	}
	return string(b[:n])
}

// dial opens a raw connection to s.
func dial(t *testing.T, s *openaitest.Server) net.Conn {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func write(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}
