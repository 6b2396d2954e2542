// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// uploadJSON is an Upload on the wire, keys in the recorded order.
type uploadJSON struct {
	ID        string    `json:"id"`
	Object    string    `json:"object"`
	Bytes     int64     `json:"bytes"`
	CreatedAt int64     `json:"created_at"`
	Filename  string    `json:"filename"`
	Purpose   string    `json:"purpose"`
	Status    string    `json:"status"`
	ExpiresAt int64     `json:"expires_at"`
	File      *fileJSON `json:"file,omitempty"`
}

// partJSON is a Part on the wire.
type partJSON struct {
	ID        string `json:"id"`
	Object    string `json:"object"`
	CreatedAt int64  `json:"created_at"`
	UploadID  string `json:"upload_id"`
}

// fileJSON is a File on the wire; the nulls are recorded, though the document
// doesn't mention them.
type fileJSON struct {
	Object        string  `json:"object"`
	ID            string  `json:"id"`
	Purpose       string  `json:"purpose"`
	Filename      string  `json:"filename"`
	Bytes         int64   `json:"bytes"`
	CreatedAt     int64   `json:"created_at"`
	ExpiresAt     *int64  `json:"expires_at"`
	Status        string  `json:"status"`
	StatusDetails *string `json:"status_details"`
}

// deletedJSON is the answer to the deletion of a File.
type deletedJSON struct {
	Object  string `json:"object"`
	Deleted bool   `json:"deleted"`
	ID      string `json:"id"`
}

// listJSON is a page of Files. The IDs are null when it is empty.
type listJSON struct {
	Object  string     `json:"object"`
	Data    []fileJSON `json:"data"`
	FirstID *string    `json:"first_id"`
	LastID  *string    `json:"last_id"`
	HasMore bool       `json:"has_more"`
}

// errorJSON is an error on the wire.
type errorJSON struct {
	Error  errorBody    `json:"error"`
	Detail *errorDetail `json:"detail,omitempty"`
}

type errorBody struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

// errorDetail repeats an error at the top level (recorded for 404s on a file
// and for a 400).
type errorDetail struct {
	Message string  `json:"message"`
	Code    *string `json:"code"`
}

// apiError is a refusal, of the shape that was recorded.
type apiError struct {
	status  int
	message string
	kind    string // "type" on the wire
	param   string // null on the wire if empty
	code    string // null on the wire if empty
	detail  bool
	header  http.Header
}

func (e *apiError) Error() string { return strconv.Itoa(e.status) + " " + e.message }

// answer renders e.
func (e *apiError) answer() answer {
	body := errorJSON{Error: errorBody{
		Message: e.message, Type: e.kind, Param: nullable(e.param), Code: nullable(e.code),
	}}
	if e.detail {
		body.Detail = &errorDetail{Message: e.message, Code: nullable(e.code)}
	}
	a := jsonAnswer(e.status, body)
	maps.Copy(a.header, e.header)
	return a
}

// invalid is a 400 about a parameter, "" for none.
func invalid(param, format string, args ...any) *apiError {
	return &apiError{
		status: http.StatusBadRequest, kind: "invalid_request_error",
		message: fmt.Sprintf(format, args...), param: param, detail: true,
	}
}

// refused is any other 4xx; the 404 of a File is made where it is looked up.
func refused(status int, format string, args ...any) *apiError {
	return &apiError{status: status, kind: "invalid_request_error", message: fmt.Sprintf(format, args...)}
}

// errorFor is what the service would say with a status, by its class.
func errorFor(status int) *apiError {
	e := refused(status, "%s", http.StatusText(status))
	switch {
	case status == http.StatusBadRequest:
		e.detail = true
	case status == http.StatusUnauthorized:
		e.message, e.code = "Incorrect API key provided.", "invalid_api_key"
	case status == http.StatusTooManyRequests:
		e.message, e.kind, e.code = "Rate limit reached for requests.", "requests", "rate_limit_exceeded"
	case status >= http.StatusInternalServerError:
		e.message, e.kind = "The server had an error while processing your request.", "server_error"
	}
	if e.message == "" {
		e.message = "The request failed."
	}
	return e
}

// answer is a response to be sent: body, or content of size bytes.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	content io.ReadCloser
	size    int64
}

// jsonAnswer encodes v the way the service does: two spaces of indentation, a
// closing newline, nothing escaped that needn't be (recorded by its lengths).
func jsonAnswer(status int, v any) answer {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		// Only a Mutate function can put in what JSON can't hold.
		e := errorFor(http.StatusInternalServerError)
		e.message = "A fault made an answer that isn't JSON: " + err.Error()
		return e.answer()
	}
	return answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: b.Bytes()}
}

// nullable is s, or null if it is empty.
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// unixOrNull is t in seconds, or null if it is zero.
func unixOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	sec := t.Unix()
	return &sec
}

// hexID is an ID of the form of Uploads, Parts and requests.
func hexID(prefix string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return prefix + hex.EncodeToString(b[:])
}

// fileID is an ID of the form of Files.
func fileID() string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	var b [22]byte
	_, _ = rand.Read(b[:]) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return "file-" + string(b[:])
}
