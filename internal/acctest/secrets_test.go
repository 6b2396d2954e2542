// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// complaints counts the errors of a test.
type complaints struct {
	testing.TB

	text []string
}

// Errorf implements testing.TB.
func (c *complaints) Errorf(format string, args ...any) {
	c.text = append(c.text, fmt.Sprintf(format, args...))
}

func TestWantSecret(t *testing.T) {
	t.Parallel()
	const content = "what is in the file alone, which is longer than what messages quote of a line of it"
	const lines = `{"a":"<b>","text":"what is in the file alone, longer than what is quoted of it"}` + "\n"
	escaped, err := json.Marshal(lines)
	if err != nil {
		t.Fatal(err)
	}
	archive := func(text string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		member, err := w.Create("tfplan")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = member.Write([]byte(text)) // In memory.
		_ = w.Close()
		return b.String()
	}
	for _, tt := range []struct {
		name, file, text, configuration string
		leaks                           bool
	}{
		{"nothing", TraceLog, "a log", "", false},
		{"key in the log", TraceLog, "Bearer sk-secret", "", true},
		{"token in a crash", "crash.log", "subject-token", "", true},
		{"key in the state", "terraform.tfstate", "sk-secret", "", true},
		{"key in a plan", "plan.bin", archive("sk-secret"), "", true},
		{"content in the log", TraceLog, "sent: " + content, "", true},
		{"content in a plan", "plan.bin", archive(content), "", true},
		{"an excerpt", TraceLog, content[:40], "", false},
		{"printed", "", "sk-secret", "", true},
		{"content printed", "", content, "", true},
		{"key in the configuration", "terraform.tfstate", "sk-secret", `api_key = "sk-secret"`, false},
		{"key as a variable's value, in the state", "terraform.tfstate", "sk-secret", "VALUE", true},
		{"key as a variable's value, in a plan", "plan.bin", archive("sk-secret"), "VALUE", false},
		{"content that the configuration reads", "terraform.tfstate", content, `content = file("a.txt")`, false},
		{"content in JSON", "terraform.tfstate", `{"content":` + strconv.Quote(lines) + `}`, "", true},
		{"content for HTML", "terraform.tfstate", string(escaped), "", true},
		{"content in base64", TraceLog, base64.StdEncoding.EncodeToString([]byte("xx" + lines)), "", true},
		{"lines in the configuration", "terraform.tfstate", `{"content":` + strconv.Quote(lines) + `}`, lines, false},
		{"token in a file without an extension", TraceLog, "subject-token", "", true},
		{"content in the configuration", "terraform.tfstate", content, `content = "` + content + `"`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.New(openaitest.Options{APIKey: "sk-secret", Identity: openaitest.Identity{SubjectToken: "subject-token"}})
			defer mock.Close()
			got := &complaints{TB: t}
			p := &Project{Project: &terraformcli.Project{Dir: t.TempDir()}, TB: got, Mock: mock}
			p.Write("a.txt", content)
			p.Write("b.jsonl", lines)
			p.Write("token", "subject-token")
			if tt.configuration == "VALUE" {
				p.Write("terraform.tfvars.json", `{"api_key":"sk-secret"}`)
			} else {
				p.Write("main.tf", tt.configuration)
			}
			printed := tt.text
			if tt.file != "" {
				Rewrite(t, filepath.Join(p.Dir, tt.file), tt.text)
				printed = ""
			}
			p.wantSecret(printed)
			if leaks := len(got.text) > 0; leaks != tt.leaks {
				t.Errorf("complaints: %s", strings.Join(got.text, "\n"))
			}
		})
	}
}
