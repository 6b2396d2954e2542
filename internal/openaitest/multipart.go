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
	"net/textproto"
	"strings"
)

// framing is room for the headers and boundaries around a Part.
const framing = 64 << 10

// errForm means that a form isn't well-formed.
var errForm = errors.New("openaitest: malformed form")

// readPart reads a multipart body, which must hold exactly one field: a file
// called data, with a filename and a Content-Type, and nothing around it. It keeps
// the content under id and returns its size; on an error nothing is kept.
func (x *exchange) readPart(id string) (blob, int64, error) {
	media, params, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return nil, 0, refused(http.StatusUnsupportedMediaType,
			"The Content-Type must be multipart/form-data with a boundary.")
	}
	if x.r.ContentLength > MaxPartBytes+framing {
		return nil, 0, tooLarge()
	}
	boundary := "--" + params["boundary"]
	end := &suffix{limit: len(boundary) + len("--\r\n")}
	body := bufio.NewReaderSize(io.TeeReader(x.body, end), 256<<10)
	if start, err := body.Peek(len(boundary) + len("\r\n")); string(start) != boundary+"\r\n" {
		return nil, 0, x.badForm(cmp.Or(err, errForm))
	}
	form := multipart.NewReader(body, params["boundary"])
	field, err := form.NextRawPart()
	if err != nil {
		return nil, 0, x.badForm(err)
	}
	if apiErr := checkField(field.Header); apiErr != nil {
		return nil, 0, apiErr
	}
	content := &counted{from: io.LimitReader(field, MaxPartBytes+1)}
	b, err := x.s.store.write(id, content, max(0, x.r.ContentLength))
	switch {
	case content.err != nil:
		err = x.badForm(content.err)
	case err != nil:
	case content.n > MaxPartBytes:
		err = tooLarge()
	case content.n == 0:
		err = invalid("data", "The part is empty.")
	default:
		err = x.endOfForm(form, body, end, boundary)
	}
	if err != nil {
		if b != nil {
			b.remove()
		}
		return nil, content.n, err
	}
	return b, content.n, nil
}

// endOfForm reads what follows the only field.
func (x *exchange) endOfForm(form *multipart.Reader, body io.Reader, end *suffix, boundary string) error {
	_, err := form.NextRawPart()
	if err == nil {
		return invalid("", "The form must hold nothing but the field 'data'.")
	}
	if errors.Is(err, io.EOF) {
		_, err = io.Copy(io.Discard, io.LimitReader(body, framing))
	}
	if err == nil && !strings.HasSuffix(strings.TrimSuffix(string(end.kept), "\r\n"), boundary+"--") {
		err = errForm
	}
	if err != nil {
		return x.badForm(err)
	}
	return nil
}

// badForm is the error of a malformed form, unless the client went away.
func (x *exchange) badForm(err error) error {
	if x.body.err == nil {
		return invalid("data", "The multipart form is malformed or has no field 'data'.")
	}
	return err
}

// checkField checks the headers of the only field.
func checkField(h textproto.MIMEHeader) *apiError {
	disposition, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	switch {
	case err != nil || disposition != "form-data":
		return invalid("data", "A field's Content-Disposition can't be parsed or isn't form-data.")
	case params["name"] != "data":
		e := invalid(params["name"], "Unknown parameter: '%s'.", params["name"])
		e.code = "unknown_parameter"
		return e
	case params["filename"] == "":
		return invalid("data", "The field 'data' must be a file: it has no filename.")
	case !strings.Contains(h.Get("Content-Type"), "/"):
		return invalid("data", "The field 'data' has no Content-Type.")
	}
	return nil
}

func tooLarge() *apiError {
	return refused(http.StatusRequestEntityTooLarge, "A part can be at most %d bytes.", int64(MaxPartBytes))
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
