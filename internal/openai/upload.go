// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	sdk "github.com/openai/openai-go/v3"

	"github.com/upload-backed/terraform-provider-openai/internal/upload"
)

// Create implements upload.Backend. A filename that isn't valid UTF-8 is
// refused, as JSON can't carry it.
func (c *Client) Create(ctx context.Context, spec upload.Spec) (upload.Session, error) {
	call := c.uploadCall("")

	if err := call.start(); err != nil {
		return upload.Session{}, err
	}

	if !utf8.ValidString(spec.Filename) {
		return upload.Session{}, call.refuse(errors.New("the filename is not valid UTF-8"))
	}

	params := sdk.UploadNewParams{
		Filename: spec.Filename,
		Purpose:  sdk.FilePurpose(spec.Purpose),
		Bytes:    spec.Bytes,
		MimeType: spec.MIMEType,
	}
	if spec.ExpiresAfter != 0 {
		params.ExpiresAfter.Seconds = int64(spec.ExpiresAfter / time.Second)
	}

	answer, err := c.uploads.New(context.WithoutCancel(ctx), params, call.options(ctx, 0)...)
	if err := call.finish(ctx, err); err != nil {
		return upload.Session{}, err
	}

	// With such an ID the Upload could be neither used nor cancelled: the same as without one.
	id := answer.ID
	if !usableID(id) {
		id = ""
	}

	return upload.Session{
		ID:        id,
		CreatedAt: unixTime(answer.CreatedAt, answer.JSON.CreatedAt),
		ExpiresAt: unixTime(answer.ExpiresAt, answer.JSON.ExpiresAt),
	}, nil
}

// AddPart implements upload.Backend, with two peculiarities. Where the
// connection breaks, it sends the part a second time with "Expect:
// 100-continue", to learn whether the server had refused it; if the server
// takes it now, the part is added. And so part.Open may be called more than
// once, though what it returned is no longer read when it is called again, nor
// after AddPart has returned.
//
// If reading the part fails, that error is wrapped in what is returned, which
// is then no *Error.
func (c *Client) AddPart(ctx context.Context, uploadID string, part upload.Part) (string, error) {
	call := c.uploadCall(uploadID, "parts")

	if err := call.start(uploadID); err != nil {
		return "", err
	}

	sender, err := newPartSender(part)
	if err != nil {
		return "", call.refuse(err)
	}

	call.part = sender

	answer, err := c.uploads.Parts.New(
		context.WithoutCancel(ctx), uploadID, sdk.UploadPartNewParams{Data: strings.NewReader("")}, call.options(ctx, 0)...)
	if err := call.finish(ctx, err); err != nil {
		return "", err
	}

	return answer.ID, nil
}

// Complete implements upload.Backend. An empty md5 isn't sent.
func (c *Client) Complete(ctx context.Context, uploadID string, partIDs []string, md5 string) (upload.Completion, error) {
	call := c.uploadCall(uploadID, "complete")

	if err := call.start(uploadID); err != nil {
		return upload.Completion{}, err
	}

	params := sdk.UploadCompleteParams{PartIDs: partIDs}
	if md5 != "" {
		params.Md5 = sdk.String(md5)
	}

	answer, err := c.uploads.Complete(context.WithoutCancel(ctx), uploadID, params, call.options(ctx, 0)...)
	if err := call.finish(ctx, err); err != nil {
		return upload.Completion{}, err
	}

	completion := upload.Completion{Status: string(answer.Status)}

	if answer.JSON.File.Valid() {
		file := fromSDK(&answer.File)
		completion.File = &file
	}

	return completion, nil
}

// Cancel implements upload.Backend.
func (c *Client) Cancel(ctx context.Context, uploadID string) error {
	call := c.uploadCall(uploadID, "cancel")

	if err := call.start(uploadID); err != nil {
		return err
	}

	_, err := c.uploads.Cancel(context.WithoutCancel(ctx), uploadID, call.options(ctx, 0)...)

	return call.finish(ctx, err)
}

// uploadCall is a call about an Upload. The SDK is given a context without
// cancellation: it would throw away an answer, and with it the ID of an Upload,
// that came just before. The requests themselves are cancelled.
func (c *Client) uploadCall(segments ...string) *call {
	return &call{client: c, op: c.op(http.MethodPost, "uploads", segments...), upload: true}
}

// op names a request. Its length is bounded, as an ID's isn't.
func (c *Client) op(method, collection string, segments ...string) string {
	path := "/" + collection

	for _, segment := range segments {
		if segment != "" {
			path = strings.Join([]string{path, url.PathEscape(segment)}, "/")
		}
	}

	return method + " " + external(path, c.apiKey, maxDetail)
}
