// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// framing is room for the headers and boundaries around a Part.
const framing = 64 << 10

// errForm means that a form isn't well-formed.
var errForm = errors.New("openaitest: malformed form")

// form is a multipart body that is read field by field, with nothing around the
// fields.
type form struct {
	x        *exchange
	fields   *multipart.Reader
	body     io.Reader
	end      *suffix
	boundary string
	what     string // names the field whose content has a limit
	limit    int64
}

// openForm begins to read a form with one file of at most limit bytes, in the field
// called what.
func (x *exchange) openForm(what string, limit int64) (*form, error) {
	media, params, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return nil, refused(http.StatusUnsupportedMediaType,
			"The Content-Type must be multipart/form-data with a boundary.")
	}
	f := &form{x: x, boundary: "--" + params["boundary"], what: what, limit: limit}
	if x.r.ContentLength > limit+framing {
		return nil, f.tooLarge()
	}
	f.end = &suffix{limit: len(f.boundary) + len("--\r\n")}
	body := bufio.NewReaderSize(io.TeeReader(x.body, f.end), 256<<10)
	if start, err := body.Peek(len(f.boundary) + len("\r\n")); string(start) != f.boundary+"\r\n" {
		return nil, f.bad(cmp.Or(err, errForm))
	}
	f.body, f.fields = body, multipart.NewReader(body, params["boundary"])
	return f, nil
}

// next returns the next field with its name and its file's name, as they were sent, or io.EOF
// after the last one if the form ends there as it should.
func (f *form) next() (*multipart.Part, map[string]string, error) {
	field, err := f.fields.NextRawPart()
	if errors.Is(err, io.EOF) {
		return nil, nil, f.ended()
	}
	if err != nil {
		return nil, nil, f.bad(err)
	}
	disposition, params, err := mime.ParseMediaType(field.Header.Get("Content-Disposition"))
	if err != nil || disposition != "form-data" {
		return nil, nil, invalid(f.what, "A field's Content-Disposition can't be parsed or isn't form-data.")
	}
	return field, params, nil
}

// ended reads what follows the last field.
func (f *form) ended() error {
	_, err := io.Copy(io.Discard, io.LimitReader(f.body, framing))
	if err == nil && !strings.HasSuffix(strings.TrimSuffix(string(f.end.kept), "\r\n"), f.boundary+"--") {
		err = errForm
	}
	if err != nil {
		return f.bad(err)
	}
	return io.EOF
}

// keep keeps the content of the file in field under id, and returns its size. On an
// error nothing is kept.
func (f *form) keep(field *multipart.Part, id string) (blob, int64, error) {
	switch {
	case field.FileName() == "":
		return nil, 0, invalid(f.what, "The field '%s' must be a file: it has no filename.", f.what)
	case !strings.Contains(field.Header.Get("Content-Type"), "/"):
		return nil, 0, invalid(f.what, "The field '%s' has no Content-Type.", f.what)
	}
	content := &counted{from: io.LimitReader(field, f.limit+1)}
	b, err := f.x.s.store.write(id, content, max(0, f.x.r.ContentLength))
	switch {
	case content.err != nil:
		err = f.bad(content.err)
	case err != nil:
	case content.n > f.limit:
		err = f.tooLarge()
	case content.n == 0:
		err = invalid(f.what, "The %s is empty.", f.what)
	}
	if err != nil {
		discard(b)
		return nil, content.n, err
	}
	return b, content.n, nil
}

// discard removes content that isn't needed after all.
func discard(b blob) {
	if b != nil {
		b.remove()
	}
}

func (f *form) unknown(name string) *apiError {
	e := invalid(name, "Unknown parameter: '%s'.", name)
	e.code = "unknown_parameter"
	return e
}

// bad is the error of a malformed form, unless the client went away.
func (f *form) bad(err error) error {
	if f.x.body.err == nil {
		return invalid(f.what, "The multipart form is malformed or has no field '%s'.", f.what)
	}
	return err
}

func (f *form) tooLarge() *apiError {
	return refused(http.StatusRequestEntityTooLarge, "The field '%s' can have at most %d bytes.", f.what, f.limit)
}

// readPart reads a form that must hold exactly one field: a file called data. It keeps
// the content under id and returns its size; on an error nothing is kept.
func (x *exchange) readPart(id string) (blob, int64, error) {
	f, err := x.openForm("data", MaxPartBytes)
	if err != nil {
		return nil, 0, err
	}
	field, params, err := f.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, 0, f.bad(errForm)
	case err != nil:
		return nil, 0, err
	case params["name"] != "data":
		return nil, 0, f.unknown(params["name"])
	}
	b, n, err := f.keep(field, id)
	if err != nil {
		return nil, n, err
	}
	if _, _, err = f.next(); err == nil {
		err = invalid("", "The form must hold nothing but the field 'data'.")
	}
	if !errors.Is(err, io.EOF) {
		discard(b)
		return nil, n, err
	}
	return b, n, nil
}

// counted counts what is read and keeps why that failed.
type counted struct {
	from io.Reader
	n    int64
	err  error
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// suffix keeps the last bytes that are written to it.
type suffix struct {
	kept  []byte
	limit int
}

func (s *suffix) Write(p []byte) (int, error) {
	s.kept = append(s.kept, p[max(0, len(p)-s.limit):]...)
	s.kept = s.kept[max(0, len(s.kept)-s.limit):]
	return len(p), nil
}
