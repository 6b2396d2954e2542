// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const (
	secretKey = "sk-proj-0123456789-nobody-may-see-this" //nolint:gosec // G101: it opens nothing.
	marker    = "only the file and the service have this text"
)

// wantSecret checks that text has neither the key nor the file's content.
func wantSecret(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range []string{secretKey, marker} {
		if _, after, found := strings.Cut(text, secret); found {
			t.Errorf("%s contains %q, before %.80q", where, secret, after)
		}
	}
}

// TestAccLog_secrets looks for the key and the content in everything that a
// run writes.
func TestAccLog_secrets(t *testing.T) {
	t.Parallel()
	content := strings.Repeat(marker+"\n", 30_000)
	for _, tt := range []struct {
		name       string
		configured bool
	}{{"environment", false}, {"configuration", true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t, openaitest.Options{APIKey: secretKey})
			p := project(t, mock, content)
			p.Setenv("TF_LOG_PATH=")
			if tt.configured {
				p.Setenv("TF_VAR_api_key="+secretKey, "OPENAI_API_KEY=")
			}
			// Retries are logged, with what went wrong.
			mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 500, Header: soon, Message: "your key " + secretKey})
			wantSecret(t, "plan's log", p.Plan().Output)
			// Terraform itself keeps the values of variables in its plans.
			if !tt.configured {
				wantSecret(t, "the plan as JSON", p.MustRun("show", "-json", "plan.bin").Output)
				wantSecret(t, "the plan", p.PlanFile())
			}
			out := p.ApplyPlan().WantSuccess()
			wantOnly(p, content)
			wantSecret(t, "apply's log", out.Output)
			wantSecret(t, "the state", p.Read("terraform.tfstate"))
			// Otherwise the log may just be missing.
			if !strings.Contains(out.Output, "OpenAI request") {
				t.Errorf("no request is logged:\n%s", out.Output)
			}
			out.WantNoText("channel=STDOUT")
			wantSecret(t, "destroy's log", p.Destroy().WantSuccess().Output)
		})
	}
}

// TestAccLog_secretsRefused has the service quote the key, as OpenAI does in part.
func TestAccLog_secretsRefused(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, marker)
	p.Setenv("TF_LOG_PATH=", "OPENAI_API_KEY="+secretKey)
	mock.Inject(openaitest.Fault{Times: -1, Status: http.StatusUnauthorized, Message: "Incorrect API key provided: " + secretKey + "."})
	out := p.TryApply().WantFailure("Incorrect API key provided: [credential].")
	wantSecret(t, "the log", out.Output)
	acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpCreateUpload: 1})
}

// TestAccLog_progress watches an upload that takes a few seconds.
func TestAccLog_progress(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t, openaitest.Options{BytesPerSecond: mib})
	content := acctest.Pattern(5*mib, 41)
	p := project(t, mock, content, withInt("max_concurrent_parts", 1))
	p.Setenv("TF_LOG=", "TF_LOG_PROVIDER=INFO", "TF_LOG_PATH=log.txt")
	p.Apply().WantNoText("Upload progress")
	wantOnly(p, content)
	var lines []string
	for line := range strings.Lines(p.Read("log.txt")) {
		if strings.Contains(line, "Upload progress") {
			lines = append(lines, line)
		}
	}
	// One after three seconds at the earliest, and one at the end.
	if len(lines) < 2 || len(lines) > 4 {
		t.Fatalf("%d lines of progress:\n%s", len(lines), strings.Join(lines, ""))
	}
	for _, pattern := range []string{
		`\[INFO\]`, `parts_done=[1-4]\b`, `parts=5\b`, `bytes_done=\d{7}\b`, `bytes=5242880\b`,
		`bytes_per_sec=\d+`, `left_sec=\d+`, `filename=data\.bin`, `upload_id=` + onlyUpload(t, mock).ID,
	} {
		if !regexp.MustCompile(pattern).MatchString(lines[0]) {
			t.Errorf("%s is not in the first line: %s", pattern, lines[0])
		}
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, "parts_done=5") || !strings.Contains(last, "bytes_done=5242880") {
		t.Errorf("the last line: %s", last)
	}
}
