// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// exchange is a request to the service and its answer, as recorded.
type exchange struct {
	RequestURI    string `json:"RequestUri"`
	RequestMethod string
	RequestBody   json.RawMessage
	StatusCode    int
	ResponseBody  json.RawMessage
}

type recordedFile struct {
	ID            string  `json:"id"`
	Filename      string  `json:"filename"`
	Purpose       string  `json:"purpose"`
	Status        string  `json:"status"`
	StatusDetails *string `json:"status_details"`
	Bytes         int64   `json:"bytes"`
	CreatedAt     int64   `json:"created_at"`
	ExpiresAt     *int64  `json:"expires_at"`
}

func (f *recordedFile) check(t *testing.T, got engine.File) {
	t.Helper()
	equal(t, "ID", got.ID, f.ID)
	equal(t, "filename", got.Filename, f.Filename)
	equal(t, "purpose", got.Purpose, f.Purpose)
	equal(t, "status", got.Status, f.Status)
	equal(t, "bytes", got.Bytes, f.Bytes)
	equal(t, "created", got.CreatedAt.Unix(), f.CreatedAt)
	equal(t, "expires", !got.ExpiresAt.IsZero(), f.ExpiresAt != nil)
	equal(t, "details", got.StatusDetails != "", f.StatusDetails != nil)
}

// TestRecords decodes what the service has been recorded to answer.
func TestRecords(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "openaitest", "testdata", "records", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var record struct{ Entries []exchange }
			if err := json.Unmarshal(text, &record); err != nil {
				t.Fatal(err)
			}
			for i := range record.Entries {
				replay(t, &record.Entries[i])
			}
		})
	}
}

func replay(t *testing.T, recorded *exchange) {
	t.Helper()
	server := answering(t, recorded.StatusCode, string(recorded.ResponseBody))
	c := client(t, server.URL)
	_, path, _ := strings.Cut(recorded.RequestURI, "/v1/")
	segments := strings.Split(path, "/")
	var err error
	switch {
	case path == "uploads":
		var spec struct {
			Filename string `json:"filename"`
			Purpose  string `json:"purpose"`
			MIMEType string `json:"mime_type"`
			Bytes    int64  `json:"bytes"`
		}
		_ = json.Unmarshal(recorded.RequestBody, &spec)
		var session engine.Upload
		session, err = c.Create(t.Context(), engine.Spec{
			Filename: spec.Filename, Purpose: spec.Purpose, MIMEType: spec.MIMEType, Bytes: spec.Bytes,
		})
		equal(t, "life in seconds", session.ExpiresAt.Sub(session.CreatedAt).Seconds(), 3600)
		if spec.Filename != "" {
			sameJSON(t, server.only(t).body, string(recorded.RequestBody))
		}
	case len(segments) == 3 && segments[2] == "parts":
		var id string
		id, err = c.AddPart(t.Context(), segments[1], textPart("test"))
		equal(t, "part", strings.HasPrefix(id, "part_"), true)
	case len(segments) == 3 && segments[2] == "complete":
		var want struct {
			File   *recordedFile `json:"file"`
			Status string        `json:"status"`
		}
		_ = json.Unmarshal(recorded.ResponseBody, &want)
		var completion engine.Upload
		completion, err = c.Complete(t.Context(), segments[1], []string{"p"}, "")
		equal(t, "status", completion.Status, want.Status)
		if completion.File != nil && want.File != nil {
			want.File.check(t, *completion.File)
		} else {
			t.Errorf("File %v, recorded %v", completion.File, want.File)
		}
	case len(segments) == 3 && segments[2] == "cancel":
		_, err = c.Cancel(t.Context(), segments[1])
	case len(segments) == 2 && recorded.RequestMethod == http.MethodDelete:
		err = c.DeleteFile(t.Context(), segments[1])
	default:
		// The other calls that answer with a File answer as this one.
		var got engine.File
		got, err = c.GetFile(t.Context(), "file-1")
		if recorded.StatusCode == http.StatusOK {
			var want recordedFile
			_ = json.Unmarshal(recorded.ResponseBody, &want)
			want.check(t, got)
		}
	}
	if recorded.StatusCode == http.StatusOK {
		if err != nil {
			t.Errorf("%s %s: %v", recorded.RequestMethod, recorded.RequestURI, err)
		}
		return
	}
	wantFault(t, err, recorded.StatusCode, engine.Final, true)
	e := asError(t, err)
	var want struct {
		Error struct{ Message, Type, Param string }
	}
	_ = json.Unmarshal(recorded.ResponseBody, &want)
	equal(t, "message", e.Message, want.Error.Message)
	equal(t, "type", e.Type, want.Error.Type)
	equal(t, "param", e.Param, want.Error.Param)
}
