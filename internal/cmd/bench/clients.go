// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

const (
	// sdkCommand makes this program a user of the official SDK.
	sdkCommand = "sdk"

	// bufferCommand makes this program a client that holds the whole file.
	bufferCommand = "buffer"

	// sdkPart is the size of a part in OpenAI's own helper for this, which is openai-python's
	// upload_file_chunked.
	sdkPart = 64 << 20
)

// runSDK uploads one file by the official SDK, a part after the other.
func runSDK(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	file, err := os.Open(args[1])
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	uploads := openai.NewClient(option.WithAPIKey(benchKey), option.WithBaseURL(args[0])).Uploads
	upload, err := uploads.New(ctx, openai.UploadNewParams{
		Bytes: info.Size(), Filename: info.Name(), MimeType: "application/octet-stream", Purpose: openai.FilePurposeUserData,
	})
	if err != nil {
		return err
	}
	var ids []string
	for offset := int64(0); offset < info.Size(); offset += sdkPart {
		part, err := uploads.Parts.New(ctx, upload.ID, openai.UploadPartNewParams{Data: io.NewSectionReader(file, offset, sdkPart)})
		if err != nil {
			return err
		}
		ids = append(ids, part.ID)
	}
	_, err = uploads.Complete(ctx, upload.ID, openai.UploadCompleteParams{PartIDs: ids})
	return err
}

// runBuffer uploads one file as published providers do: it is read into memory, and from there into
// a form for one request. See the resource openai_file of mkdev-me/terraform-provider-openai v2.2.7
// (internal/provider/resource_openai_file.go); skyscrapr/openai-sdk-go (openai/files.go), which
// skyscrapr/terraform-provider-openai uses, copies the file into a form's buffer that doubles.
func runBuffer(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	content, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	field, err := form.CreateFormFile("file", filepath.Base(args[1]))
	if err != nil {
		return err
	}
	// What is written to a buffer never fails.
	_, _ = field.Write(content)
	_ = form.WriteField("purpose", "user_data")
	_ = form.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, args[0]+"/files", &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+benchKey)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answered %s", res.Status)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}
