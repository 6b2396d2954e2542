// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const (
	// pageSize is how many Files are asked for at once, the most that the API gives, and
	// maxPage how long such a page may be in bytes: enough for names of 255 characters,
	// all of them escaped.
	pageSize = 10_000
	maxPage  = pageSize * 5 << 10

	// maxPages bounds a list that never ends, by a million Files.
	maxPages = 100
)

// fileObject is a File as the API describes it (OpenAPI document, OpenAIFile).
// An unknown purpose or status is kept as it is.
type fileObject struct {
	ID            string  `json:"id"`
	Filename      string  `json:"filename"`
	Purpose       string  `json:"purpose"`
	Status        string  `json:"status"`
	StatusDetails string  `json:"status_details"`
	Bytes         *number `json:"bytes"`
	CreatedAt     *number `json:"created_at"`
	ExpiresAt     *number `json:"expires_at"`
}

func (f *fileObject) file() engine.File {
	size := engine.UnknownBytes
	if f.Bytes != nil {
		size = int64(*f.Bytes)
	}
	return engine.File{
		ID: f.ID, Filename: f.Filename, Purpose: f.Purpose, Status: f.Status, StatusDetails: f.StatusDetails,
		Bytes: size, CreatedAt: unixTime(f.CreatedAt), ExpiresAt: unixTime(f.ExpiresAt),
	}
}

// number is a whole number in an answer. Servers in other languages write some
// with a fraction of zero.
type number float64

// unixTime is zero for a field that is absent or null.
func unixTime(seconds *number) time.Time {
	if seconds == nil {
		return time.Time{}
	}
	return time.Unix(int64(*seconds), 0).UTC()
}

// GetFile implements engine.Backend. If there is no such File, the error is an [ErrNotFound].
func (c *Client) GetFile(ctx context.Context, id string) (engine.File, error) {
	req := c.fileRequest(http.MethodGet, id)
	var answer fileObject
	got, err := req.retry(ctx, &answer)
	switch {
	case err != nil:
		return engine.File{}, err
	case answer.ID == "":
		return engine.File{}, req.unusable(got, errNoID)
	}
	file := answer.file()
	file.AsOf = got.date
	return file, nil
}

// DeleteFile deletes the File. The error is an [ErrNotFound] if there is none,
// which may mean that a request whose answer was lost has deleted it, and an
// [ErrConflict], not retried here, while the service is processing the File.
func (c *Client) DeleteFile(ctx context.Context, id string) error {
	req := c.fileRequest(http.MethodDelete, id)
	var answer struct {
		Deleted bool `json:"deleted"`
	}
	got, err := req.retry(ctx, &answer)
	if err == nil && !answer.Deleted && got.status != http.StatusNoContent {
		return req.unusable(got, errNotDeleted)
	}
	return err
}

// FileContent returns the File's content. If that has more than limit bytes, the
// error is, or wraps, a [*LengthError]; if the service doesn't return content of the
// File's purpose, an [ErrBadRequest]. There is no time limit but the context's, as it
// depends on the line how long the content takes.
func (c *Client) FileContent(ctx context.Context, id string, limit int64) ([]byte, error) {
	req := c.fileRequest(http.MethodGet, id, "content")
	req.timeout, req.limit, req.content = 0, limit, true
	got, err := req.retry(ctx, nil)
	return got.body, err
}

// FileQuery says which Files to list, and in which order. The zero value is all
// Files, the newest first.
type FileQuery struct {
	Purpose string // Any, if empty.
	Order   string // "asc" or "desc", by the time of creation; empty means "desc".
}

// Files implements engine.Backend.
func (c *Client) Files(ctx context.Context, purpose string) iter.Seq2[engine.File, error] {
	return c.List(ctx, FileQuery{Purpose: purpose})
}

// List yields the Files that query asks for, all of them or an error at the end.
// Too many Files to look through are an error, too.
func (c *Client) List(ctx context.Context, query FileQuery) iter.Seq2[engine.File, error] {
	return func(yield func(engine.File, error) bool) {
		values := url.Values{"order": {cmp.Or(query.Order, "desc")}, "limit": {strconv.Itoa(pageSize)}}
		if query.Purpose != "" {
			values.Set("purpose", query.Purpose)
		}
		for range maxPages {
			files, more, err := c.list(ctx, values, false)
			if err != nil {
				yield(engine.File{}, err)
				return
			}
			for _, file := range files {
				if !yield(file, nil) {
					return
				}
			}
			if !more {
				return
			}
			values.Set("after", files[len(files)-1].ID)
		}
		yield(engine.File{}, c.fileRequest(http.MethodGet).refuse(
			fmt.Errorf("the list has more than %d pages, which are too many to look through", maxPages)))
	}
}

// list returns one page, and whether there is another after its last File. once is
// request.once.
func (c *Client) list(ctx context.Context, query url.Values, once bool) (files []engine.File, more bool, err error) {
	req := c.fileRequest(http.MethodGet)
	req.query, req.limit, req.once = query, maxPage, once
	req.decode = func(body io.Reader) (err error) {
		files, more, err = decodePage(body)
		return err
	}
	got, err := req.retry(ctx, nil)
	if err != nil {
		return nil, false, err
	}
	last := query.Get("after")
	for i := range files {
		files[i].AsOf = got.date
		last = files[i].ID
	}
	if more && last == query.Get("after") {
		return nil, false, req.unusable(got, errNoProgress)
	}
	return files, more, nil
}

// decodePage reads a ListFilesResponse of the OpenAPI document, one File after the other.
func decodePage(body io.Reader) (files []engine.File, more bool, err error) {
	decoder := json.NewDecoder(body)
	err = decodeMembers(decoder, func(name json.Token) error {
		switch name {
		case "data":
			files, err = decodeFiles(decoder)
			return err
		case "has_more":
			return decoder.Decode(&more)
		}
		return decoder.Decode(new(json.RawMessage))
	})
	_, wrongType := errors.AsType[*json.UnmarshalTypeError](err)
	_, noJSON := errors.AsType[*json.SyntaxError](err)
	switch {
	case noJSON, errors.Is(err, io.EOF) && decoder.InputOffset() == 0:
		err = errNotJSON
	case wrongType, err == nil && files == nil:
		err = errNoList
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = errCutShort
	}
	return files, more, err
}

// decodeMembers reads one JSON object and nothing after it. member reads the value of
// the member that is called name.
func decodeMembers(decoder *json.Decoder, member func(name json.Token) error) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return errNotJSON
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err == nil {
			err = member(name)
		}
		if err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errNotJSON
	}
	return nil
}

// decodeFiles reads an array of Files, which is not nil when it is empty.
func decodeFiles(decoder *json.Decoder) ([]engine.File, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	if token != json.Delim('[') {
		return nil, errNoList
	}
	files := []engine.File{}
	for decoder.More() {
		var object fileObject
		if err := decoder.Decode(&object); err != nil {
			return nil, err
		}
		if object.ID == "" {
			return nil, errNoID
		}
		files = append(files, object.file())
	}
	_, err = decoder.Token()
	return files, err
}

func (c *Client) fileRequest(method string, segments ...string) *request {
	return &request{client: c, method: method, collection: "files", segments: segments, timeout: c.timeout}
}
