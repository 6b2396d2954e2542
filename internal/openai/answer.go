// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxAnswer bounds an answer's body; the longest there are, pages of Files, stay far below.
	maxAnswer = 1 << 20

	maxMessage = 1024
	maxDetail  = 128
)

var (
	errLongAnswer = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	errNotJSON    = errors.New("the answer is not the JSON object that it should be")
	errNoID       = errors.New("the answer names no File")
	errNoList     = errors.New("the answer contains no list of Files")
	errNotDeleted = errors.New("the answer doesn't confirm the deletion")
	errPage       = errors.New("the answer is a web page and not the API's: is base_url right?")
)

// readAnswer returns the body. Of one that is too long or cut short it returns
// the beginning and an error.
func readAnswer(res *http.Response) ([]byte, error) {
	if res.StatusCode < http.StatusOK {
		// After "101 Switching Protocols" the body is the bare connection.
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return body, fmt.Errorf("the answer was cut short: %w", err)
	}
	if len(body) > maxAnswer {
		return body[:maxAnswer], errLongAnswer
	}
	return body, nil
}

func isObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) && json.Valid(body)
}

// isPage reports whether body is HTML or XML.
func isPage(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n\ufeff"), []byte("<"))
}

// decodeRefusal fills in what the body of a refusal says and reports whether
// it has the service's form, {"error": …}, rather than that of a gateway. Its
// error may also be a text.
func (e *Error) decodeRefusal(body []byte, apiKey string) bool {
	var answer map[string]json.RawMessage
	if json.Unmarshal(body, &answer) != nil {
		return false
	}
	raw := answer["error"]
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) == nil && fields != nil {
		e.Message = external(scalar(fields["message"]), apiKey, maxMessage)
		e.Type = external(scalar(fields["type"]), apiKey, maxDetail)
		e.Param = external(scalar(fields["param"]), apiKey, maxDetail)
		e.Code = external(scalar(fields["code"]), apiKey, maxDetail)
		return true
	}
	if text := scalar(raw); text != "" {
		e.Message = external(text, apiKey, maxMessage)
		return true
	}
	// What gateways answer with.
	for _, key := range []string{"message", "detail"} {
		if text := scalar(answer[key]); text != "" {
			e.Message = external(text, apiKey, maxMessage)
			break
		}
	}
	return false
}

// scalar is a JSON string's text, another value as it is written, and "" for null.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// external makes text that others wrote fit for an error.
func external(text, apiKey string, limit int) string {
	// Before the cut, which could leave half a key.
	return cut(redact(clean(text, len(text)), apiKey), limit)
}

func redact(text, apiKey string) string {
	if apiKey == "" {
		return text
	}
	return strings.ReplaceAll(text, apiKey, "[API key]")
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
