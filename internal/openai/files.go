// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/upload"
)

const (
	// pageSize keeps a page of Files, names and all, below maxAnswer.
	pageSize = 200

	// maxPages bounds a search. It is far more Files than a run makes in the hour that it spans.
	maxPages = 50

	// uploadLife is the longest time between an Upload's creation, which its
	// File carries as its own, and its completion.
	uploadLife = time.Hour
)

// fileObject is a File as the API describes it (OpenAPI document, OpenAIFile).
// A purpose or status that nobody knows yet is kept as it is.
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

func (f *fileObject) file() upload.File {
	size := upload.UnknownBytes
	if f.Bytes != nil {
		size = int64(*f.Bytes)
	}
	return upload.File{
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

// FileAnswer is a File and when the service said so.
type FileAnswer struct {
	File upload.File

	// Date is the time of the answer by the service's clock, zero if it didn't say.
	Date time.Time
}

// GetFile returns the File. If there is none, the error is an [ErrNotFound].
func (c *Client) GetFile(ctx context.Context, id string) (FileAnswer, error) {
	req := c.fileRequest(http.MethodGet, id)
	var answer fileObject
	got, err := req.retry(ctx, &answer)
	switch {
	case err != nil:
		return FileAnswer{}, err
	case answer.ID == "":
		return FileAnswer{}, req.unusable(got, errNoID)
	}
	return FileAnswer{File: answer.file(), Date: got.date}, nil
}

// Get implements upload.Finder.
func (c *Client) Get(ctx context.Context, id string) (upload.File, error) {
	answer, err := c.GetFile(ctx, id)
	return answer.File, err
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

// Find implements upload.Finder. It is an error if the service has more Files
// of the query's purpose and time than can be looked through.
func (c *Client) Find(ctx context.Context, query upload.Query) ([]upload.File, error) {
	var (
		found []upload.File
		after string
	)
	for range maxPages {
		page, err := c.list(ctx, query.Purpose, after)
		if err != nil {
			return nil, err
		}
		for i := range page.files {
			if matches(&page.files[i], &query) {
				found = append(found, page.files[i])
			}
		}
		if page.last || past(page.files, &query) {
			return found, nil
		}
		after = page.files[len(page.files)-1].ID
	}
	return nil, c.fileRequest(http.MethodGet).refuse(
		fmt.Errorf("more than %d Files with purpose %q are too many to look through", maxPages*pageSize, query.Purpose))
}

type filePage struct {
	files []upload.File
	last  bool
}

// list returns the page of Files that follows the one with the ID after, the
// newest first.
func (c *Client) list(ctx context.Context, purpose, after string) (filePage, error) {
	req := c.fileRequest(http.MethodGet)
	req.query = url.Values{"purpose": {purpose}, "order": {"desc"}, "limit": {strconv.Itoa(pageSize)}}
	if after != "" {
		req.query.Set("after", after)
	}
	var answer struct {
		Data    []fileObject `json:"data"`
		HasMore bool         `json:"has_more"`
	}
	got, err := req.retry(ctx, &answer)
	switch {
	case err != nil:
		return filePage{}, err
	case answer.Data == nil, got.malformed != nil:
		return filePage{}, req.unusable(got, errNoList)
	}
	page := filePage{files: make([]upload.File, len(answer.Data))}
	for i := range answer.Data {
		page.files[i] = answer.Data[i].file()
	}
	end := len(page.files) - 1
	page.last = !answer.HasMore || end < 0 || page.files[end].ID == "" || page.files[end].ID == after
	return page, nil
}

// past reports whether no page after this one can hold a match. Whether the
// service sorts by created_at or by the time of completion is unknown, hence
// the margin.
func past(files []upload.File, query *upload.Query) bool {
	return files[len(files)-1].CreatedAt.Before(query.CreatedFrom.Add(-uploadLife))
}

func matches(file *upload.File, query *upload.Query) bool {
	return file.ID != "" &&
		file.Filename == query.Filename &&
		file.Purpose == query.Purpose &&
		(file.Bytes == query.Bytes || file.Bytes == upload.UnknownBytes) &&
		!file.CreatedAt.Before(query.CreatedFrom) &&
		(query.CreatedTo.IsZero() || !file.CreatedAt.After(query.CreatedTo))
}

func (c *Client) fileRequest(method string, segments ...string) *request {
	return &request{client: c, method: method, collection: "files", segments: segments, timeout: c.timeout}
}
