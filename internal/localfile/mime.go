// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

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

	// unknownType is the type of a content that nothing is known about.
	unknownType = "application/octet-stream"

	// sniffBytes is as much as the mimetype library looks at.
	sniffBytes = 4096

	// sniffLineBytes is how long the first line of JSON Lines may be: a chat or
	// batch line is often longer than sniffBytes.
	sniffLineBytes = 1 << 20
)

// DetectMIME returns the MIME type that filename's extension stands for, and
// whether it is a known one. It is the same on every system, and ignores case.
// A name that only begins with a dot has no extension.
func DetectMIME(filename string) (string, bool) {
	dot := strings.LastIndexByte(filename, '.')
	if dot <= 0 {
		return "", false
	}
	mime := typeOf(strings.ToLower(filename[dot+1:]))
	return mime, mime != ""
}

// SniffMIME returns the MIME type that the beginning of the content looks like,
// without parameters. It is never empty: "application/octet-stream" stands for
// what isn't recognised.
func (f *File) SniffMIME() (string, error) {
	head, err := f.head(sniffBytes)
	if err != nil {
		return "", err
	}
	mime, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	switch mime = strings.TrimSpace(mime); mime {
	case "":
		return unknownType, nil
	case "application/json":
		if f.sig.Size <= sniffBytes {
			return mime, nil
		}
		head, err = f.head(sniffLineBytes)
		if err != nil {
			return "", err
		}
		if isJSONLines(head) {
			return jsonLines, nil
		}
		return mime, nil

	// The names that typeOf has for the same thing.
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

// head returns the first limit bytes, or all of a smaller file.
func (f *File) head(limit int64) ([]byte, error) {
	head := make([]byte, min(f.sig.Size, limit))
	n, err := f.ReadAt(head, 0)
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
