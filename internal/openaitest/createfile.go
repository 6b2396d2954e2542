// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"
)

// maxValue is the most that a field of a form may hold that isn't the file, in bytes.
const maxValue = 1 << 10

// createFile is POST /files.
func (x *exchange) createFile() (answer, error) {
	form, err := x.openForm("file", MaxFileBytes)
	if err != nil {
		return answer{}, err
	}
	made, values, err := form.readFile()
	x.note(func(r *Request) { r.Body, r.PartBytes = cloneObject(values), made.Bytes })
	var lives time.Duration
	if err == nil {
		f := &fields{m: values}
		made.Purpose, made.Filename = f.purpose(x.s.opts.Purposes), f.filename()
		lives = f.lifetime(made.Purpose)
		if f.err != nil {
			err = f.err
		}
	}
	if err != nil {
		for _, b := range made.blobs {
			b.remove()
		}
		return answer{}, err
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	made.ID, made.Status, made.processing = fileID(), "processed", x.s.opts.Processing
	made.CreatedAt = x.s.now().UTC().Truncate(time.Second)
	if lives > 0 {
		made.ExpiresAt = made.CreatedAt.Add(lives)
	}
	x.s.keepFile(made)
	x.entry.FileID = made.ID
	return jsonAnswer(http.StatusOK, made.json()), nil
}

// readFile reads the form of a new File: its content, and its other fields as a JSON
// body would have them. What was kept is in the File, also on an error.
func (f *form) readFile() (*file, map[string]any, error) {
	made, values := &file{}, map[string]any{}
	seen := map[string]bool{}
	for {
		field, params, err := f.next()
		if errors.Is(err, io.EOF) {
			if !seen["file"] {
				return made, values, missing("file")
			}
			return made, values, nil
		}
		if err != nil {
			return made, values, err
		}
		name := params["name"]
		if seen[name] {
			return made, values, invalid(name, "Duplicated parameter: '%s'.", name)
		}
		seen[name] = true
		if name == "file" {
			values["filename"] = params["filename"]
			err = f.readContent(field, made)
		} else {
			err = f.readValue(field, name, values)
		}
		if err != nil {
			return made, values, err
		}
	}
}

func missing(name string) *apiError {
	e := invalid(name, "Missing required parameter: '%s'.", name)
	e.code = "missing_required_parameter"
	return e
}

// readContent keeps the content of the file in a form.
func (f *form) readContent(field *multipart.Part, made *file) error {
	b, n, err := f.keep(field, hexID("content_"))
	made.Bytes = n
	if b != nil {
		made.blobs = []blob{b}
	}
	made.MIMEType = field.Header.Get("Content-Type")
	return err
}

// readValue reads another field of the form.
func (f *form) readValue(field io.Reader, name string, values map[string]any) error {
	raw, err := io.ReadAll(io.LimitReader(field, maxValue))
	if err != nil {
		return f.bad(err)
	}
	after, _ := values["expires_after"].(map[string]any)
	if after == nil {
		after = map[string]any{}
	}
	switch name {
	case "purpose":
		values["purpose"] = string(raw)
		return nil
	case "expires_after[anchor]":
		after["anchor"] = string(raw)
	case "expires_after[seconds]":
		after["seconds"] = string(raw)
		// Only what is a number in JSON, too: the journal has it.
		if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil && strconv.FormatInt(n, 10) == string(raw) {
			after["seconds"] = json.Number(raw)
		}
	default:
		return f.unknown(name)
	}
	values["expires_after"] = after
	return nil
}
