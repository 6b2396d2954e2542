// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"bufio"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func TestUploadEndToEnd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		opts openaitest.Options
	}{
		{"memory", openaitest.Options{}}, {"disk", openaitest.Options{Dir: t.TempDir() + "/new/folder"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := openaitest.Start(t, tt.opts)
			c := newClient(t, s)
			data := pattern(300_000)
			id := c.create(len(data))
			first := c.addPart(id, data[:100_000])
			orphan := c.addPart(id, data[:100_000])
			third := c.addPart(id, data[200_000:])
			second := c.addPart(id, data[100_000:200_000])
			r := c.complete(id, strings.ToUpper(sum(data)), first, second, third)
			c.want(r, http.StatusOK)
			u, ok := s.Upload(id)
			if !ok || u.Status != "completed" || u.Received != 400_000 || u.MIMEType != "text/jsonl" {
				t.Errorf("upload: %+v", u)
			}
			if !slices.Equal(u.Parts, []string{first, orphan, third, second}) || !slices.Equal(u.PartIDs, []string{first, second, third}) {
				t.Errorf("parts: %v, named: %v", u.Parts, u.PartIDs)
			}
			f, ok := s.File(u.FileID)
			if !ok || string(f.Content) != data || f.Bytes != int64(len(data)) || !f.CreatedAt.Equal(u.CreatedAt) || f.UploadID != id {
				t.Errorf("file: %t, %d bytes of content, %d, %s", ok, len(f.Content), f.Bytes, f.CreatedAt)
			}
			got := c.do(http.MethodGet, "/files/"+u.FileID+"/content", nil)
			if got.status != http.StatusOK || got.raw != data {
				t.Errorf("content: %d, %d bytes", got.status, len(got.raw))
			}
			c.want(c.do(http.MethodDelete, "/files/"+u.FileID, nil), http.StatusOK)
			c.wantError(c.do(http.MethodGet, "/files/"+u.FileID, nil), http.StatusNotFound, "id", "")
			if n := len(s.Files()); n != 0 {
				t.Errorf("%d files are left", n)
			}
		})
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	id := c.create(3)
	part := c.addPart(id, "abc")
	c.want(c.complete(id, "", part), http.StatusOK)
	u, _ := s.Upload(id)
	for _, tt := range []struct{ name, got string }{
		{`^upload_[0-9a-f]{32}$`, id}, {`^part_[0-9a-f]{32}$`, part}, {`^file-[0-9A-Za-z]{22}$`, u.FileID},
	} {
		if !regexp.MustCompile(tt.name).MatchString(tt.got) {
			t.Errorf("%q isn't of the form %s", tt.got, tt.name)
		}
	}
}

