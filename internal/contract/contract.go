// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package contract validates requests and answers against the published OpenAPI document,
// with a validator that isn't ours. It is for tests.
package contract

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// document is OpenAI's, without what isn't about Uploads and Files.
//
//go:embed testdata/uploads-openapi.yaml
var document []byte

// root is where the API begins, whatever the host is.
const root = "/v1"

// Violation is a difference between the document and what was sent.
type Violation struct {
	Op      string // Method and path, as in "POST /uploads/{upload_id}/parts".
	In      string // "request", "response", or "error" for an answer that isn't a success.
	Pointer string // Where the value is in the body, as in "/file/expires_at"; empty if it isn't about one.
	Value   any
	Text    string
}

// String returns all of it in one line.
func (v Violation) String() string {
	where := v.In
	if v.Pointer != "" {
		where = fmt.Sprintf("%s %s is %v", v.In, v.Pointer, v.Value)
	}
	return fmt.Sprintf("%s, %s: %s", v.Op, where, v.Text)
}

// Check returns a middleware that fails the test for each violation which isn't one of the
// known exceptions, once the test has ended.
func Check(tb testing.TB, more ...Exception) func(http.Handler) http.Handler {
	tb.Helper()
	var mu sync.Mutex
	var found []Violation
	// The mock is closed before that, if it is started after this call.
	tb.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, v := range found {
			tb.Errorf("not as in the OpenAPI document: %s", v)
		}
	})
	allowed := slices.Concat(more, Exceptions())
	return Wrap(tb, func(v Violation) {
		if v.isOneOf(allowed) {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		found = append(found, v)
	})
}

// Wrap returns a middleware that reports each violation, from any goroutine, after the
// answer. What a fault of the mock made of an answer isn't validated.
func Wrap(tb testing.TB, report func(Violation)) func(http.Handler) http.Handler {
	tb.Helper()
	v, err := load()
	if err != nil {
		tb.Fatal(err)
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, root+"/") {
				next.ServeHTTP(w, r) // It isn't the API.
				return
			}
			x := &exchange{validator: v, request: r.Clone(r.Context()), answer: &recorder{ResponseWriter: w}, report: report}
			if r.Body != http.NoBody {
				r.Body = &tee{ReadCloser: r.Body, to: &x.body}
			}
			// The mock panics to drop a connection.
			defer x.check(r.Context())
			next.ServeHTTP(x.answer, r)
		})
	}
}

// validator is the document as kin-openapi has it.
type validator struct {
	router  routers.Router
	refusal *openapi3.Schema
	options openapi3filter.Options
}

// load reads the document once for all tests.
var load = sync.OnceValues(func() (*validator, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: root}}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	return &validator{router: router, refusal: doc.Components.Schemas["ErrorResponse"].Value, options: openapi3filter.Options{
		MultiError:                        true,
		SkipSettingDefaults:               true, // They would change the request.
		RejectWhenRequestBodyNotSpecified: true,
		IncludeResponseStatus:             true,
		AuthenticationFunc: func(_ context.Context, in *openapi3filter.AuthenticationInput) error {
			if !strings.HasPrefix(in.RequestValidationInput.Request.Header.Get("Authorization"), "Bearer ") {
				return errors.New("no bearer token")
			}
			return nil
		},
	}}, nil
})

// exchange is a request with its answer.
type exchange struct {
	*validator

	request *http.Request
	body    ends // Of the request.
	answer  *recorder
	report  func(Violation)
}

// check validates an exchange that has ended.
func (x *exchange) check(ctx context.Context) {
	r := x.request
	route, params, err := x.router.FindRoute(r)
	if err != nil {
		x.report(Violation{Op: r.Method + " " + r.URL.Path, In: "request", Text: err.Error()})
		return
	}
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: new(x.options)}
	if x.body.eof {
		r.Body, r.GetBody = io.NopCloser(bytes.NewReader(x.body.bytes())), nil
		r.ContentLength = int64(len(x.body.bytes()))
	} else {
		// It has none, or was refused or given up before all of it was read. That there is one where
		// there should be none is seen by its length.
		r.Body, r.GetBody = http.NoBody, nil
		input.Options.ExcludeRequestBody = r.ContentLength != 0 && route.Operation.RequestBody != nil
	}
	x.add(route, "request", openapi3filter.ValidateRequest(ctx, input))
	x.checkAnswer(ctx, route, input)
}

func (x *exchange) checkAnswer(ctx context.Context, route *routers.Route, input *openapi3filter.RequestValidationInput) {
	a := x.answer
	switch {
	case a.status == 0 || a.hijacked || a.Header().Get(openaitest.FaultHeader) != "":
	case a.status < http.StatusBadRequest:
		out := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: input, Status: a.status, Header: a.Header(), Options: input.Options,
		}
		x.add(route, "response", openapi3filter.ValidateResponse(ctx, out.SetBodyBytes(a.body.Bytes())))
	default:
		// The document has no answers but successes. Its schema of errors isn't used by it.
		var value any
		err := json.Unmarshal(a.body.Bytes(), &value)
		if err == nil {
			err = x.refusal.VisitJSON(value, openapi3.MultiErrors(), openapi3.EnableJSONSchema2020())
		}
		x.add(route, "error", err)
	}
}

// add reports what an error consists of.
func (x *exchange) add(route *routers.Route, in string, err error) {
	if err == nil {
		return
	}
	for _, each := range leaves(err) {
		v := Violation{Op: route.Method + " " + route.Path, In: in, Text: each.Error()}
		if schema, ok := errors.AsType[*openapi3.SchemaError](each); ok {
			v.Pointer, v.Value, v.Text = "/"+strings.Join(schema.JSONPointer(), "/"), schema.Value, schema.Reason
		}
		x.report(v)
	}
}

// leaves are the errors about single values that err consists of, if there are any, else err.
func leaves(err error) []error {
	var inner []error
	switch e := err.(type) { //nolint:errorlint // One level at a time.
	case openapi3.MultiError:
		for _, each := range e {
			inner = append(inner, leaves(each)...)
		}
		return inner
	case *openapi3.SchemaError:
		inner = []error{e}
		if e.Origin != nil {
			inner = leaves(e.Origin)
		}
	default:
		if next := errors.Unwrap(err); next != nil {
			inner = leaves(next)
		}
	}
	for _, each := range inner {
		if _, ok := each.(*openapi3.SchemaError); !ok { //nolint:errorlint // See above.
			return []error{err}
		}
	}
	if len(inner) == 0 {
		return []error{err}
	}
	return inner
}
