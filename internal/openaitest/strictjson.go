// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// decodeObject decodes a body that must be one JSON object: valid UTF-8, no
// duplicate keys at any depth, nothing after it. Numbers stay json.Number.
func decodeObject(raw []byte) (map[string]any, *apiError) {
	if !utf8.Valid(raw) {
		return nil, invalid("", "The body isn't UTF-8.")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, apiErr := decodeValue(d)
	if apiErr != nil {
		return nil, apiErr
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, invalid("", "There is something after the JSON body.")
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, invalid("", "The body must be a JSON object.")
	}
	return m, nil
}

// decodeValue decodes the next value of d. (Unmarshal would let the last of
// two equal keys win.)
func decodeValue(d *json.Decoder) (any, *apiError) {
	t, err := d.Token()
	if err != nil {
		return nil, malformed()
	}
	switch t {
	case json.Delim('{'):
		m := map[string]any{}
		for d.More() {
			k, err := d.Token()
			key, ok := k.(string)
			if err != nil || !ok {
				return nil, malformed()
			}
			if _, twice := m[key]; twice {
				return nil, invalid(key, "Duplicated parameter: '%s'.", key)
			}
			v, apiErr := decodeValue(d)
			if apiErr != nil {
				return nil, apiErr
			}
			m[key] = v
		}
		if _, err := d.Token(); err != nil {
			return nil, malformed()
		}
		return m, nil
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, apiErr := decodeValue(d)
			if apiErr != nil {
				return nil, apiErr
			}
			list = append(list, v)
		}
		if _, err := d.Token(); err != nil {
			return nil, malformed()
		}
		return list, nil
	default:
		return t, nil
	}
}

func malformed() *apiError {
	return invalid("", "We could not parse the JSON body of your request.")
}

// looseObject is the body as encoding/json has it, nil if it is no object.
func looseObject(raw []byte) map[string]any {
	var m map[string]any
	if json.Unmarshal(raw, &m) != nil {
		return nil
	}
	return m
}

// fields reads the parameters of an object and remembers the first thing that
// is wrong with them.
type fields struct {
	prefix string // of the names in messages
	m      map[string]any
	err    *apiError
}

func (f *fields) fail(name, code, format string, args ...any) {
	if f.err == nil {
		f.err = invalid(f.prefix+name, format, args...)
		f.err.code = code
	}
}

// only refuses every parameter that isn't named.
func (f *fields) only(names ...string) {
	var unknown []string
	for k := range f.m {
		if !slices.Contains(names, k) {
			unknown = append(unknown, k)
		}
	}
	slices.Sort(unknown)
	for _, k := range unknown {
		f.fail(k, "unknown_parameter", "Unknown parameter: '%s'.", f.prefix+k)
	}
}

// get returns a parameter that must be there.
func (f *fields) get(name string) any {
	v, ok := f.m[name]
	if !ok && f.err == nil {
		f.err = missing(f.prefix + name)
	}
	return v
}

// text returns a parameter that must be a string and not empty.
func (f *fields) text(name string) string {
	v := f.get(name)
	s, ok := v.(string)
	if !ok {
		f.mistyped(name, "a string", v)
	} else if s == "" {
		f.fail(name, "empty_string", "Invalid '%s': empty string.", f.prefix+name)
	}
	return s
}

// integer returns a parameter that must be an integer from low to high.
func (f *fields) integer(name string, low, high int64) int64 {
	v := f.get(name)
	num, ok := v.(json.Number)
	if !ok {
		f.mistyped(name, "an integer", v)
		return 0
	}
	n, err := strconv.ParseInt(num.String(), 10, 64)
	if err != nil {
		f.mistyped(name, "an integer", v)
	} else if n < low || n > high {
		f.fail(name, "invalid_value", "Invalid '%s': %d is not between %d and %d.", f.prefix+name, n, low, high)
	}
	return n
}

// texts returns a parameter that must be a list of strings, not empty.
func (f *fields) texts(name string) []string {
	v := f.get(name)
	list, ok := v.([]any)
	if !ok {
		f.mistyped(name, "an array of strings", v)
		return nil
	}
	if len(list) == 0 {
		f.fail(name, "empty_array", "Invalid '%s': empty array.", f.prefix+name)
	}
	out := make([]string, 0, len(list))
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			f.mistyped(name, "an array of strings", v)
		}
		out = append(out, s)
	}
	return out
}

// object returns the fields of a parameter that must be an object.
func (f *fields) object(name string) *fields {
	v := f.get(name)
	m, ok := v.(map[string]any)
	if !ok {
		f.mistyped(name, "an object", v)
	}
	return &fields{prefix: f.prefix + name + ".", m: m}
}

func (f *fields) mistyped(name, want string, got any) {
	kind := "an object"
	switch got.(type) {
	case nil:
		kind = "null"
	case bool:
		kind = "a boolean"
	case json.Number:
		kind = "a number"
	case string:
		kind = "a string"
	case []any:
		kind = "an array"
	}
	f.fail(name, "invalid_type", "Invalid type for '%s': expected %s, but got %s instead.", f.prefix+name, want, kind)
}
