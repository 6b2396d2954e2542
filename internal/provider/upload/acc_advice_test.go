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
		text  string
	}{
		{
			"keyRefused",
			openaitest.Fault{},
			with("api_key", "sk-wrong"),
			"401[\\s\\S]*check api_key in the provider's configuration, or the environment variable OPENAI_API_KEY[\\s\\S]*Nothing is left",
		},
		{
			"partTooLarge",
			openaitest.Fault{Op: openaitest.OpAddPart, Status: http.StatusRequestEntityTooLarge},
			nil,
			"413[\\s\\S]*Set a smaller part_size[\\s\\S]*was cancelled",
		},
		{
			"partTooLargeForProxy",
			openaitest.Fault{Op: openaitest.OpAddPart, Status: http.StatusRequestEntityTooLarge, Header: page, Body: "<html><h1>413</h1></html>"},
			nil,
			"413[\\s\\S]*came from a proxy on the way and not from OpenAI[\\s\\S]*part_size[\\s\\S]*was cancelled",
		},
		{
			"timeLimit",
			openaitest.Fault{Op: openaitest.OpAddPart, Hang: true},
			with("create_timeout", "1s"),
			"time limit timeouts.create \\(1s\\) was reached[\\s\\S]*was cancelled",
		},
		{
			"parameter",
			openaitest.Fault{
				Op: openaitest.OpCreateUpload, Status: http.StatusBadRequest,
				Body: `{"error":{"message":"too short","type":"invalid_request_error","param":"expires_after.seconds","code":null}}`,
			},
			acctest.Variables{"expires_seconds": acctest.Int(3600)},
			"expires_after[\\s\\S]* = [\\s\\S]*too short[\\s\\S]*Nothing is left",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			s := newSession(t, mock, vars(acctest.WriteFile(t, "a.jsonl", []byte(contentA)), tt.more))
			if tt.fault.Op != "" {
				mock.Inject(tt.fault)
			}
			wantFailure(t, s.Apply(t), tt.text)
			if files := mock.Files(); len(files) != 0 {
				t.Errorf("Files: %+v", files)
			}
		})
	}
}

// TestAccAdvice_baseURL forgets the end of the base URL.
func TestAccAdvice_baseURL(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	s := newSession(t, mock, vars(acctest.WriteFile(t, "a.jsonl", []byte(contentA))))
	s.setOnly(vars(s.WriteFile(t, "a.jsonl", []byte(contentA)), with("base_url", strings.TrimSuffix(mock.URL(), "/v1")), with("api_key", mock.APIKey())))
	wantFailure(t, s.Apply(t), "404[\\s\\S]*Is base_url right\\? The API's own ends in /v1")
}

// TestAccAdvice_delete meets a File that is processed for longer than is waited.
func TestAccAdvice_delete(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t, openaitest.Options{Processing: 1000})
	s := newSession(t, mock, vars(acctest.WriteFile(t, "a.jsonl", []byte(contentA)), with("delete_timeout", "1s")))
	s.apply()
	wantFailure(t, s.Run(t, "destroy", "-no-color", "-auto-approve"),
		"Deleting the File[\\s\\S]*409[\\s\\S]*still processing[\\s\\S]*time limit timeouts.delete[\\s\\S]*stays in the state")
	onlyFile(t, mock)
}

// TestAccAdvice_read meets a service that doesn't answer.
func TestAccAdvice_read(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	s := newSession(t, mock, vars(acctest.WriteFile(t, "a.jsonl", []byte(contentA)), with("read_timeout", "1s")))
	s.apply()
	mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Hang: true})
	s.wantPlanError("Reading the File[\\s\\S]*time limit timeouts.read \\(1s\\) was reached[\\s\\S]*Nothing was changed")
	mock.ClearFaults()
	s.wantPlan(noop())
}
