// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// secrets are what must not be seen.
type secrets struct {
	key    string
	file   string // In every file that is long enough.
	inline string // In content in the configuration, which is in the state and in plans.
}

// markLength is more than any excerpt that a message shows, in bytes.
const markLength = 150

// drawSecrets draws marks that occur nowhere by chance.
func drawSecrets(d draw) secrets {
	mark := func(length int) string {
		random := make([]byte, length/2)
		for i := range random {
			random[i] = byte(d.Uint32())
		}
		return hex.EncodeToString(random)
	}
	return secrets{key: "sk-chaos-" + mark(48), file: mark(markLength), inline: mark(markLength)}
}

// forms returns a secret as it is, and what doesn't depend on its neighbours of its Base64.
func forms(secret string) []string {
	list := []string{secret}
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("?", shift) + secret))
		list = append(list, text[4:len(text)-4])
	}
	return list
}

// markEvery is how far apart the marks in a file are, in bytes.
const markEvery = 16 << 10

// binary draws size bytes with the mark in them.
func (d draw) binary(size int, mark string) []byte {
	content := make([]byte, 0, size+8)
	for len(content) < size {
		x := d.Uint64()
		content = append(content, byte(x), byte(x>>8), byte(x>>16), byte(x>>24), byte(x>>32), byte(x>>40), byte(x>>48), byte(x>>56))
	}
	content = content[:size]
	for at := 0; at+len(mark) <= size; at += markEvery {
		copy(content[at:], mark)
	}
	return content
}

// text draws size bytes of text with the mark in them.
func (d draw) text(size int, mark string) []byte {
	var b strings.Builder
	for b.Len() < size {
		fmt.Fprintf(&b, "%s %016x\n", mark, d.Uint64())
	}
	return []byte(b.String())[:size]
}

// lines draws the input of a batch with the mark in each line. Without good lines, OpenAI
// refuses one of them.
func (d draw) lines(count int, mark string, good bool) []byte {
	var b bytes.Buffer
	bad := d.IntN(count)
	kind := d.IntN(4)
	for i := range count {
		id, line := fmt.Sprintf("request-%d-%08x", i, d.Uint32()), `{"custom_id":%q,"method":"POST","url":"/v1/responses","body":{"model":"m","input":%q}}`
		if !good && i == bad {
			switch kind {
			case 0:
				line = `{"custom_id":%q,"method":"GET","url":"/v1/responses","body":{"model":"m","input":%q}}`
			case 1:
				line = `{"custom_id":%q,"method":"POST","url":"/v1/responses","body":%q}`
			case 2:
				line = `{"custom_id":%q,"method":"POST","url":"/v1/responses","body":{"model":"m","input":%q`
			default:
				line = `"%s %s"`
			}
		}
		fmt.Fprintf(&b, line+"\n", id, mark)
	}
	return b.Bytes()
}

// content draws a content of the resource.
func (r design) content(d draw, size int, s secrets, good bool) []byte {
	mark := s.file
	if r.source != "path" {
		mark = s.inline
	}
	switch {
	case r.batch:
		return d.lines(size, mark, good)
	case r.source == "content":
		return d.text(size, mark)
	}
	return d.binary(size, mark)
}
