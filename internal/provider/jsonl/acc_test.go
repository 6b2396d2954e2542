// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

const (
	request = `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"some-model"}}`
	secret  = "Something that stays in the content alone"
)

func TestAccJSONL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, content, purpose string
		want                   map[string]any
	}{
		{
			"good", request, "batch",
			map[string]any{"valid": true, "bytes": float64(len(request)), "lines": 1.0, "errors": 0.0, "models": []any{"some-model"}, "problems": []any{}},
		},
		{
			"bad", request + "\n{\"custom_id\":\"" + secret + "\n", "batch",
			map[string]any{
				"valid": false, "lines": 2.0, "errors": 1.0, "warnings": 0.0, "problems": []any{map[string]any{
					"line": 2.0, "column": float64(len("{\"custom_id\":\""+secret) + 1), "code": "invalid_json_line", "severity": "error", "wanted": "a JSON object on each line",
				}},
			},
		},
		{
			"empty", "", "batch",
			map[string]any{"valid": false, "bytes": 0.0, "lines": 0.0, "errors": 1.0, "problems": []any{map[string]any{
				"line": 0.0, "column": 1.0, "code": "empty_file", "severity": "error", "wanted": "a JSON object on each line",
			}}},
		},
		{
			"fine-tune", `{"messages":[{"role":"assistant","content":"a"}]}`, "fine-tune",
			map[string]any{"valid": true, "lines": 1.0, "errors": 0.0, "warnings": 1.0, "models": []any{}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := acctest.New(t, mock, "jsonl", acctest.Variables{"content": acctest.String(tt.content), "purpose": acctest.String(tt.purpose)})
			p.Setenv("OPENAI_API_KEY=")
			wantReport(p, tt.want)
			p.Write("a.jsonl", tt.content)
			p.Set(acctest.Variables{"path": acctest.String("a.jsonl"), "purpose": acctest.String(tt.purpose)})
			wantReport(p, tt.want)
			if strings.Contains(p.Read("terraform.tfstate"), secret[:16]) {
				t.Error("the state has some of the file")
			}
			if n := mock.Connections(); n != 0 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// wantReport applies and checks the values that are in want.
func wantReport(p *acctest.Project, want map[string]any) {
	p.TB.Helper()
	p.Apply()
	p.Plan("-detailed-exitcode")
	var got map[string]any
	p.MustRun("output", "-json", "report").Decode(&got)
	maps.DeleteFunc(got, func(name string, _ any) bool { _, ok := want[name]; return !ok })
	if !reflect.DeepEqual(got, want) {
		p.TB.Errorf("got %v, want %v", got, want)
	}
}

func TestAccJSONL_refused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		vars acctest.Variables
		text []string
	}{
		{"nothing", nil, []string{"No attribute specified when one (and only one) of [path,content] is required"}},
		{"both", acctest.Variables{"path": acctest.String("a"), "content": acctest.String("a")}, []string{"2 attributes specified when one (and only one) of"}},
		{"purpose", acctest.Variables{"content": acctest.String("a"), "purpose": acctest.String("vision")}, []string{`purpose value must be one of: ["batch" "fine-tune"]`}},
		{"absent", acctest.Variables{"path": acctest.String("none.jsonl")}, []string{"File can't be read", "path = var.path", "There is no file at", "Nothing was changed"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			acctest.New(t, acctest.Mock(t), "jsonl", tt.vars).TryPlan().WantFailure(tt.text...)
		})
	}
}
