// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// moved asks the provider to take over the state of another provider's resource.
func moved(t *testing.T, source, typeName, rawState string) *tfprotov6.MoveResourceStateResponse {
	t.Helper()
	server, err := acctest.Factories()["openai"]()
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: source,
		SourceTypeName:        typeName,
		SourceState:           &tfprotov6.RawState{JSON: []byte(rawState)},
		TargetTypeName:        "openai_upload",
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// movedAttributes decodes the attributes of a state that was taken over.
func movedAttributes(t *testing.T, resp *tfprotov6.MoveResourceStateResponse) map[string]tftypes.Value {
	t.Helper()
	server, err := acctest.Factories()["openai"]()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	value, err := resp.TargetState.Unmarshal(schema.ResourceSchemas["openai_upload"].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

func TestMoveState_shapes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ source, state, created string }{
		"mkdev-me": {
			"registry.terraform.io/mkdev-me/openai",
			`{"id":"file-abc","file":"data/a.jsonl","purpose":"fine-tune","filename":"a.jsonl","bytes":8,"created_at":1767225600}`,
			"2026-01-01T00:00:00Z",
		},
		"skyscrapr": {
			"registry.terraform.io/skyscrapr/openai",
			`{"id":"file-abc","filepath":"data/a.jsonl","purpose":"fine-tune","filename":"a.jsonl","bytes":8,"created_at":1767225600,"object":"file"}`,
			"2026-01-01T00:00:00Z",
		},
		"openTofu": {
			"registry.opentofu.org/mkdev-me/openai",
			`{"id":"file-abc","file":"data/a.jsonl","purpose":"fine-tune","filename":"a.jsonl","bytes":8,"created_at":"2026-01-01T01:00:00+01:00"}`,
			"2026-01-01T00:00:00Z",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := moved(t, c.source, "openai_file", c.state)
			if len(resp.Diagnostics) > 0 {
				t.Fatalf("diagnostics: %+v", resp.Diagnostics[0])
			}
			attributes := movedAttributes(t, resp)
			for _, tt := range []struct{ name, want string }{
				{"id", "file-abc"},
				{"file_id", "file-abc"},
				{"path", "data/a.jsonl"},
				{"purpose", "fine-tune"},
				{"filename", "a.jsonl"},
				{"created_at", c.created},
			} {
				var got string
				if err := attributes[tt.name].As(&got); err != nil || got != tt.want {
					t.Errorf("%s: %q (%v), want %q", tt.name, got, err, tt.want)
				}
			}
			for _, name := range []string{"content_sha256", "upload_id", "mime_type", "expires_after", "timeouts"} {
				if !attributes[name].IsNull() {
					t.Errorf("%s is set: %v", name, attributes[name])
				}
			}
			if resp.TargetIdentity == nil || resp.TargetIdentity.IdentityData == nil {
				t.Error("no identity")
			}
		})
	}
}

// TestMoveState_ownState is what OpenTofu asks when only the provider's address changes.
func TestMoveState_ownState(t *testing.T) {
	t.Parallel()
	sum := sum256([]byte("x"))
	resp := moved(t, "registry.terraform.io/upload-backed/openai", "openai_upload",
		`{"id":"file-abc","file_id":"file-abc","path":"a.jsonl","purpose":"fine-tune","filename":"a.jsonl","bytes":1,"content_sha256":"`+sum+`"}`)
	if len(resp.Diagnostics) > 0 {
		t.Fatalf("diagnostics: %+v", resp.Diagnostics[0])
	}
	var got string
	if err := movedAttributes(t, resp)["content_sha256"].As(&got); err != nil || got != sum {
		t.Errorf("content_sha256: %q (%v)", got, err)
	}
	if resp.TargetIdentity == nil || resp.TargetIdentity.IdentityData == nil {
		t.Error("no identity")
	}
}

