// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// retryLimit is how long a failing File call is retried: a plan should come to an end.
const retryLimit = time.Minute

// request is a call of the API.
type request struct {
	client     *Client
	method     string
	collection string   // The path below the base URL,
	segments   []string // and what follows.
	query      url.Values
	body       any           // Sent as JSON, nil for none.
	part       *engine.Part  // Sent as multipart/form-data in its place.
	timeout    time.Duration // Bounds one attempt; zero leaves it to the context.
	limit      int64         // The longest answer in bytes; zero means maxAnswer.
	content    bool          // The answer is a File's content and not JSON.

	// once is for a request that has a substitute: it isn't sent again unless it was throttled.
	once bool

	// decode reads the answer to a success as it comes in, and keeps what it needs.
	decode func(io.Reader) error

	token string // The bearer token of the last attempt, which errors must not contain.
}

// reply is an answer to a request that succeeded.
type reply struct {
	status    int
	body      []byte
	date      time.Time // By the service's clock, zero if it didn't say.
	malformed error     // A field had the wrong type. It is ignored, and the others are used.
}

// op names the request. Its length is limited, because that of an ID isn't.
func (r *request) op() string {
	return r.method + " " + external(r.path(), r.token, maxDetail)
}

func (r *request) path() string {
	path := []string{"", r.collection}
	for _, segment := range r.segments {
		path = append(path, url.PathEscape(segment))
	}
	return strings.Join(path, "/")
}

// refuse is the error of a request that isn't sent.
func (r *request) refuse(reason error) *Error {
	return &Error{Op: r.op(), Err: reason, fault: engine.Fault{Class: engine.Final, Delivery: engine.NotSent}}
}

// unusable is the error of an answer that arrived whole but says too little.
func (r *request) unusable(got reply, reason error) *Error {
	return &Error{Op: r.op(), Status: got.status, Err: r.safe(reason), fault: engine.Fault{Class: engine.Retryable}}
}

// retry sends the request, and sends it again up to MaxRetries times while its error
// says that this makes sense.
func (r *request) retry(ctx context.Context, into any) (reply, error) {
	started := time.Now()
	for try := 0; ; try++ {
		got, err := r.send(ctx, into)
		fault, ok := errors.AsType[*Error](err)
		deleting := r.method == http.MethodDelete && errors.Is(err, ErrConflict)
		enough := r.once && ok && fault.Status != http.StatusTooManyRequests
		if !ok || ctx.Err() != nil || fault.fault.Class == engine.Final || deleting || enough ||
			try >= r.client.config.MaxRetries || time.Since(started) > retryLimit {
			return got, err
		}
		select {
		case <-time.After(fault.fault.Backoff(try)):
		case <-ctx.Done():
			return got, fmt.Errorf("%w; gave up: %w", err, ctx.Err())
		}
	}
}

// send sends the request and decodes the answer. If the token is refused, as one that expired
// under way, and there is another one, the request is sent once more.
func (r *request) send(ctx context.Context, into any) (reply, error) {
	if err := r.authorize(ctx, ""); err != nil {
		return reply{}, err
	}
	got, err := r.sendOnce(ctx, into)
	if got.status != http.StatusUnauthorized {
		return got, err
	}
	rejected := r.token
	if err := r.authorize(ctx, rejected); err != nil {
		return got, err
	}
	if r.token == rejected {
		return got, err
	}
	return r.sendOnce(ctx, into)
}

// authorize gets a token to send, if possible another one than rejected.
func (r *request) authorize(ctx context.Context, rejected string) error {
	token, err := r.client.credential.token(ctx, rejected)
	if err != nil {
		refusal := r.refuse(err)
		if failed, ok := errors.AsType[*TokenError](err); ok {
			refusal.fault.Class, refusal.fault.Wait = failed.class, failed.wait
		}
		return refusal
	}
	r.token = token
	return nil
}

// sendOnce sends the request with its token. An answer that arrived whole counts, whatever
// happened to ctx meanwhile: nothing else may have the ID of an Upload.
func (r *request) sendOnce(ctx context.Context, into any) (reply, error) {
	var got reply
	req, err := r.build()
	if err != nil {
		return got, r.refuse(err)
	}
	err = r.roundTrip(ctx, req, &got)
	if err == nil {
		if into != nil {
			got.malformed = json.Unmarshal(got.body, into)
		}
		return got, nil
	}
	if ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		// A context with a cause of its own is still recognizable as cancelled.
		return got, fmt.Errorf("%w; gave up: %w", err, ctx.Err())
	}
	return got, err
}