func TestCreateUploadRefuses(t *testing.T) {
	t.Parallel()
	with := func(old, repl string) string { return strings.Replace(createBody(8), old, repl, 1) }
	tests := []struct {
		name              string
		body, param, code string
	}{
		{"no JSON", `{"filename":`, "", ""},
		{"comma missing", `{"filename":"a" "purpose":"batch"}`, "", ""},
		{"no object", `["a"]`, "", ""},
		{"not UTF-8", with("a.jsonl", "a\xff.jsonl"), "", ""},
		{"something behind", createBody(8) + "{}", "", ""},
		{"key twice", createBody(8, `"bytes":8`), "bytes", ""},
		{"unknown field", createBody(8, `"md5":"x"`), "md5", "unknown_parameter"},
		{"no filename", with(`"filename":"a.jsonl",`, ""), "filename", "missing_required_parameter"},
		{"no purpose", with(`"purpose":"fine-tune",`, ""), "purpose", "missing_required_parameter"},
		{"no mime_type", with(`"mime_type":"text/jsonl",`, ""), "mime_type", "missing_required_parameter"},
		{"no bytes", with(`,"bytes":8`, ""), "bytes", "missing_required_parameter"},
		{"filename a number", with(`"a.jsonl"`, "1"), "filename", "invalid_type"},
		{"filename null", with(`"a.jsonl"`, "null"), "filename", "invalid_type"},
		{"filename empty", with("a.jsonl", ""), "filename", "empty_string"},
		{"filename with slash", with("a.jsonl", "x/a.jsonl"), "filename", ""},
		{"filename backslash", with("a.jsonl", `x\\a.jsonl`), "filename", ""},
		{"filename control", with("a.jsonl", `a\n.jsonl`), "filename", ""},
		{"purpose unknown", with("fine-tune", "world_domination"), "purpose", ""},
		{"mime_type no type", with("text/jsonl", "jsonl"), "mime_type", ""},
		{"bytes zero", createBody(0), "bytes", "invalid_value"},
		{"bytes negative", createBody(-1), "bytes", "invalid_value"},
		{"bytes above 8 GiB", createBody(8<<30 + 1), "bytes", "invalid_value"},
		{"bytes a text", with(`"bytes":8`, `"bytes":"8"`), "bytes", "invalid_type"},
		{"bytes a fraction", with(`"bytes":8`, `"bytes":8.5`), "bytes", "invalid_type"},
		{"expiry null", createBody(8, `"expires_after":null`), "expires_after", "invalid_type"},
		{"expiry no anchor", createBody(8, `"expires_after":{"seconds":3600}`), "expires_after.anchor", "missing_required_parameter"},
		{"expiry other anchor", createBody(8, `"expires_after":{"anchor":"now","seconds":3600}`), "expires_after.anchor", "invalid_value"},
		{"expiry no seconds", createBody(8, `"expires_after":{"anchor":"created_at"}`), "expires_after.seconds", "missing_required_parameter"},
		{"expiry too short", createBody(8, `"expires_after":{"anchor":"created_at","seconds":3599}`), "expires_after.seconds", "invalid_value"},
		{"expiry too long", createBody(8, `"expires_after":{"anchor":"created_at","seconds":2592001}`), "expires_after.seconds", "invalid_value"},
		{"expiry unknown", createBody(8, `"expires_after":{"anchor":"created_at","seconds":3600,"x":1}`), "expires_after.x", "unknown_parameter"},
	}
	s := openaitest.Start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, s)
			r := c.postJSON("/uploads", tt.body)
			c.wantError(r, http.StatusBadRequest, tt.param, tt.code)
			if detail, ok := r.body["detail"].(map[string]any); !ok || len(detail) != 2 {
				t.Errorf("detail: %s", r.raw)
			}
		})
	}
	t.Cleanup(func() {
		if n := len(s.Uploads()); n != 0 {
			t.Errorf("%d uploads were made", n)
		}
	})
}

func TestCreateUploadAccepts(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{Purposes: []string{"brand-new"}})
	c := newClient(t, s)
	c.create(8 << 30)
	c.create(1, `"expires_after":{"anchor":"created_at","seconds":2592000}`)
	for _, purpose := range []string{"fine-tune", "assistants", "batch", "user_data", "vision", "evals", "brand-new"} {
		c.want(c.postJSON("/uploads", strings.Replace(createBody(1), "fine-tune", purpose, 1)), http.StatusOK)
	}
	r := c.postJSON("/uploads", strings.Replace(createBody(1), "a.jsonl", `你 \"好\".txt`, 1), "Content-Type: application/json; charset=utf-8")
	if r.status != http.StatusOK || r.body["filename"] != `你 "好".txt` {
		t.Errorf("filename: %s", r.raw)
	}
}

