// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"time"
	"unicode/utf8"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// uploadObject is an Upload as the API describes it (OpenAPI document, Upload).
type uploadObject struct {
	ID        string      `json:"id"`
	Status    string      `json:"status"`
	CreatedAt *number     `json:"created_at"`
	ExpiresAt *number     `json:"expires_at"`
	File      *fileObject `json:"file"`
}

func (u *uploadObject) upload() engine.Upload {
	answer := engine.Upload{ID: u.ID, Status: u.Status, CreatedAt: unixTime(u.CreatedAt), ExpiresAt: unixTime(u.ExpiresAt)}
	if u.File != nil && u.File.ID != "" {
		answer.File = new(u.File.file())
	}
	// With such an ID the Upload could be neither used nor cancelled: the same as without one.
	if !usableID(answer.ID) {
		answer.ID = ""
	}
	return answer
}

// createBody is CreateUploadRequest of the OpenAPI document.
type createBody struct {
	Filename     string            `json:"filename"`
	Purpose      string            `json:"purpose"`
	Bytes        int64             `json:"bytes"`
	MIMEType     string            `json:"mime_type"`
	ExpiresAfter *expiresAfterBody `json:"expires_after,omitempty"`
}

// expiresAfterBody is FileExpirationAfter of the OpenAPI document.
type expiresAfterBody struct {
	Anchor  string `json:"anchor"`
	Seconds int64  `json:"seconds"`
}

// completeBody is CompleteUploadRequest of the OpenAPI document.
type completeBody struct {
	PartIDs []string `json:"part_ids"`
	MD5     string   `json:"md5,omitempty"`
}

// Create implements engine.Backend. A filename that isn't valid UTF-8 is
// refused, as JSON can't carry it.
func (c *Client) Create(ctx context.Context, spec engine.Spec) (engine.Upload, error) {
	body := createBody{Filename: spec.Filename, Purpose: spec.Purpose, Bytes: spec.Bytes, MIMEType: spec.MIMEType}
	if spec.ExpiresAfter != 0 {
		body.ExpiresAfter = &expiresAfterBody{Anchor: "created_at", Seconds: int64(spec.ExpiresAfter / time.Second)}
	}
	req := c.uploadRequest()
	req.body = body
	if !utf8.ValidString(spec.Filename) {
		return engine.Upload{}, req.refuse(errors.New("the filename is not valid UTF-8"))
	}
	return req.uploadAnswer(ctx)
}

// AddPart implements engine.Backend.
func (c *Client) AddPart(ctx context.Context, uploadID string, part engine.Part) (string, error) {
	req := c.uploadRequest(uploadID, "parts")
	req.part = &part
	var answer struct {
		ID string `json:"id"`
	}
	if _, err := req.send(ctx, &answer); err != nil {
		return "", err
	}
	return answer.ID, nil
}

// setPart makes the part req's body: multipart/form-data with the field "data",
// streamed with a Content-Length.
func setPart(req *http.Request, part engine.Part) error {
	var frame bytes.Buffer
	form := multipart.NewWriter(&frame)
	// Some multipart parsers treat a field as a file only if it has a filename.
	_, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="data"; filename="data"`},
		"Content-Type":        {"application/octet-stream"},
	})
	if err != nil {
		return err
	}
	size := frame.Len()
	if err := form.Close(); err != nil {
		return err
	}
	head, tail := frame.Bytes()[:size], frame.Bytes()[size:]
	req.Header.Set("Content-Type", form.FormDataContentType())
	if part.Announce {
		req.Header.Set("Expect", "100-continue")
	}
	setBody(req, int64(frame.Len())+part.Size, func() io.Reader {
		return io.MultiReader(bytes.NewReader(head), part.Open(), bytes.NewReader(tail))
	})
	return nil
}

// Complete implements engine.Backend. An empty md5 isn't sent.
func (c *Client) Complete(ctx context.Context, uploadID string, partIDs []string, md5 string) (engine.Upload, error) {
	req := c.uploadRequest(uploadID, "complete")
	req.body = completeBody{PartIDs: partIDs, MD5: md5}
	return req.uploadAnswer(ctx)
}

// Cancel implements engine.Backend.
func (c *Client) Cancel(ctx context.Context, uploadID string) (engine.Upload, error) {
	return c.uploadRequest(uploadID, "cancel").uploadAnswer(ctx)
}

// uploadAnswer sends a request that is answered by an Upload.
func (r *request) uploadAnswer(ctx context.Context) (engine.Upload, error) {
	var answer uploadObject
	if _, err := r.send(ctx, &answer); err != nil {
		return engine.Upload{}, err
	}
	return answer.upload(), nil
}

func (c *Client) uploadRequest(segments ...string) *request {
	return &request{client: c, method: http.MethodPost, collection: "uploads", segments: segments}
}
