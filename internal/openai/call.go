// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/openai/openai-go/v3/option"

	"github.com/upload-backed/terraform-provider-openai/internal/upload"
)

// call is one call of the SDK, with all of its attempts. Its middleware judges
// every answer before the SDK sees it.
type call struct {
	client *Client
	op     string

	// upload is set for calls about an Upload.
	upload bool
	// timeout bounds one attempt; zero leaves it to the context.
	timeout time.Duration
	// conflictIsFinal keeps the SDK from retrying a 409.
	conflictIsFinal bool
	// part is what an attempt sends in place of the SDK's body; nil for all calls but one.
	part *partSender

	// Of the last attempt:
	failure error
	status  int
	date    time.Time
}

// start checks what would fail before anything is sent. The IDs are those in the path.
func (c *call) start(ids ...string) error {
	if c.client.apiKey == "" {
		return c.refuse(ErrNoAPIKey)
	}

	for _, id := range ids {
		if !usableID(id) {
			return c.refuse(fmt.Errorf("%q is no usable ID", id))
		}
	}

	return nil
}

// usableID reports whether id can be part of a path. Escaped, any other is one
// segment; these may be taken for what they say even then (RFC 3986, section
// 6.2.2.3).
func usableID(id string) bool { return id != "" && id != "." && id != ".." }

// refuse is the error of a call that isn't made.
func (c *call) refuse(reason error) error {
	return &Error{Op: c.op, Err: reason, class: upload.Final, unsent: true, upload: c.upload}
}

// options makes the SDK send the call's requests through it.
func (c *call) options(ctx context.Context, retries int) []option.RequestOption {
	return []option.RequestOption{
		option.WithMaxRetries(retries),
		option.WithMiddleware(func(req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			res, err := c.attempt(ctx, req, next)
			c.failure = err

			if err != nil {
				return c.verdict(err), nil
			}

			return res, nil
		}),
	}
}

func (c *call) attempt(ctx context.Context, req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	if c.part != nil {
		return c.part.attempt(ctx, c, req, next)
	}

	return c.roundTrip(ctx, req, next)
}

// verdict tells the SDK, in the form of an answer, whether to retry and when.
// It would retry any error.
func (c *call) verdict(err error) *http.Response {
	retry := true
	header := http.Header{"Content-Type": {"application/json"}}

	if fault, ok := errors.AsType[*Error](err); ok {
		retry = fault.class != upload.Final && (!c.conflictIsFinal || fault.Status != http.StatusConflict)

		if fault.retryAfter > 0 {
			header.Set("Retry-After-Ms", strconv.FormatInt(fault.retryAfter.Milliseconds(), 10))
		}
	}

	header.Set("X-Should-Retry", strconv.FormatBool(retry))

	return &http.Response{
		StatusCode: http.StatusServiceUnavailable,
		Header:     header,
		Body:       io.NopCloser(strings.NewReader(`{"error":{}}`)),
	}
}

// finish turns the SDK's error into the call's.
func (c *call) finish(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case c.failure == nil && c.status == 0:
		return c.refuse(c.safe(err))
	case c.failure == nil && ctx.Err() == nil:
		return c.unusable(err)
	case c.failure == nil:
		return &Error{Op: c.op, Err: ctx.Err(), class: upload.Retryable, upload: c.upload}
	case ctx.Err() != nil && !errors.Is(c.failure, ctx.Err()):
		// A context with a cause of its own is still recognizable as cancelled.
		return fmt.Errorf("%w; gave up: %w", c.failure, ctx.Err())
	}

	return c.failure
}

// roundTrip sends one request and reads its answer whole.
func (c *call) roundTrip(ctx context.Context, req *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	attempt := ctx

	if c.timeout > 0 {
		var cancel context.CancelFunc

		attempt, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}

	var connected atomic.Bool

	req = req.WithContext(httptrace.WithClientTrace(attempt, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))

	event := RequestEvent{Method: req.Method, Path: req.URL.EscapedPath()}
	begin := time.Now()

	defer func() {
		event.Duration = time.Since(begin)
		c.client.observe(event)
	}()

	c.status, c.date = 0, time.Time{}

	res, err := next(req)
	if err == nil {
		event.Status = res.StatusCode
		event.RequestID = external(res.Header.Get("X-Request-Id"), c.client.apiKey, maxDetail)

		res, err = c.judge(res)
	}

	if err == nil {
		return res, nil
	}

	var fault *Error
	if !errors.As(err, &fault) {
		fault = &Error{
			Op: c.op, Err: c.safe(err), class: classifyTransport(err), unsent: !connected.Load(), upload: c.upload,
		}
	}

	// The attempt's own deadline isn't to be taken for the caller's.
	if fault.Err != nil && ctx.Err() == nil && attempt.Err() != nil {
		fault.Err = fmt.Errorf("no whole answer within %s", c.timeout)
	}

	return nil, fault
}

// judge reads the answer and returns it, if it is a success, with its body in memory.
func (c *call) judge(res *http.Response) (*http.Response, error) {
	defer res.Body.Close()

	body, err := readAnswer(res)

	c.status = res.StatusCode
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		c.date = date
	}

	fault := &Error{
		Op:        c.op,
		Status:    res.StatusCode,
		RequestID: external(res.Header.Get("X-Request-Id"), c.client.apiKey, maxDetail),
		upload:    c.upload,
	}

	switch {
	case res.StatusCode == http.StatusNoContent:
		body = []byte("{}")
	case res.StatusCode >= 200 && res.StatusCode <= 299:
		if err == nil && !isObject(body) {
			err = errNotJSON
		}

		if err != nil {
			fault.Err, fault.class = c.safe(err), upload.Retryable

			return nil, fault
		}
	case res.StatusCode >= 300 && res.StatusCode <= 399:
		fault.Err, fault.class = redirected(res), upload.Final

		return nil, fault
	default:
		fault.answered = fault.decodeRefusal(body, c.client.apiKey) && err == nil
		fault.class = classify(fault, res.Header)

		// A page says nothing about a File: more likely, base_url is wrong.
		if fault.Page = isPage(body); fault.Page && fault.Status == http.StatusNotFound {
			fault.Err = errPage
		}

		fault.retryAfter = retryAfter(res.Header, time.Now())

		return nil, fault
	}

	// The SDK goes by the type, and would take {} as text without it.
	res.Header.Set("Content-Type", "application/json")
	res.Body = io.NopCloser(bytes.NewReader(body))

	return res, nil
}

// unusable is an answer that came whole and says too little.
func (c *call) unusable(reason error) error {
	return &Error{Op: c.op, Status: c.status, Err: c.safe(reason), class: upload.Retryable, upload: c.upload}
}

// safe returns err, or if the API key is in its text, that text without it.
func (c *call) safe(err error) error {
	// Cleaned, as it will be when it is shown: that may join the pieces of a key.
	text := clean(err.Error(), maxMessage*2)
	if redacted := redact(text, c.client.apiKey); redacted != text || err.Error() != redact(err.Error(), c.client.apiKey) {
		return errors.New(redacted)
	}

	return err
}

func redirected(res *http.Response) error {
	if location, err := res.Location(); err == nil && location.Host != "" {
		return fmt.Errorf("redirected to host %s; redirects are refused", clean(location.Host, maxDetail))
	}

	return errors.New("redirected; redirects are refused")
}
