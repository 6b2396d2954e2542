// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"fmt"
	"net/http"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/respjson"

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

// FileAnswer is a File and when the service said so.
type FileAnswer struct {
	File upload.File

	// Date is the time of the answer by the service's clock, zero if it didn't say.
	Date time.Time
}

// GetFile returns the File. If there is none, the error is an [ErrNotFound].
func (c *Client) GetFile(ctx context.Context, id string) (FileAnswer, error) {
	call := c.fileCall(http.MethodGet, id)

	if err := call.start(id); err != nil {
		return FileAnswer{}, err
	}

	answer, err := c.files.Get(ctx, id, call.options(ctx, c.retries)...)
	if err := call.finish(ctx, err); err != nil {
		return FileAnswer{}, err
	}

	if answer.ID == "" {
		return FileAnswer{}, call.unusable(errNoID)
	}

	return FileAnswer{File: fromSDK(answer), Date: call.date}, nil
}

// DeleteFile deletes the File. The error is an [ErrNotFound] if there is none,
// which may mean that a request whose answer was lost has deleted it, and an
// [ErrConflict], not retried here, while the service is processing the File.
func (c *Client) DeleteFile(ctx context.Context, id string) error {
	call := c.fileCall(http.MethodDelete, id)
	call.conflictIsFinal = true

	if err := call.start(id); err != nil {
		return err
	}

	answer, err := c.files.Delete(ctx, id, call.options(ctx, c.retries)...)
	if err := call.finish(ctx, err); err != nil {
		return err
	}

	if !answer.Deleted && call.status != http.StatusNoContent {
		return call.unusable(errNotDeleted)
	}

	return nil
}

// Find implements upload.Finder. It is an error if the service has more Files
// of the query's purpose and time than can be looked through.
func (c *Client) Find(ctx context.Context, query upload.Query) ([]upload.File, error) {
	params := sdk.FileListParams{
		Purpose: sdk.String(query.Purpose),
		Order:   sdk.FileListParamsOrderDesc,
		Limit:   sdk.Int(pageSize),
	}

	var found []upload.File

	for range maxPages {
		page, err := c.list(ctx, params)
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

		params.After = sdk.String(page.files[len(page.files)-1].ID)
	}

	return nil, c.fileCall(http.MethodGet, "").refuse(
		fmt.Errorf("more than %d Files with purpose %q are too many to look through", maxPages*pageSize, query.Purpose))
}

type filePage struct {
	files []upload.File
	last  bool
}

func (c *Client) list(ctx context.Context, params sdk.FileListParams) (filePage, error) {
	call := c.fileCall(http.MethodGet, "")

	if err := call.start(); err != nil {
		return filePage{}, err
	}

	answer, err := c.files.List(ctx, params, call.options(ctx, c.retries)...)
	if err := call.finish(ctx, err); err != nil {
		return filePage{}, err
	}

	if !answer.JSON.Data.Valid() {
		return filePage{}, call.unusable(errNoList)
	}

	page := filePage{files: make([]upload.File, len(answer.Data))}

	for i := range answer.Data {
		page.files[i] = fromSDK(&answer.Data[i])
	}

	end := len(page.files) - 1
	page.last = !answer.HasMore || end < 0 || page.files[end].ID == "" || page.files[end].ID == params.After.Value

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
		file.Bytes == query.Bytes &&
		!file.CreatedAt.Before(query.CreatedFrom) &&
		(query.CreatedTo.IsZero() || !file.CreatedAt.After(query.CreatedTo))
}

func (c *Client) fileCall(method, id string) *call {
	return &call{client: c, op: c.op(method, "files", id), timeout: c.timeout}
}

// fromSDK keeps a purpose or status that the SDK doesn't know as it is: the API's lists grow.
func fromSDK(file *sdk.FileObject) upload.File {
	return upload.File{
		ID:            file.ID,
		Filename:      file.Filename,
		Purpose:       string(file.Purpose),
		Status:        string(file.Status), //nolint:staticcheck // SA1019: deprecated, and all that tells of a failed File.
		StatusDetails: file.StatusDetails,  //nolint:staticcheck // SA1019: as above.
		Bytes:         file.Bytes,
		CreatedAt:     unixTime(file.CreatedAt, file.JSON.CreatedAt),
		ExpiresAt:     unixTime(file.ExpiresAt, file.JSON.ExpiresAt),
	}
}

// unixTime is zero for a field that is absent or null, which the SDK decodes as 1970.
func unixTime(seconds int64, field respjson.Field) time.Time {
	if !field.Valid() {
		return time.Time{}
	}

	return time.Unix(seconds, 0).UTC()
}
