// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"strings"
)

// framing is room for the headers and boundaries around a Part.
const framing = 64 << 10

// errForm means that a form isn't well-formed.
var errForm = errors.New("openaitest: malformed form")

// readPart reads a multipart body, which must hold exactly one field: a file
// called data, with a filename and a Content-Type. It keeps the content under
// id and returns its size; on an error nothing is kept.
func (x *exchange) readPart(id string) (blob, int64, error) {
	media, params, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return nil, 0, refused(http.StatusUnsupportedMediaType,
			"The Content-Type must be multipart/form-data with a boundary.")
	}
	if x.r.ContentLength > MaxPartBytes+framing {
		return nil, 0, tooLarge()
	}
	form := &formReader{br: bufio.NewReaderSize(x.body, 256<<10), boundary: "--" + params["boundary"]}
	header, err := form.head()
	if err != nil {
		return nil, 0, x.badForm(err)
	}
	if apiErr := checkField(header); apiErr != nil {
		return nil, 0, apiErr
	}
	b, err := x.s.store.write(id, form, max(0, x.r.ContentLength))
	switch {
	case err != nil:
	case form.n == 0:
		err = invalid("data", "The part is empty.")
	default:
		err = form.tail()
	}
	if err != nil {
		if b != nil {
			b.remove()
		}
		return nil, form.n, x.badForm(err)
	}
	return b, form.n, nil
}

// badForm names a form that is malformed, unless the client went away.
func (x *exchange) badForm(err error) error {
	if x.body.err == nil && errors.Is(err, errForm) {
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

// formReader reads a form of one field: head, then WriteTo, then tail. It
// allows nothing before the first boundary and nothing after the last. (The
// standard library's reader allows both, and moves 4 KiB at a time, which
// would show in benchmarks.)
type formReader struct {
	br       *bufio.Reader
	boundary string // with its leading dashes
	n        int64  // how much content there was
}

// malformed is errForm for a form that ends too early, else err.
func (f *formReader) malformed(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(textproto.ProtocolError)) {
		return errForm
	}
	return err
}

// head reads the first boundary and the headers of the field.
func (f *formReader) head() (textproto.MIMEHeader, error) {
	line, err := f.br.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, f.malformed(err)
	}
	if string(line) != f.boundary+"\r\n" {
		return nil, errForm
	}
	h, err := textproto.NewReader(f.br).ReadMIMEHeader()
	if err != nil {
		return nil, f.malformed(err)
	}
	return h, nil
}

// WriteTo writes the content to w, up to the boundary that ends it, which is
// consumed.
func (f *formReader) WriteTo(w io.Writer) (int64, error) {
	delim := []byte("\r\n" + f.boundary)
	for {
		if _, err := f.br.Peek(len(delim)); err != nil {
			return f.n, f.malformed(err)
		}
		buf, err := f.br.Peek(f.br.Buffered())
		if err != nil {
			return f.n, err
		}
		at := bytes.Index(buf, delim)
		size, skip := at, at+len(delim)
		if at < 0 {
			// The boundary may have begun: its length less one stays.
			size = len(buf) - len(delim) + 1
			skip = size
		}
		n, err := w.Write(buf[:size])
		f.n += int64(n)
		if err != nil {
			return f.n, err
		}
		if f.n > MaxPartBytes {
			return f.n, tooLarge()
		}
		if _, err := f.br.Discard(skip); err != nil || at >= 0 {
			return f.n, err
		}
	}
}

// tail reads what follows the content: the end of the form and of the body.
func (f *formReader) tail() error {
	rest, err := io.ReadAll(io.LimitReader(f.br, framing))
	switch {
	case err != nil:
		return err
	case bytes.HasPrefix(rest, []byte("\r\n")):
		return invalid("", "The form must hold nothing but the field 'data'.")
	case string(rest) != "--\r\n" && string(rest) != "--":
		return errForm
	}
	return nil
}