// build makes the HTTP request, or says what would fail before it is sent.
func (r *request) build() (*http.Request, error) {
	config := r.client.config
	for _, segment := range r.segments {
		// Any other ID is one segment when escaped; "." and ".." may still be
		// resolved then (RFC 3986, section 6.2.2.3).
		if !usableID(segment) {
			return nil, fmt.Errorf("%q is no usable ID", segment)
		}
	}
	address := r.client.baseURL + r.path()
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequest(r.method, address, http.NoBody) //nolint:noctx // roundTrip gives it one.
	if err != nil {
		return nil, r.safe(err)
	}
	req.Header.Set("Accept", "application/json")
	if r.content {
		req.Header.Set("Accept", "application/binary") // As the official SDKs do.
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	for name, value := range map[string]string{
		"OpenAI-Organization": config.Organization, "OpenAI-Project": config.Project, "User-Agent": config.UserAgent,
	} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	switch {
	case r.part != nil:
		return req, setPart(req, *r.part)
	case r.body != nil:
		body, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		setBody(req, int64(len(body)), func() io.Reader { return bytes.NewReader(body) })
	}
	return req, nil
}

func usableID(id string) bool { return id != "" && id != "." && id != ".." }

// setBody gives req a body that the transport can open again, should a pooled
// connection turn out to be closed. It has no WriteTo: net/http would use that to
// look for its end, which costs a buffer each time.
func setBody(req *http.Request, size int64, open func() io.Reader) {
	req.ContentLength = size
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(struct{ io.Reader }{open()}), nil }
	req.Body, _ = req.GetBody()
}

// roundTrip sends req and reads the answer whole.
func (r *request) roundTrip(ctx context.Context, req *http.Request, got *reply) error {
	attempt := ctx
	if r.timeout > 0 {
		var cancel context.CancelFunc
		attempt, cancel = context.WithTimeout(ctx, r.timeout)
		defer cancel()
	}
	if r.method != http.MethodGet {
		r.client.reads.writes.Add(1)
		defer r.client.reads.writes.Add(1)
	}
	var connected atomic.Bool
	req = req.WithContext(httptrace.WithClientTrace(attempt, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	event := RequestEvent{Method: req.Method, Path: req.URL.EscapedPath()}
	started := time.Now()
	defer func() {
		event.Duration = time.Since(started)
		r.client.observe(event)
	}()
	// Not an http.Client: it would follow redirects, and lose the status of one
	// whose Location it can't parse.
	res, err := r.client.transport.RoundTrip(req)
	if err == nil {
		event.Status = res.StatusCode
		event.RequestID = external(res.Header.Get("X-Request-Id"), r.token, maxDetail)
		err = r.judge(res, got)
	}
	if err == nil {
		return nil
	}
	fault, ok := errors.AsType[*Error](err)
	if !ok {
		fault = &Error{Op: r.op(), Err: r.safe(err), fault: engine.Fault{Class: classifyTransport(err)}}
		if !connected.Load() {
			fault.fault.Delivery = engine.NotSent
		}
	}
	// The attempt's own deadline must not be mistaken for the caller's.
	if fault.Err != nil && ctx.Err() == nil && attempt.Err() != nil {
		fault.Err = fmt.Errorf("no whole answer within %s", r.timeout)
	}
	return fault
}

// judge reads the answer and returns an error unless it is a success.
func (r *request) judge(res *http.Response, got *reply) error {
	defer res.Body.Close()
	success := res.StatusCode >= 200 && res.StatusCode <= 299
	limit := int64(maxAnswer)
	if success {
		limit = cmp.Or(r.limit, limit)
	}
	var body []byte
	var err error
	if success && r.decode != nil {
		err = r.decode(&io.LimitedReader{R: res.Body, N: limit})
	} else {
		body, err = readAnswer(res, limit)
	}
	got.status = res.StatusCode
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		got.date = date
	}
	fault := &Error{
		Op:        r.op(),
		Status:    res.StatusCode,
		RequestID: external(res.Header.Get("X-Request-Id"), r.token, maxDetail),
	}
	switch {
	case success:
		if err == nil && r.decode == nil {
			got.body, err = r.usable(res.StatusCode, body)
		}
		if err == nil {
			return nil
		}
		fault.Err, fault.fault.Class = r.safe(err), engine.Retryable
		if _, tooLong := errors.AsType[*LengthError](err); tooLong && r.content {
			fault.fault.Class = engine.Final
		}
	case res.StatusCode >= 300 && res.StatusCode <= 399:
		fault.Err, fault.fault.Class = redirected(res), engine.Final
	default:
		if fault.decodeRefusal(body, r.token) && err == nil {
			fault.fault.Delivery = engine.Answered
		}
		fault.fault.Class = classify(fault, res.Header)
		fault.fault.Wait = retryAfter(res.Header, time.Now())
		// A page says nothing about a File: more likely, base_url is wrong.
		if fault.Page = isPage(body); fault.Page && fault.Status == http.StatusNotFound {
			fault.Err = errPage
		}
		fault.fault.Gone = r.collection == "uploads" && fault.Status == http.StatusNotFound && !fault.Page
	}
	return fault
}

// usable returns the body of a success, or says why it is of no use.
func (r *request) usable(status int, body []byte) ([]byte, error) {
	switch {
	case r.content && status != http.StatusOK:
		return nil, errNotWhole
	case r.content:
	case status == http.StatusNoContent:
		return []byte("{}"), nil
	case !isObject(body):
		return nil, errNotJSON
	}
	return body, nil
}

// safe returns err or, if its text contains the token, an error without it.
func (r *request) safe(err error) error {
	// Cleaned, as it will be when it is shown: that may join the pieces of a token.
	text := clean(err.Error(), maxMessage*2)
	if redacted := redact(text, r.token); redacted != text || strings.Contains(err.Error(), r.token) && r.token != "" {
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
