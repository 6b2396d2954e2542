// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

const (
	// maxExcerpt is how many characters of a line are shown at most.
	maxExcerpt = 40

	// leadIn is how many bytes are shown before a mistake.
	leadIn = 15
)

// A value is a JSON value as it stands in the line, without the space around it.
// The zero value stands for a member that isn't there.
type value struct {
	pos int
	raw []byte
}

// kind is the first byte of the value, which says of which type it is: '{', '[',
// '"', 't', 'f', 'n', '-' or a digit. It is 0 for a value that isn't there.
func (v value) kind() byte {
	if len(v.raw) == 0 {
		return 0
	}
	return v.raw[0]
}

// missing reports whether the value isn't there or is null.
func (v value) missing() bool { return v.kind() == 0 || v.kind() == 'n' }

// empty reports whether the value isn't there, or has nothing in it.
func (v value) empty() bool {
	switch v.kind() {
	case '"':
		return len(v.raw) == 2
	case '[':
		return len(bytes.TrimSpace(v.raw[1:len(v.raw)-1])) == 0
	}
	return v.missing()
}

// text is the content of a string, or nothing if the value isn't one.
func (v value) text() []byte {
	switch {
	case v.kind() != '"':
		return nil
	case bytes.IndexByte(v.raw, '\\') < 0:
		return v.raw[1 : len(v.raw)-1]
	}
	var s string
	_ = json.Unmarshal(v.raw, &s) // It was validated.
	return []byte(s)
}

// found says what a value is: a string by its beginning, anything else by its type.
func (v value) found() string {
	switch v.kind() {
	case 0:
		return "nothing"
	case '"':
		return excerpt(v.raw)
	case '{':
		return "an object"
	case '[':
		return "a list"
	case 't', 'f', 'n':
		return string(v.raw)
	}
	return "a number"
}

// around shows the line around the byte at pos.
func around(line []byte, pos int) string {
	if pos >= len(line) {
		return "the end of the line"
	}
	start := max(0, pos-leadIn)
	for start < pos && !utf8.RuneStart(line[start]) {
		start++
	}
	return excerpt(line[start:])
}

// excerpt is the beginning of text, with what can't be printed escaped.
func excerpt(text []byte) string {
	var shown []byte
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		char := string(text[:size])
		if !strconv.IsPrint(r) || (r == utf8.RuneError && size == 1) {
			char = strconv.Quote(char)
			char = char[1 : len(char)-1]
		}
		text = text[size:]
		room := maxExcerpt
		if len(text) > 0 {
			room-- // for the ellipsis
		}
		if utf8.RuneCount(shown)+utf8.RuneCountInString(char) > room {
			return string(shown) + "…"
		}
		shown = append(shown, char...)
	}
	return string(shown)
}
