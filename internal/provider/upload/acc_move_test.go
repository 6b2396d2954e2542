// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// moved asks the provider to take over the state of another provider's resource.
func moved(tb testing.TB, source, typeName, rawState string) *tfprotov6.MoveResourceStateResponse {
	tb.Helper()
	server, err := acctest.Factories()["openai"]()
	if err != nil {
		tb.Fatal(err)
	}
	resp, err := server.MoveResourceState(tb.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: source,
		SourceTypeName:        typeName,
		SourceState:           &tfprotov6.RawState{JSON: []byte(rawState)},
		TargetTypeName:        "openai_upload",
	})
	if err != nil {
		tb.Fatal(err)
	}
	return resp
}

// movedAttributes decodes the attributes of a state that was taken over.
func movedAttributes(tb testing.TB, resp *tfprotov6.MoveResourceStateResponse) map[string]tftypes.Value {
	tb.Helper()
	server, err := acctest.Factories()["openai"]()
	if err != nil {
		tb.Fatal(err)
	}
	schema, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	value, err := resp.TargetState.Unmarshal(schema.ResourceSchemas["openai_upload"].ValueType())
	if err != nil {
		tb.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		tb.Fatal(err)
	}
	return attributes
}

func TestMoveState_shapes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, source, state, created string }{
		{
			"mkdev-me", "registry.terraform.io/mkdev-me/openai",
			`{"id":"file-abc","file":"data/a.jsonl","purpose":"user_data","filename":"a.jsonl","bytes":8,"created_at":1767225600}`,
			"2026-01-01T00:00:00Z",
		},
		{
			"skyscrapr", "registry.terraform.io/skyscrapr/openai",
			`{"id":"file-abc","filepath":"data/a.jsonl","purpose":"user_data","filename":"a.jsonl","bytes":8,"created_at":1767225600,"object":"file"}`,
			"2026-01-01T00:00:00Z",
		},
		{
			"openTofu", "registry.opentofu.org/mkdev-me/openai",
			`{"id":"file-abc","file":"data/a.jsonl","purpose":"user_data","filename":"a.jsonl","bytes":8,"created_at":"2026-01-01T01:00:00+01:00"}`,
			"2026-01-01T00:00:00Z",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := moved(t, tt.source, "openai_file", tt.state)
			if len(resp.Diagnostics) > 0 {
				t.Fatalf("diagnostics: %+v", resp.Diagnostics[0])
			}
			attributes := movedAttributes(t, resp)
			for name, want := range map[string]string{
				"id": "file-abc", "file_id": "file-abc", "path": "data/a.jsonl",
				"purpose": "user_data", "filename": "a.jsonl", "created_at": tt.created,
			} {
				var got string
				if err := attributes[name].As(&got); err != nil || got != want {
					t.Errorf("%s: %q (%v), want %q", name, got, err, want)
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
	sum := sum256("x")
	resp := moved(t, "registry.terraform.io/upload-backed/openai", "openai_upload",
		`{"id":"file-abc","file_id":"file-abc","path":"a.jsonl","purpose":"user_data","filename":"a.jsonl","bytes":1,"content_sha256":"`+sum+`"}`)
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

// move makes the state one in which another provider has the File, and has the
// next plan move it. known is what its state has besides the File's ID.
func move(p *acctest.Project, namespace string, file openaitest.File, known map[string]any) {
	p.TB.Helper()
	p.AddProvider(namespace, "openai", "foreign")
	p.Copy("testdata/moved.tf", "moved.tf")
	attributes := map[string]any{"id": file.ID, "purpose": "user_data", "filename": "a.jsonl"}
	maps.Copy(attributes, known)
	p.WriteState(acctest.Source(namespace, "openai"), "openai_file", "training", attributes)
}

// TestAccMove goes the way of the docs with a real CLI.
func TestAccMove(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, attribute string }{{"mkdev-me", "file"}, {"skyscrapr", "filepath"}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, file, path := foreign(t, nil)
			move(p, tt.name, file, map[string]any{tt.attribute: path, "bytes": len(contentA), "created_at": file.CreatedAt.Unix()})
			p.WantPlan(update).WantText("moved from openai_file.training")
			wantAdopted(p, file)
			if strings.Contains(p.Read("terraform.tfstate"), `"openai_file"`) {
				t.Error("the state still has the File under its old address")
			}
			p.Remove("moved.tf")
			p.WantPlan(noop)
		})
	}
}

// TestAccMove_withoutRefresh moves a File of which only the ID is certain.
func TestAccMove_withoutRefresh(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, nil)
	move(p, "mkdev-me", file, map[string]any{"file": path})
	wantAdopted(p, file, "-refresh=false")
}

// TestAccMove_withoutFile keeps the File while there is nothing to adopt it by.
func TestAccMove_withoutFile(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, nil)
	move(p, "mkdev-me", file, map[string]any{"file": path, "bytes": len(contentA)})
	acctest.Remove(t, path)
	p.WantPlan(noop).WantText("Local file can't be compared", "stays as it is")
	p.ApplyPlan().WantSuccess()
	wantKept(p, file)
	// Another change of the state only needs no file either.
	p.Set(vars(path, with("delete_timeout", "5m")))
	p.WantPlan(update)
	p.ApplyPlan().WantSuccess()
	wantKept(p, file)
	acctest.Rewrite(t, path, contentA)
	wantAdopted(p, file)
}

// TestAccMove_differs replaces what is not the local file.
func TestAccMove_differs(t *testing.T) {
	t.Parallel()
	p, file, path := foreign(t, sized("{}\n"))
	move(p, "skyscrapr", file, map[string]any{"filepath": path, "bytes": 3})
	p.WantPlan(replace).WantText("it has 3 bytes, the local file 8")
	p.ApplyPlan().WantSuccess()
	wantReplaced(p, contentA, file)
	p.WantPlan(noop)
}
