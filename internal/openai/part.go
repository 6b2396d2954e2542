// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"sync"

	"github.com/openai/openai-go/v3/option"

	"github.com/upload-backed/terraform-provider-openai/internal/upload"
)

// partSender replaces the SDK's body, which would hold the whole part in
// memory, by one that streams it with a Content-Length.
type partSender struct {
	part        upload.Part
	contentType string
	head, tail  []byte

	mu     sync.Mutex
	bodies []*partBody
}

func newPartSender(part upload.Part) (*partSender, error) {
	var frame bytes.Buffer

	form := multipart.NewWriter(&frame)

	// Some multipart parsers take a field for a file only if it has a name.
	_, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="data"; filename="data"`},
		"Content-Type":        {"application/octet-stream"},
	})
	if err != nil {
		return nil, err
	}

	head := frame.Len()

	if err := form.Close(); err != nil {
		return nil, err
	}

	return &partSender{
		part:        part,
		contentType: form.FormDataContentType(),
		head:        frame.Bytes()[:head],
		tail:        frame.Bytes()[head:],
	}, nil
}

func (p *partSender) size() int64 {
	return int64(len(p.head)) + p.part.Size + int64(len(p.tail))
}

// attempt sends the part. A server that refuses it early and closes the
// connection is, as a rule, seen as a connection reset: the rest of the part is
// still on its way and drives out the answer. So after a reset the part is
// announced once more with "Expect: 100-continue", where the server speaks first.
func (p *partSender) attempt(ctx context.Context, c *call, req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	res, err := p.send(ctx, c, req, next, "")
	if !p.reset(err) || ctx.Err() != nil {
		return res, err
	}

	res, announced := p.send(ctx, c, req, next, "100-continue")

	var fault *Error
	if errors.As(announced, &fault) && fault.Status == http.StatusExpectationFailed {
		return nil, err
	}

	return res, announced
}

func (p *partSender) send(
	ctx context.Context, c *call, req *http.Request, next option.MiddlewareNext, expect string,
) (*http.Response, error) {
	req = req.Clone(ctx)
	req.Header.Set("Content-Type", p.contentType)
	req.ContentLength = p.size()
	req.Body = p.open()
	req.GetBody = func() (io.ReadCloser, error) { return p.open(), nil }

	if expect != "" {
		req.Header.Set("Expect", expect)
	}

	res, err := c.roundTrip(ctx, req, next)

	sent, readErr := p.close()

	switch {
	case err != nil && readErr != nil && ctx.Err() == nil:
		return nil, fmt.Errorf("reading the part: %w", readErr)
	case err == nil && sent < p.size():
		return nil, c.unusable(errEarlyAnswer)
	}

	return res, err
}

// reset reports whether err is a connection that broke while the part or its
// answer was on the way, with no word from the server and no timeout.
func (p *partSender) reset(err error) bool {
	var (
		fault *Error
		op    *net.OpError
	)

	return errors.As(err, &fault) && fault.Status == 0 && !fault.unsent &&
		errors.As(fault.Err, &op) && !op.Timeout() && (op.Op == "write" || op.Op == "read")
}

func (p *partSender) open() *partBody {
	body := &partBody{reader: io.MultiReader(
		bytes.NewReader(p.head),
		&exactReader{reader: p.part.Open(), left: p.part.Size},
		bytes.NewReader(p.tail),
	)}

	p.mu.Lock()
	defer p.mu.Unlock()

	p.bodies = append(p.bodies, body)

	return body
}

// close waits until the transport, which may outlive its answer, has stopped
// reading the part. It returns how much was read of the last body that was
// opened and the first error in reading.
func (p *partSender) close() (read int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, body := range p.bodies {
		_ = body.Close()

		read = body.read
		if err == nil {
			err = body.err
		}
	}

	p.bodies = nil

	return read, err
}

// partBody is a request's body that remembers what became of it. Nothing is
// read any more once Close has returned.
type partBody struct {
	mu     sync.Mutex
	reader io.Reader
	read   int64
	err    error
	closed bool
}

func (b *partBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()

	if b.closed {
		return 0, os.ErrClosed
	}

	n, err := b.reader.Read(p)
	b.read += int64(n)

	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}

	return n, err
}

func (b *partBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()

	b.closed = true

	return nil
}

// exactReader reads left bytes, and fails if there are fewer.
type exactReader struct {
	reader io.Reader
	left   int64
}

func (r *exactReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}

	n, err := r.reader.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)

	switch {
	case r.left == 0:
		return n, nil
	case errors.Is(err, io.EOF):
		return n, io.ErrUnexpectedEOF
	}

	return n, err
}