func TestMoveState_refused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, source, typeName, state string }{
		{"otherProvider", "registry.terraform.io/somebody/openai", "openai_file", `{"id":"file-abc"}`},
		{"otherName", "registry.terraform.io/mkdev-me/other", "openai_file", `{"id":"file-abc"}`},
		{"otherType", "registry.terraform.io/mkdev-me/openai", "openai_files", `{"id":"file-abc"}`},
		{"noID", "registry.terraform.io/mkdev-me/openai", "openai_file", `{"file":"a.jsonl"}`},
		{"otherShape", "registry.terraform.io/mkdev-me/openai", "openai_file", `{"id":["file-abc"]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := moved(t, tt.source, tt.typeName, tt.state)
			if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
				t.Errorf("diagnostics: %+v", resp.Diagnostics)
			}
		})
	}
}

// otherProvider builds the provider in a folder, and lets the session's CLI use it
// under the given namespace and name.
func (s *session) otherProvider(namespace, name, folder string) {
	s.t.Helper()
	dir := s.t.TempDir()
	if _, err := terraformcli.Build(s.t.Context(), dir, "terraform-provider-"+name+terraformcli.ExeSuffix, folder); err != nil {
		s.t.Fatal(err)
	}
	const overrides = "dev_overrides {\n"
	address := providerHost() + "/" + namespace + "/" + name
	s.write("cli.tfrc", strings.Replace(s.read("cli.tfrc"), overrides, overrides+strconv.Quote(address)+" = "+strconv.Quote(filepath.ToSlash(dir))+"\n", 1))
}

// foreignState is a state of openai_file as the given provider keeps it.
func foreignState(t *testing.T, namespace string, attributes map[string]any) string {
	t.Helper()
	encoded, err := json.Marshal(attributes)
	if err != nil {
		t.Fatal(err)
	}
	return `{
  "version": 4,
  "terraform_version": "1.8.0",
  "serial": 1,
  "lineage": "8c9e8b1f-0f3c-4f0e-9d5b-0a6f7d1e2c3b",
  "outputs": {},
  "resources": [{
    "mode": "managed",
    "type": "openai_file",
    "name": "training",
    "provider": "provider[\"` + providerHost() + `/` + namespace + `/openai\"]",
    "instances": [{"schema_version": 0, "attributes": ` + string(encoded) + `, "sensitive_attributes": []}]
  }],
  "check_results": null
}`
}

const movedBlock = `
moved {
  from = openai_file.training
  to   = openai_upload.test
}
`

// TestAccMove goes the way of the docs with a real CLI.
func TestAccMove(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, attribute string }{{"mkdev-me", "file"}, {"skyscrapr", "filepath"}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, file, path := foreign(t, nil)
			s.otherProvider(tt.name, "openai", "./testdata/foreign")
			s.write("moved.tf", movedBlock)
			s.write("terraform.tfstate", foreignState(t, tt.name, map[string]any{
				"id": file.ID, tt.attribute: path, "purpose": "fine-tune", "filename": "a.jsonl",
				"bytes": len(contentA), "created_at": file.CreatedAt.Unix(),
			}))
			p := s.wantPlan(update())
			wantText(t, p.output, adoption)
			wantText(t, p.output, "moved from openai_file.training")
			wantSuccess(t, s.applyPlan())
			wantNothingSent(t, s.mock)
			if s.wantOnly(contentA).ID != file.ID {
				t.Error("the File was replaced")
			}
			s.write("moved.tf", "")
			s.wantPlan(noop())
		})
	}
}

// TestAccMove_withoutRefresh moves a File of which only the ID is certain.
func TestAccMove_withoutRefresh(t *testing.T) {
	t.Parallel()
	s, file, path := foreign(t, nil)
	s.otherProvider("mkdev-me", "openai", "./testdata/foreign")
	s.write("moved.tf", movedBlock)
	s.write("terraform.tfstate", foreignState(t, "mkdev-me", map[string]any{"id": file.ID, "file": path, "purpose": "fine-tune", "filename": "a.jsonl"}))
	s.wantPlan(update(), "-refresh=false")
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	s.wantOnly(contentA)
	s.wantPlan(noop())
}

// TestAccMove_withoutFile keeps the File while there is nothing to adopt it by.
func TestAccMove_withoutFile(t *testing.T) {
	t.Parallel()
	s, file, path := foreign(t, nil)
	s.otherProvider("mkdev-me", "openai", "./testdata/foreign")
	s.write("moved.tf", movedBlock)
	s.write("terraform.tfstate", foreignState(t, "mkdev-me", map[string]any{
		"id": file.ID, "file": path, "purpose": "fine-tune", "filename": "a.jsonl", "bytes": len(contentA),
	}))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantText(t, s.wantPlan(noop()).output, "Local file can't be compared[\\s\\S]*stays as it is")
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	// Another change of the state only needs no file either.
	s.set(vars(path, with("delete_timeout", "5m")))
	s.wantPlan(update())
	wantSuccess(t, s.applyPlan())
	onlyFile(t, s.mock)
	acctest.Rewrite(t, path, []byte(contentA))
	wantText(t, s.wantPlan(update()).output, adoption)
	wantSuccess(t, s.applyPlan())
	wantNothingSent(t, s.mock)
	s.wantOnly(contentA)
	s.wantPlan(noop())
}

// TestAccMove_differs replaces what is not the local file.
func TestAccMove_differs(t *testing.T) {
	t.Parallel()
	s, file, path := foreign(t, func(f *openaitest.File) { f.Content = []byte("{}\n") })
	s.otherProvider("skyscrapr", "openai", "./testdata/foreign")
	s.write("moved.tf", movedBlock)
	s.write("terraform.tfstate", foreignState(t, "skyscrapr", map[string]any{
		"id": file.ID, "filepath": path, "purpose": "fine-tune", "filename": "a.jsonl", "bytes": 3,
	}))
	wantText(t, s.wantPlan(replaces()).output, "it has 3 bytes, the local file 8")
	wantSuccess(t, s.applyPlan())
	s.wantOnly(contentA)
	s.wantPlan(noop())
}