func TestAddPartRefusesForms(t *testing.T) {
	t.Parallel()
	field := func(disposition, more string) string {
		return "--xyz\r\nContent-Disposition: " + disposition + "\r\n" + more + "\r\nabc"
	}
	const typed = "Content-Type: text/plain\r\n"
	tests := []struct {
		name              string
		body, contentType string
		status            int
	}{
		{"JSON", "{}", "application/json", http.StatusUnsupportedMediaType},
		{"no boundary", dataHead + "abc" + formTail, "multipart/form-data", http.StatusUnsupportedMediaType},
		{"no type", dataHead + "abc" + formTail, "", http.StatusUnsupportedMediaType},
		{"no field", "--xyz--\r\n", partType, http.StatusBadRequest},
		{"nothing", "", partType, http.StatusBadRequest},
		{"other name", field(`form-data; name="file"; filename="x"`, typed) + formTail, partType, http.StatusBadRequest},
		{"no filename", field(`form-data; name="data"`, typed) + formTail, partType, http.StatusBadRequest},
		{"no content type", field(`form-data; name="data"; filename="x"`, "") + formTail, partType, http.StatusBadRequest},
		{"attachment", field(`attachment; name="data"; filename="x"`, typed) + formTail, partType, http.StatusBadRequest},
		{"second field", dataHead + "abc\r\n" + field(`form-data; name="x"`, "") + formTail, partType, http.StatusBadRequest},
		{"data twice", dataHead + "abc\r\n" + dataHead + "def" + formTail, partType, http.StatusBadRequest},
		{"no end", dataHead + "abc", partType, http.StatusBadRequest},
		{"other boundary", dataHead + "abc" + formTail, `multipart/form-data; boundary="abc"`, http.StatusBadRequest},
		{"preamble", "hello\r\n" + dataHead + "abc" + formTail, partType, http.StatusBadRequest},
		{"epilogue", dataHead + "abc" + formTail + "bye", partType, http.StatusBadRequest},
		{"broken headers", "--xyz\r\nnonsense\r\n\r\nabc" + formTail, partType, http.StatusBadRequest},
		{"half a header", "--xyz\r\nContent-Dis", partType, http.StatusBadRequest},
		{"headers only", dataHead, partType, http.StatusBadRequest},
		{"bare newlines", strings.ReplaceAll(dataHead+"abc"+formTail, "\r", ""), partType, http.StatusBadRequest},
		{"empty", dataHead + formTail, partType, http.StatusBadRequest},
		{"above bytes", dataHead + strings.Repeat("x", 101) + formTail, partType, http.StatusBadRequest},
	}
	s := openaitest.Start(t)
	id := newClient(t, s).create(100)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, s)
			r := c.do(http.MethodPost, "/uploads/"+id+"/parts", strings.NewReader(tt.body), "Content-Type: "+tt.contentType)
			c.want(r, tt.status)
			if r.body["error"] == nil {
				t.Errorf("no error: %s", r.raw)
			}
		})
	}
	t.Cleanup(func() {
		if u, _ := s.Upload(id); len(u.Parts) != 0 {
			t.Errorf("parts were taken: %v", u.Parts)
		}
	})
}

func TestPartLimit(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{Discard: true})
	c := newClient(t, s)
	id := c.create(1 << 30)
	send := func(size int64, chunked bool) reply {
		zeros := readerFunc(func(p []byte) (int, error) {
			clear(p)
			return len(p), nil
		})
		body := io.MultiReader(strings.NewReader(dataHead), io.LimitReader(zeros, size), strings.NewReader(formTail))
		req := c.request(t.Context(), http.MethodPost, "/uploads/"+id+"/parts", body, "Content-Type: "+partType)
		if !chunked {
			req.ContentLength = int64(len(dataHead)+len(formTail)) + size
		}
		r, err := c.try(req)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	c.want(send(openaitest.MaxPartBytes, false), http.StatusOK)
	c.wantError(send(openaitest.MaxPartBytes+1, true), http.StatusRequestEntityTooLarge, "", "")
	c.wantError(send(2*openaitest.MaxPartBytes, false), http.StatusRequestEntityTooLarge, "", "")
	if u, _ := s.Upload(id); u.Received != openaitest.MaxPartBytes || len(u.Parts) != 1 {
		t.Errorf("received %d", u.Received)
	}
}

