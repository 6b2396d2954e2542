// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccAdvice_create makes uploads fail, and looks for the next step in what
// is said.
func TestAccAdvice_create(t *testing.T) {
	t.Parallel()
	page := http.Header{"Content-Type": {"text/html"}}
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
		more  acctest.Variables
		texts []string
	}{
		{
			"keyRefused",
			openaitest.Fault{},
			with("api_key", "sk-wrong"),
			[]string{"401", "check api_key in the provider's configuration, or the environment variable OPENAI_API_KEY", "Nothing is left"},
		},
		{
			"partTooLarge",
			openaitest.Fault{Op: openaitest.OpAddPart, Status: http.StatusRequestEntityTooLarge},
			nil,
			[]string{"413", "Set a smaller part_size", "was cancelled"},
		},
		{
			"partTooLargeForProxy",
			openaitest.Fault{Op: openaitest.OpAddPart, Status: http.StatusRequestEntityTooLarge, Header: page, Body: "<html><h1>413</h1></html>"},
			nil,
			[]string{"413", "came from a proxy on the way and not from OpenAI", "part_size", "was cancelled"},
		},
		{
			"timeLimit",
			openaitest.Fault{Op: openaitest.OpAddPart, Hang: true},
			with("create_timeout", "4s"),
			[]string{"time limit timeouts.create (4s) was reached", "was cancelled"},
		},
		{
			"parameter",
			openaitest.Fault{
				Op: openaitest.OpCreateUpload, Status: http.StatusBadRequest,
				Body: `{"error":{"message":"too short","type":"invalid_request_error","param":"expires_after.seconds","code":null}}`,
			},
			withInt("expires_seconds", 3600),
			[]string{"expires_after", " = ", "too short", "Nothing is left"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := acctest.New(t, mock, "upload", vars(acctest.WriteFile(t, "a.jsonl", contentA), tt.more))
			if tt.fault.Op != "" {
				mock.Inject(tt.fault)
			}
			p.TryApply().WantFailure(tt.texts...)
			wantNoFiles(t, mock)
			if tt.name == "keyRefused" {
				acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1})
			}
		})
	}
}

// TestAccAdvice_baseURL forgets the end of the base URL.
func TestAccAdvice_baseURL(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, contentA, with("base_url", strings.TrimSuffix(mock.URL(), "/v1")))
	p.TryApply().WantFailure("404", "Is base_url right? The API's own ends in /v1")
}

// TestAccAdvice_delete meets a File that is processed for longer than is waited.
func TestAccAdvice_delete(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t, openaitest.Options{Processing: 1000})
	p := acctest.New(t, mock, "upload", vars(acctest.WriteFile(t, "a.jsonl", contentA), with("delete_timeout", "5s")))
	p.Apply()
	p.Destroy().WantFailure("Deleting the File", "409", "still processing", "time limit timeouts.delete", "stays in the state")
	onlyFile(t, mock)
}

// TestAccAdvice_read meets a service that doesn't answer.
func TestAccAdvice_read(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t, with("read_timeout", "4s"))
	p.Mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Hang: true})
	p.TryPlan().WantFailure("Reading the File", "time limit timeouts.read (4s) was reached", "Nothing was changed")
	p.Mock.ClearFaults()
	p.WantPlan(noop)
}
