// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const (
	// maxAnswer bounds an answer's body in bytes, unless the request sets a limit of its own.
	maxAnswer = 1 << 20

	maxMessage = 1024
	maxDetail  = 128
)

var (
	errNotJSON    = errors.New("the answer is not a JSON object")
	errCutShort   = errors.New("the answer was cut short")
	errNotWhole   = errors.New("the answer isn't the whole content")
	errNoID       = errors.New("the answer names no File")
	errNoList     = errors.New("the answer contains no list of Files")
	errNoProgress = errors.New("the answer says that there are more Files, but doesn't list them")
	errNotDeleted = errors.New("the answer doesn't confirm the deletion")
	errPage       = errors.New("the answer is a web page and not the API's: is base_url right?")
)

// readAnswer returns the body. If it is longer than limit or cut short, it returns
// the beginning and an error; nothing is read of a body that is announced as longer.
func readAnswer(res *http.Response, limit int64) ([]byte, error) {
	if res.StatusCode < http.StatusOK {
		// After "101 Switching Protocols" the body is the bare connection.
		return nil, nil
	}
	if res.ContentLength > limit {
		return nil, &LengthError{Size: res.ContentLength, Limit: limit}
	}
	var body bytes.Buffer
	// Of a known length, so that it is held once.
	body.Grow(int(max(res.ContentLength, 0)) + bytes.MinRead)
	if _, err := body.ReadFrom(io.LimitReader(res.Body, limit+1)); err != nil {
		return body.Bytes(), fmt.Errorf("the answer was cut short: %w", err)
	}
	if int64(body.Len()) > limit {
		return body.Bytes()[:limit], &LengthError{Limit: limit}
	}
	return body.Bytes(), nil
}

func isObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) && json.Valid(body)
}

// isPage reports whether body is HTML or XML.
func isPage(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}

// decodeRefusal fills in what the body of a refusal says and reports whether
// it has the service's form, {"error": …}, rather than that of a gateway. The
// error may also be a string.
func (e *Error) decodeRefusal(body []byte, token string) bool {
	var answer map[string]json.RawMessage
	if json.Unmarshal(body, &answer) != nil {
		return false
	}
	var fields struct{ Message, Type, Param, Code json.RawMessage }
	message := scalar(answer["error"])
	if isObject(answer["error"]) && json.Unmarshal(answer["error"], &fields) == nil {
		message = scalar(fields.Message)
	}
	own := isObject(answer["error"]) || message != ""
	if !own { // What gateways answer with.
		message = cmp.Or(scalar(answer["message"]), scalar(answer["detail"]))
	}
	e.Message = external(message, token, maxMessage)
	e.Type = external(scalar(fields.Type), token, maxDetail)
	e.Param = external(scalar(fields.Param), token, maxDetail)
	e.Code = external(scalar(fields.Code), token, maxDetail)
	return own
}

// scalar is a JSON string's text, another value as it is written, and "" for null.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// external makes text from outside, which may quote the token, fit for an error.
func external(text, token string, limit int) string {
	// Before the cut, which could leave half a token.
	return cut(redact(clean(text, len(text)), token), limit)
}

func redact(text, token string) string {
	if token == "" {
		return text
	}
	return strings.ReplaceAll(text, token, "[credential]")
}

// clean returns text as one line of valid UTF-8 that can't drive a terminal,
// of limit bytes at most.
func clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
	return cut(strings.TrimSpace(text), limit)
}

func cut(text string, limit int) string {
	const ellipsis = "…"
	if len(text) <= limit {
		return text
	}
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// retryAfter is how long an answer asks to wait, from 0 to [engine.MaxRetryAfter]; 0 if it
// doesn't say. Retry-After-Ms goes before Retry-After. A date is taken relative to the
// answer's own, so that this machine's clock, now, doesn't matter if there is one.
func retryAfter(header http.Header, now time.Time) time.Duration {
	if wait, ok := parseWait(header.Get("Retry-After-Ms"), time.Millisecond); ok {
		return wait
	}
	value := header.Get("Retry-After")
	if wait, ok := parseWait(value, time.Second); ok {
		return wait
	}
	at, err := http.ParseTime(strings.TrimSpace(value))
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), engine.MaxRetryAfter)
}

// parseWait reports whether value is a number, however far out of range.
func parseWait(value string, unit time.Duration) (time.Duration, bool) {
	number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(number) {
		return 0, err == nil
	}
	return time.Duration(min(max(number*float64(unit), 0), float64(engine.MaxRetryAfter))), true
}
