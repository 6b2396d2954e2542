// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// framing is room for the headers and boundaries around a Part.
const framing = 64 << 10

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
	// The package's own buffer is small: without this one, so are the reads
	// from the connection.
	mr := multipart.NewReader(bufio.NewReaderSize(x.body, 256<<10), params["boundary"])
	p, err := mr.NextRawPart()
	if err != nil {
		return nil, 0, x.badForm(err)
	}
	if apiErr := checkField(p); apiErr != nil {
		return nil, 0, apiErr
	}
	hint := max(0, min(x.r.ContentLength, MaxPartBytes))
	b, n, err := x.s.store.write(id, io.LimitReader(p, MaxPartBytes+1), hint)
	if x.body.err == nil && errors.Is(err, io.ErrUnexpectedEOF) {
		err = x.badForm(err)
	}
	if err == nil {
		err = x.restOfForm(mr, n)
	}
	if err != nil {
		if b != nil {
			b.remove()
		}
		return nil, n, err
	}
	return b, n, nil
}

// restOfForm checks that the form ends after a field of n bytes.
func (x *exchange) restOfForm(mr *multipart.Reader, n int64) error {
	if n > MaxPartBytes {
		return tooLarge()
	}
	switch _, err := mr.NextRawPart(); {
	case err == nil:
		return invalid("", "The form must hold nothing but the field 'data'.")
	case err != io.EOF:
		return x.badForm(err)
	case n == 0:
		return invalid("data", "The part is empty.")
	}
	return x.drain()
}

// checkField checks the headers of the only field.
func checkField(p *multipart.Part) *apiError {
	disposition, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	switch {
	case err != nil || disposition != "form-data":
		return invalid("data", "A field's Content-Disposition can't be parsed or isn't form-data.")
	case params["name"] != "data":
		e := invalid(params["name"], "Unknown parameter: '%s'.", params["name"])
		e.code = "unknown_parameter"
		return e
	case params["filename"] == "":
		return invalid("data", "The field 'data' must be a file: it has no filename.")
	case !strings.Contains(p.Header.Get("Content-Type"), "/"):
		return invalid("data", "The field 'data' has no Content-Type.")
	}
	return nil
}

// badForm tells a form that is malformed from a client that went away.
func (x *exchange) badForm(err error) error {
	if x.body.err != nil {
		return err
	}
	return invalid("data", "The multipart form is malformed or has no field 'data'.")
}

func tooLarge() *apiError {
	return refused(http.StatusRequestEntityTooLarge, "A part can be at most %d bytes.", int64(MaxPartBytes))
}