// TestRefusedBody sends a whole body before it looks for an answer, as some clients do, and
// one that waits for a go-ahead.
func TestRefusedBody(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{Discard: true})
	c := newClient(t, s)
	id := c.create(1 << 30)
	const size = openaitest.MaxPartBytes + 1<<20
	conn := dial(t, s)
	head := "POST /v1/uploads/" + id + "/parts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + s.APIKey() +
		"\r\nContent-Type: " + partType + "\r\nContent-Length: " + strconv.Itoa(size) + "\r\n"
	write(t, conn, head+"\r\n")
	block := strings.Repeat("x", 1<<20)
	for range size >> 20 {
		write(t, conn, block)
	}
	for _, expect := range []string{"", "Expect: 100-continue\r\n"} {
		if expect != "" {
			write(t, conn, head+expect+"\r\n")
		}
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || r.StatusCode != http.StatusRequestEntityTooLarge {
			t.Fatalf("%q: %v, %v", expect, r, err)
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	if j := s.Requests(openaitest.OpAddPart); len(j) != 2 || j[1].BodyBytes != 0 {
		t.Errorf("a body that nobody had sent yet was read: %+v", j)
	}
}

// Content may look like a boundary, and a boundary may lie across reads.
func TestContentLikeBoundaries(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	for _, data := range []string{
		"\r\n--xy", "\r\n--xy\r\n--xy", "\r\n", "\r\r\n--xxyz", "\n--xyz--", "\r",
		pattern(256<<10 - 300), strings.Repeat("\r\n--xy", 100_000),
	} {
		id := c.create(len(data))
		c.want(c.complete(id, sum(data), c.addPart(id, data)), http.StatusOK)
	}
	data := pattern(600)
	for at := range 256 {
		// The end of the content moves over the end of the server's buffer.
		data := strings.Repeat("y", 256<<10-400) + data[:at+200]
		id := c.create(len(data))
		c.want(c.complete(id, sum(data), c.addPart(id, data)), http.StatusOK)
	}
}

func TestCompleteRefuses(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	foreign := c.addPart(c.create(3), "abc")
	id := c.create(6)
	a, b := c.addPart(id, "abc"), c.addPart(id, "def")
	list := func(ids ...string) string { return `"part_ids":["` + strings.Join(ids, `","`) + `"]` }
	for _, tt := range []struct{ name, body, param, code string }{
		{"no list", `{}`, "part_ids", "missing_required_parameter"},
		{"empty list", `{"part_ids":[]}`, "part_ids", "empty_array"},
		{"no texts", `{"part_ids":[1]}`, "part_ids", "invalid_type"},
		{"one missing", "{" + list(a) + "}", "part_ids", ""},
		{"one twice", "{" + list(a, a) + "}", "part_ids", ""},
		{"one unknown", "{" + list(a, "part_x") + "}", "part_ids", ""},
		{"one foreign", "{" + list(a, foreign) + "}", "part_ids", ""},
		{"unknown field", "{" + list(a, b) + `,"bytes":6}`, "bytes", "unknown_parameter"},
		{"md5 no hex", "{" + list(a, b) + `,"md5":"zz"}`, "md5", ""},
		{"md5 null", "{" + list(a, b) + `,"md5":null}`, "md5", "invalid_type"},
		{"md5 wrong", "{" + list(a, b) + `,"md5":"` + sum("defabc") + `"}`, "md5", ""},
		{"order wrong", "{" + list(b, a) + `,"md5":"` + sum("abcdef") + `"}`, "md5", ""},
	} {
		r := c.postJSON("/uploads/"+id+"/complete", tt.body)
		t.Log(tt.name)
		c.wantError(r, http.StatusBadRequest, tt.param, tt.code)
	}
	// None of that has changed anything.
	c.want(c.complete(id, sum("abcdef"), a, b), http.StatusOK)
	c.wantError(c.complete(id, sum("abcdef"), a, b), http.StatusBadRequest, "upload_id", "")
	c.wantError(c.cancel(id), http.StatusBadRequest, "upload_id", "")
	c.wantError(c.part(id, "abc"), http.StatusBadRequest, "upload_id", "")
	if n := len(s.Files()); n != 1 {
		t.Errorf("%d files", n)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	id := c.create(3)
	part := c.addPart(id, "abc")
	c.wantError(c.do(http.MethodPost, "/uploads/"+id+"/cancel", strings.NewReader("{}")), http.StatusBadRequest, "", "")
	r := c.cancel(id)
	c.want(r, http.StatusOK)
	if r.body["status"] != "cancelled" {
		t.Errorf("status: %s", r.raw)
	}
	c.wantError(c.complete(id, "", part), http.StatusBadRequest, "upload_id", "")
	c.wantError(c.part(id, "abc"), http.StatusBadRequest, "upload_id", "")
	c.wantError(c.cancel(id), http.StatusBadRequest, "upload_id", "")
	for _, path := range []string{"/uploads/upload_x/parts", "/uploads/upload_x/complete", "/uploads/upload_x/cancel"} {
		body, kind := "", "Content-Type: "
		if strings.HasSuffix(path, "complete") {
			body, kind = `{"part_ids":["x"]}`, "Content-Type: application/json"
		}
		r := c.do(http.MethodPost, path, strings.NewReader(body), kind)
		c.wantError(r, http.StatusNotFound, "upload_id", "")
	}
}

// A Part that is on its way when its Upload ends isn't taken.
func TestPartEndsAfterItsUpload(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	id := c.create(6)
	half := make(chan struct{})
	body := partBody("abcdef")
	gated := readerFunc(func(p []byte) (int, error) {
		<-half
		return body.Read(p)
	})
	answered := make(chan reply, 1)
	go func() {
		r, err := c.try(c.request(t.Context(), http.MethodPost, "/uploads/"+id+"/parts", gated, "Content-Type: "+partType))
		if err != nil {
			t.Error(err)
		}
		answered <- r
	}()
	eventually(t, "the part begins", func() bool { return len(s.Requests(openaitest.OpAddPart)) == 1 })
	c.want(c.cancel(id), http.StatusOK)
	close(half)
	c.wantError(<-answered, http.StatusBadRequest, "upload_id", "")
}

func TestUploadExpires(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t)
	c := newClient(t, s)
	s.SetNow(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC))
	r := c.postJSON("/uploads", createBody(3))
	id := c.id(r)
	created, ok := r.body["created_at"].(float64)
	if !ok || r.body["expires_at"] != created+3600 {
		t.Errorf("expiry: %s", r.raw)
	}
	date, err := http.ParseTime(r.header.Get("Date"))
	if err != nil || date.Year() != 2031 || date.Sub(time.Unix(int64(created), 0)).Abs() > time.Minute {
		t.Errorf("Date is %q, created_at %f: %v", r.header.Get("Date"), created, err)
	}
	part := c.addPart(id, "abc")
	s.Advance(openaitest.UploadLifetime)
	c.wantError(c.part(id, "abc"), http.StatusBadRequest, "upload_id", "")
	c.wantError(c.complete(id, "", part), http.StatusBadRequest, "upload_id", "")
	c.wantError(c.cancel(id), http.StatusBadRequest, "upload_id", "")
	if u := s.Uploads(); len(u) != 1 || u[0].Status != "expired" {
		t.Errorf("uploads: %+v", u)
	}
}

func TestDiscard(t *testing.T) {
	t.Parallel()
	s := openaitest.Start(t, openaitest.Options{Discard: true})
	c := newClient(t, s)
	id := c.create(3)
	r := c.complete(id, sum("something else"), c.addPart(id, "abc"))
	c.want(r, http.StatusOK)
	f := s.Files()
	if len(f) != 1 || f[0].Bytes != 3 || f[0].Content != nil {
		t.Fatalf("files: %+v", f)
	}
	c.wantError(c.do(http.MethodGet, "/files/"+f[0].ID+"/content", nil), http.StatusBadRequest, "", "")
}
