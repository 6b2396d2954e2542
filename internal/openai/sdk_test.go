// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai_test

import (
	"bytes"
	"crypto/md5" //nolint:gosec // The API wants MD5.
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/upload-backed/terraform-provider-openai/internal/contract"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// The mock is what this provider is tested against, so it is itself tested with
// a client that we didn't write: the official SDK.
func newSDK(t *testing.T) (sdk.Client, *openaitest.Server) {
	t.Helper()
	mock := openaitest.Start(t, openaitest.Options{Wrap: contract.Check(t, contract.OfClients()...)})
	return sdk.NewClient(option.WithBaseURL(mock.URL()), option.WithAPIKey(mock.APIKey()), option.WithMaxRetries(0)), mock
}

func TestSDK_upload(t *testing.T) {
	t.Parallel()
	client, mock := newSDK(t)
	parts := []string{strings.Repeat("a", 1<<20), strings.Repeat("b", 1<<20), "c"}
	content := strings.Join(parts, "")
	sum := md5.Sum([]byte(content)) //nolint:gosec // As above.
	upload, err := client.Uploads.New(t.Context(), sdk.UploadNewParams{
		Filename: "a.jsonl", Purpose: sdk.FilePurposeBatch, Bytes: int64(len(content)), MimeType: "text/jsonl",
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(parts))
	var group sync.WaitGroup
	for i, part := range parts {
		group.Go(func() {
			added, err := client.Uploads.Parts.New(t.Context(), upload.ID, sdk.UploadPartNewParams{Data: strings.NewReader(part)})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = added.ID
		})
	}
	group.Wait()
	completed, err := client.Uploads.Complete(t.Context(), upload.ID, sdk.UploadCompleteParams{PartIDs: ids, Md5: sdk.String(hex.EncodeToString(sum[:]))})
	if err != nil {
		t.Fatal(err)
	}
	if completed.Status != sdk.UploadStatusCompleted || completed.File.Bytes != int64(len(content)) || completed.File.Filename != "a.jsonl" {
		t.Errorf("completed: %+v", completed)
	}
	file, err := client.Files.Get(t.Context(), completed.File.ID)
	if err != nil || file.ID != completed.File.ID || !file.JSON.ExpiresAt.Valid() {
		t.Errorf("File %+v, %v", file, err)
	}
	// Files of this purpose are the ones whose content can't be had.
	other := mock.AddFile(openaitest.File{Filename: "b.txt", Purpose: "user_data", Content: []byte("b")})
	res, err := client.Files.Content(t.Context(), other.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, err := io.ReadAll(res.Body); err != nil || !bytes.Equal(got, other.Content) {
		t.Errorf("content %q, %v", got, err)
	}
	deleted, err := client.Files.Delete(t.Context(), file.ID)
	if err != nil || !deleted.Deleted {
		t.Errorf("deleted: %+v, %v", deleted, err)
	}
}

func TestSDK_cancel(t *testing.T) {
	t.Parallel()
	client, mock := newSDK(t)
	upload, err := client.Uploads.New(t.Context(), sdk.UploadNewParams{
		Filename: "a.jsonl", Purpose: sdk.FilePurposeFineTune, Bytes: 1, MimeType: "text/jsonl",
	})
	if err != nil {
		t.Fatal(err)
	}
	cancelled, err := client.Uploads.Cancel(t.Context(), upload.ID)
	if err != nil || cancelled.Status != sdk.UploadStatusCancelled {
		t.Errorf("cancelled: %+v, %v", cancelled, err)
	}
	if files := mock.Files(); len(files) != 0 {
		t.Errorf("Files: %+v", files)
	}
}

func TestSDK_createFile(t *testing.T) {
	t.Parallel()
	client, mock := newSDK(t)
	file, err := client.Files.New(t.Context(), sdk.FileNewParams{
		File: sdk.File(strings.NewReader("x"), "x.txt", "text/plain"), Purpose: sdk.FilePurposeUserData,
		ExpiresAfter: sdk.FileNewParamsExpiresAfter{Seconds: 3600},
	})
	if err != nil {
		t.Fatal(err)
	}
	made, _ := mock.File(file.ID)
	if string(made.Content) != "x" || file.Filename != "x.txt" || file.ExpiresAt != file.CreatedAt+3600 {
		t.Errorf("File %+v, %+v", file, made)
	}
}

// TestSDK_refusals has the class of an error tell what it is.
func TestSDK_refusals(t *testing.T) {
	t.Parallel()
	client, mock := newSDK(t)
	upload := func() string {
		made, err := client.Uploads.New(t.Context(), sdk.UploadNewParams{Filename: "a", Purpose: sdk.FilePurposeVision, Bytes: 100 << 20, MimeType: "text/plain"})
		if err != nil {
			t.Fatal(err)
		}
		return made.ID
	}
	for _, tt := range []struct {
		name   string
		status int
		call   func() error
	}{
		{"bad request", http.StatusBadRequest, func() error {
			_, err := client.Uploads.Complete(t.Context(), upload(), sdk.UploadCompleteParams{PartIDs: []string{"part_none"}})
			return err
		}},
		{"wrong key", http.StatusUnauthorized, func() error {
			_, err := client.Files.List(t.Context(), sdk.FileListParams{}, option.WithAPIKey("sk-wrong"))
			return err
		}},
		{"not found", http.StatusNotFound, func() error {
			_, err := client.Files.Delete(t.Context(), "file-none")
			return err
		}},
		{"not served", http.StatusNotFound, func() error {
			_, err := client.Batches.List(t.Context(), sdk.BatchListParams{})
			return err
		}},
		{"too large", http.StatusRequestEntityTooLarge, func() error {
			_, err := client.Uploads.Parts.New(t.Context(), upload(), sdk.UploadPartNewParams{Data: bytes.NewReader(make([]byte, openaitest.MaxPartBytes+1))})
			return err
		}},
		{"rate limit", http.StatusTooManyRequests, func() error {
			mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Status: http.StatusTooManyRequests})
			_, err := client.Files.Get(t.Context(), "file-none")
			return err
		}},
	} {
		err, ok := errors.AsType[*sdk.Error](tt.call())
		if !ok || err.StatusCode != tt.status || err.Message == "" || err.Response.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: %+v", tt.name, err)
		}
	}
}

