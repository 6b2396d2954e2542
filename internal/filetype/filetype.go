// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package filetype recognizes the MIME type of a file, by its name and by its
// content, in the same way on every system.
package filetype

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

const (
	// jsonLines is what the API's recorded traffic sends for .jsonl.
	jsonLines = "text/jsonl"

	// unknownType is the type of content that isn't recognized.
	unknownType = "application/octet-stream"

	// sniffBytes is how much the mimetype library looks at.
	sniffBytes = 4096

	// sniffLineBytes is how long the first line of JSON Lines may be: a chat or
	// batch line is often longer than sniffBytes.
	sniffLineBytes = 1 << 20
)

// ByName returns the MIME type that filename's extension stands for, and whether
// it is a known one. Case is ignored. A name that only begins with a dot has no
// extension.
func ByName(filename string) (string, bool) {
	dot := strings.LastIndexByte(filename, '.')
	if dot <= 0 {
		return "", false
	}
	mime, ok := types[strings.ToLower(filename[dot+1:])]
	return mime, ok
}

// ByContent returns the MIME type that the beginning of size bytes of content looks
// like, without parameters. It is never empty: "application/octet-stream" stands
// for what isn't recognized. An error comes from reading.
func ByContent(content io.ReaderAt, size int64) (string, error) {
	head, err := headOf(content, min(size, sniffBytes))
	if err != nil {
		return "", err
	}
	mime, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	switch mime = strings.TrimSpace(mime); mime {
	case "":
		return unknownType, nil
	case "application/json":
		if size <= sniffBytes {
			return mime, nil
		}
		head, err = headOf(content, min(size, sniffLineBytes))
		if err != nil {
			return "", err
		}
		if isJSONLines(head) {
			return jsonLines, nil
		}
		return mime, nil
	// The names that types has for the same thing.
	case "application/x-ndjson":
		return jsonLines, nil
	case "text/x-shellscript":
		return "application/x-sh", nil
	case "text/rtf":
		return "application/rtf", nil
	case "audio/x-m4a":
		return "audio/mp4", nil
	}
	return mime, nil
}

// headOf returns the first size bytes, or all of content that has become shorter.
func headOf(content io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, size)
	n, err := content.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head[:n], nil
}

// isJSONLines reports whether the first line is a whole JSON object or array
// and another one begins after it, which no single JSON document allows.
func isJSONLines(head []byte) bool {
	first, rest, _ := bytes.Cut(bytes.TrimLeft(head, " \t\r\n"), []byte("\n"))
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return opensJSON(first) && opensJSON(rest) && json.Valid(first)
}

func opensJSON(text []byte) bool {
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}
