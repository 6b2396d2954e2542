// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// What an [*Error] can be compared with by errors.Is.
var (
	// ErrBadRequest is a 400 of the API itself, not of something on the way.
	ErrBadRequest = errors.New("bad request")
	// ErrNotFound is a 404, unless a web page came with it.
	ErrNotFound = errors.New("not found")
	// ErrConflict is any 409; for DELETE it means that the File is still being processed.
	ErrConflict = errors.New("conflict")
	// ErrNoAPIKey means that a call was not made, because there is no key.
	ErrNoAPIKey = errors.New("no API key is configured")
)

// Error is a request that failed. Text from outside has no control characters,
// doesn't contain the API key or token, and is limited in length.
type Error struct {
	Op        string // The request: its method and its path below the base URL.
	Status    int    // The answer's HTTP status, 0 if there was no answer.
	Message   string // The service's, as Type, Param and Code; empty where it gave none.
	Type      string
	Param     string
	Code      string
	RequestID string // The answer's X-Request-ID.
	Page      bool   // The answer is a web page, so it isn't the API's.
	Err       error  // Why there was no answer, or none of use; nil if the service refused.

	fault engine.Fault
}

// Error returns all that is known, in one line.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Op)
	if e.Status != 0 {
		text.WriteString(": " + statusText(e.Status))
	}
	if e.Message != "" {
		text.WriteString(": " + e.Message)
	}
	if e.Err != nil {
		text.WriteString(": " + clean(e.Err.Error(), maxMessage))
	}
	var details []string
	for _, detail := range [][2]string{{"type", e.Type}, {"param", e.Param}, {"code", e.Code}, {"request ID", e.RequestID}} {
		if detail[1] != "" {
			details = append(details, detail[0]+" "+detail[1])
		}
	}
	if len(details) > 0 {
		text.WriteString(" (" + strings.Join(details, ", ") + ")")
	}
	return text.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the sentinel for e's status.
func (e *Error) Is(target error) bool {
	return target == ErrBadRequest && e.Status == http.StatusBadRequest && e.fault.Delivery == engine.Answered ||
		target == ErrNotFound && e.Status == http.StatusNotFound && !e.Page ||
		target == ErrConflict && e.Status == http.StatusConflict
}

// LengthError is an answer that is longer than is read of it.
type LengthError struct {
	Size  int64 // In bytes, 0 if the service didn't announce it.
	Limit int64 // In bytes.
}

// Error implements error.
func (e *LengthError) Error() string {
	if e.Size == 0 {
		return fmt.Sprintf("the answer is longer than %d bytes", e.Limit)
	}
	return fmt.Sprintf("the answer has %d bytes, more than %d", e.Size, e.Limit)
}

// Fault implements engine.Faulty.
func (e *Error) Fault() engine.Fault { return e.fault }

// classify says what may be done about a refusal.
func classify(e *Error, header http.Header) engine.Class {
	retryable := engine.Retryable
	if e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable {
		retryable = engine.Throttled
	}
	switch {
	case e.Status < http.StatusBadRequest, exhausted(e.Code), exhausted(e.Type):
		return engine.Final
	case header.Get("X-Should-Retry") == "true":
		return retryable
	case header.Get("X-Should-Retry") == "false":
		return engine.Final
	case retryableStatus(e.Status), e.Status == http.StatusConflict:
		return retryable
	}
	return engine.Final
}

func retryableStatus(status int) bool {
	// 417: a part that was announced with "Expect" is sent without it the next time.
	return status == http.StatusExpectationFailed || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
}

// exhausted reports whether an error's code or type is one that waiting doesn't
// fix, even if its status is 429.
func exhausted(code string) bool {
	switch code {
	case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "account_deactivated", "access_terminated":
		return true
	}
	return false
}

// classifyTransport says what may be done about a request without an answer.
func classifyTransport(err error) engine.Class {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	proxy, proxied := errors.AsType[*proxyError](err)
	if certificate || noTLS || errors.Is(err, http.ErrSchemeMismatch) || proxied && !retryableStatus(proxy.status) {
		return engine.Final
	}
	return engine.Retryable
}

func statusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}