func TestSDK_list(t *testing.T) {
	t.Parallel()
	client, mock := newSDK(t)
	var want []string
	for range 5 {
		want = append(want, mock.AddFile(openaitest.File{Filename: "a.txt", Purpose: "user_data", Content: []byte("a")}).ID)
	}
	mock.AddFile(openaitest.File{Filename: "b.jsonl", Purpose: "batch", Content: []byte("b")})
	var got []string
	pages := client.Files.ListAutoPaging(t.Context(), sdk.FileListParams{Purpose: sdk.String("user_data"), Limit: sdk.Int(2)})
	for pages.Next() {
		got = append(got, pages.Current().ID)
	}
	if err := pages.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
}

// TestSDK_errors has both clients see the same.
func TestSDK_errors(t *testing.T) {
	t.Parallel()
	client, mock := newSDK(t)
	ours, err := openai.New(openai.Config{BaseURL: mock.URL(), APIKey: mock.APIKey()})
	if err != nil {
		t.Fatal(err)
	}
	_, theirErr := client.Files.Get(t.Context(), "file-none")
	_, ourErr := ours.GetFile(t.Context(), "file-none")
	their, ok := errors.AsType[*sdk.Error](theirErr)
	our, ok2 := errors.AsType[*openai.Error](ourErr)
	if !ok || !ok2 {
		t.Fatalf("%v, %v", theirErr, ourErr)
	}
	if their.StatusCode != http.StatusNotFound || our.Status != their.StatusCode || our.Message != their.Message ||
		our.Type != their.Type || our.Param != their.Param || our.Code != their.Code {
		t.Errorf("SDK: %+v\nours: %+v", their, our)
	}
	if their.Response.Header.Get("X-Request-Id") == "" || our.RequestID == "" {
		t.Error("no request ID")
	}
}
