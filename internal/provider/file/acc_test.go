// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package file_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

const address = "data.openai_file.test"

// attributes expects exactly these values of the data source.
func attributes(want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, value := range want {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value))
	}
	return checks
}

// wantOnlyReads checks that the mock was asked for nothing but this File.
func wantOnlyReads(tb testing.TB, mock *openaitest.Server, id string) {
	tb.Helper()
	journal := mock.Journal()
	other := slices.ContainsFunc(journal, func(r openaitest.Request) bool { return r.Op != openaitest.OpGetFile || r.FileID != id })
	if len(journal) == 0 || other {
		tb.Errorf("requests: %+v", journal)
	}
}

func TestAccFile_attributes(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)
	text, null := knownvalue.StringExact, knownvalue.Null()
	for _, tt := range []struct {
		name   string
		file   openaitest.File
		mutate func(body map[string]any)
		want   map[string]knownvalue.Check
	}{
		{
			"nulls",
			openaitest.File{ID: "file-1", Filename: "a.jsonl", Purpose: "batch", Bytes: 8, CreatedAt: created},
			nil,
			map[string]knownvalue.Check{
				"id": text("file-1"), "filename": text("a.jsonl"), "purpose": text("batch"), "bytes": knownvalue.Int64Exact(8),
				"created_at": text("2026-03-04T05:06:07Z"), "expires_at": null, "status": text("processed"), "status_details": null, "timeouts": null,
			},
		},
		{
			"everything",
			openaitest.File{
				ID: "file-1", Filename: "a.jsonl", Purpose: "fine-tune", Bytes: 8, CreatedAt: created,
				ExpiresAt: created.AddDate(100, 0, 0), Status: "error", StatusDetails: "Line 3 is no JSON",
			},
			nil,
			map[string]knownvalue.Check{
				"expires_at": text("2126-03-04T05:06:07Z"), "status": text("error"), "status_details": text("Line 3 is no JSON"),
			},
		},
		{
			"values that nobody knows",
			openaitest.File{ID: "file-1", Filename: "a", Purpose: "something-new", Status: "pondering"},
			nil,
			map[string]knownvalue.Check{"purpose": text("something-new"), "status": text("pondering")},
		},
		{
			"unknown size",
			openaitest.File{ID: "file-1"},
			func(body map[string]any) { body["bytes"] = nil },
			map[string]knownvalue.Check{"bytes": null},
		},
		{
			"another form of ID",
			openaitest.File{ID: "assistant file/1?x=#", Filename: "a"},
			nil,
			map[string]knownvalue.Check{"id": text("assistant file/1?x=#"), "filename": text("a")},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			mock.AddFile(tt.file)
			if tt.mutate != nil {
				mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Mutate: tt.mutate})
			}
			resource.Test(t, resource.TestCase{Steps: []resource.TestStep{{
				ProtoV6ProviderFactories: acctest.Factories(),
				ConfigDirectory:          config.StaticDirectory("testdata/file"),
				ConfigVariables:          acctest.Vars(mock, acctest.Variables{"id": acctest.String(tt.file.ID)}),
				ConfigStateChecks:        attributes(tt.want),
				ConfigPlanChecks:         resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			}}})
			wantOnlyReads(t, mock, tt.file.ID)
		})
	}
}

// TestAccFile_uploaded reads the File of an upload, whose ID isn't known before apply.
func TestAccFile_uploaded(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	path := acctest.WriteFile(t, "a.md", "# A")
	same := func(name string) statecheck.StateCheck {
		return statecheck.CompareValuePairs(address, tfjsonpath.New(name), "openai_upload.test", tfjsonpath.New(name), compare.ValuesSame())
	}
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		ProtoV6ProviderFactories: acctest.Factories(),
		ConfigDirectory:          config.StaticDirectory("testdata/uploaded"),
		ConfigVariables:          acctest.Vars(mock, acctest.Variables{"path": acctest.String(path)}),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionRead),
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("id")),
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("status_details")),
			},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
		ConfigStateChecks: []statecheck.StateCheck{same("id"), same("filename"), same("purpose"), same("bytes"), same("created_at"), same("expires_at"), same("status")},
	}}})
}

func TestAccFile_errors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		vars  acctest.Variables
		fault openaitest.Fault
		texts []string
	}{
		{
			"notThere",
			acctest.Variables{"id": acctest.String("file-none")},
			openaitest.Fault{},
			[]string{"The File file-none doesn't exist", "on main.tf line", "id = var.id", "404", "organization: the API key's own", "Correct id"},
		},
		{
			"refusedKey",
			acctest.Variables{"api_key": acctest.String("sk-wrong")},
			openaitest.Fault{},
			[]string{"Reading the File file-1 failed", "id = var.id", "401", "The API key was refused", "Nothing was changed"},
		},
		{
			"failing", nil,
			openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Status: http.StatusInternalServerError},
			[]string{"Reading the File file-1 failed", "id = var.id", "500", "Nothing was changed"},
		},
		{
			"silent",
			acctest.Variables{"read_timeout": acctest.String("1s")},
			openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Hang: true},
			[]string{"Reading the File file-1 failed", "the time limit timeouts.read (1s) was reached", "Nothing was changed"},
		},
		{
			"noTime",
			acctest.Variables{"read_timeout": acctest.String("0s")},
			openaitest.Fault{},
			[]string{"Time limit is not positive", "0s"},
		},
		{"noID", acctest.Variables{"id": acctest.String("")}, openaitest.Fault{}, []string{"Attribute id string length must be at least 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			mock.AddFile(openaitest.File{ID: "file-1"})
			p := acctest.New(t, mock, "file", acctest.Join(acctest.Variables{"id": acctest.String("file-1")}, tt.vars))
			if tt.fault.Op != "" {
				mock.Inject(tt.fault)
			}
			p.TryPlan().WantFailure(tt.texts...).WantNoText("sk-wrong")
			// At most one request, as the provider isn't to retry.
			if n := len(mock.Journal()); n > 1 || n == 1 && strings.HasPrefix(tt.name, "no") && tt.name != "notThere" {
				t.Errorf("%d requests", n)
			}
			mock.ClearFaults()
			p.Set(acctest.Variables{"id": acctest.String("file-1")})
			p.Plan("-detailed-exitcode")
		})
	}
}

// TestAccFile_many reads many Files, most of them from a list.
func TestAccFile_many(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	var ids []config.Variable
	want := map[string]int{}
	for i := range 40 {
		file := mock.AddFile(openaitest.File{Filename: "a.txt", Purpose: "user_data", Content: make([]byte, i+1)})
		ids = append(ids, acctest.String(file.ID))
		want[file.ID] = i + 1
	}
	p := acctest.New(t, mock, "many", acctest.Variables{"ids": config.SetVariable(ids...)})
	p.Apply()
	var got map[string]int
	p.MustRun("output", "-json", "bytes").Decode(&got)
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if n := len(mock.Journal()); n == 0 || n > 10 {
		t.Errorf("%d requests, want 1 to 10", n)
	}
	p.Plan("-detailed-exitcode")
}
