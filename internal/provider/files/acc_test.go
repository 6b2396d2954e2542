// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package files_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

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

// query has the arguments of one data source.
type query map[string]any

// project is a project with a data source for each query.
func project(tb testing.TB, mock *openaitest.Server, queries map[string]query) *acctest.Project {
	tb.Helper()
	p := acctest.New(tb, mock, "queries", nil)
	p.WriteJSON("terraform.tfvars.json", map[string]any{"queries": queries})
	return p
}

// ids applies and returns the IDs that each query found.
func ids(p *acctest.Project) map[string][]string {
	p.TB.Helper()
	p.Apply()
	var found map[string][]string
	p.MustRun("output", "-json", "ids").Decode(&found)
	return found
}

// TestAccFiles_all has more Files than the API has on a page.
func TestAccFiles_all(t *testing.T) {
	t.Parallel()
	const count = 2_100
	mock := acctest.Mock(t)
	acctest.ShortPages(mock, 1000)
	now := mock.Now().Truncate(time.Second)
	for i := range count {
		mock.AddFile(openaitest.File{
			ID: fmt.Sprintf("file-%05d", i), Filename: fmt.Sprintf("%d.txt", i%10), CreatedAt: now.Add(time.Duration(i-count) * time.Minute),
		})
	}
	p := project(t, mock, map[string]query{"all": {}})
	found := ids(p)["all"]
	if n := len(slices.Compact(found)); n != count || found[0] != "file-02099" || found[n-1] != "file-00000" {
		t.Errorf("%d Files, %s to %s", len(found), found[0], found[len(found)-1])
	}
	if n := len(mock.Requests(openaitest.OpListFiles)); n != 3 {
		t.Errorf("%d requests, want 3 pages", n)
	}
	p.Plan("-detailed-exitcode")

	// No more pages than are needed.
	mock.ResetJournal()
	recent := now.Add(-10 * time.Minute).Format(time.RFC3339)
	p = project(t, mock, map[string]query{
		"limit": {"limit": 3, "filename": "7.txt", "order": "asc"}, "recent": {"created_after": recent},
	})
	want := map[string][]string{
		"limit":  {"file-00007", "file-00017", "file-00027"},
		"recent": {"file-02099", "file-02098", "file-02097", "file-02096", "file-02095", "file-02094", "file-02093", "file-02092", "file-02091"},
	}
	if found := ids(p); !maps.EqualFunc(found, want, slices.Equal) {
		t.Errorf("found %v, want %v", found, want)
	}
	// Of the recent ones, a day more.
	if n := len(mock.Requests(openaitest.OpListFiles)); n != 1+2 {
		t.Errorf("%d requests, want 3", n)
	}
}

func TestAccFiles_queries(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	base := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for i, f := range []openaitest.File{
		{ID: "file-a", Filename: "a.jsonl", Purpose: "batch"},
		{ID: "file-b", Filename: "b.jsonl", Purpose: "fine-tune"},
		{ID: "file-c", Filename: "a.jsonl", Purpose: "something-new", Status: "pondering"},
		{ID: "file-d", Filename: "notes.md", Purpose: "batch"},
	} {
		f.CreatedAt = base.Add(time.Duration(i) * 24 * time.Hour)
		mock.AddFile(f)
	}
	queries, want := map[string]query{}, map[string][]string{}
	for _, tt := range []struct {
		name      string
		arguments query
		want      string
	}{
		{"all", nil, "dcba"},
		{"oldest first", query{"order": "asc"}, "abcd"},
		{"newest first", query{"order": "desc"}, "dcba"},
		{"purpose", query{"purpose": "batch"}, "da"},
		{"unknown purpose", query{"purpose": "something-new"}, "c"},
		{"purpose without Files", query{"purpose": "vision"}, ""},
		{"filename", query{"filename": "a.jsonl"}, "ca"},
		{"not a pattern", query{"filename": "a.jsonl|b.jsonl"}, ""},
		{"regex", query{"filename_regex": `^[ab]\.jsonl$`}, "cba"},
		{"regex in the middle", query{"filename_regex": `ote`}, "d"},
		{"empty regex", query{"filename_regex": ``}, "dcba"},
		{"after is exclusive", query{"created_after": "2026-01-02T00:00:00Z"}, "dc"},
		{"after in another zone", query{"created_after": "2026-01-02T00:59:59+01:00"}, "dcb"},
		{"before is exclusive", query{"created_before": "2026-01-02T00:00:00Z"}, "a"},
		{"between", query{"created_after": "2026-01-01T12:00:00Z", "created_before": "2026-01-03T12:00:00Z", "order": "asc"}, "bc"},
		{"limit", query{"limit": 2}, "dc"},
		{"limit of what matches", query{"limit": 1, "filename": "a.jsonl", "order": "asc"}, "a"},
		{"limit beyond", query{"limit": 100}, "dcba"},
		{"everything", query{
			"purpose": "batch", "filename": "a.jsonl", "created_after": "2025-01-01T00:00:00Z", "created_before": "2027-01-01T00:00:00Z",
			"order": "desc", "limit": 1, "timeouts": map[string]any{"read": "1m"},
		}, "a"},
	} {
		queries[tt.name], want[tt.name] = tt.arguments, []string{}
		for _, letter := range tt.want {
			want[tt.name] = append(want[tt.name], "file-"+string(letter))
		}
		if tt.arguments == nil {
			queries[tt.name] = query{}
		}
	}
	p := project(t, mock, queries)
	found := ids(p)
	for name, ids := range want {
		if got, ok := found[name]; !ok || !slices.Equal(got, ids) {
			t.Errorf("%s: found %v, want %v", name, got, ids)
		}
	}
	p.Plan("-detailed-exitcode")
	wantQueries(t, mock)
}

// wantQueries checks that Files were listed only, and what the API was asked to select.
func wantQueries(t *testing.T, mock *openaitest.Server) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range mock.Journal() {
		values, err := url.ParseQuery(r.Query)
		if r.Op != openaitest.OpListFiles || err != nil {
			t.Errorf("%s %s", r.Op, r.Query)
		}
		seen[values.Get("order")+" "+values.Get("purpose")] = true
	}
	want := []string{"asc ", "desc ", "desc batch", "desc something-new", "desc vision"}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("requests for %q, want %q", got, want)
	}
}

// TestAccFiles_objects looks at the attributes of each File.
func TestAccFiles_objects(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	created := time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)
	mock.AddFile(openaitest.File{ID: "file-1", Filename: "a.jsonl", Purpose: "batch", Bytes: 8, CreatedAt: created})
	mock.AddFile(openaitest.File{
		ID: "file-2", Filename: "b", Purpose: "something-new", Bytes: 9, CreatedAt: created.Add(time.Second),
		ExpiresAt: created.AddDate(100, 0, 0), Status: "pondering", StatusDetails: "for long",
	})
	text, null := knownvalue.StringExact, knownvalue.Null()
	resource.Test(t, resource.TestCase{Steps: []resource.TestStep{{
		ProtoV6ProviderFactories: acctest.Factories(),
		ConfigDirectory:          config.StaticDirectory("testdata/objects"),
		ConfigVariables:          acctest.Vars(mock),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.openai_files.test", tfjsonpath.New("files"), knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": text("file-1"), "filename": text("a.jsonl"), "purpose": text("batch"), "bytes": knownvalue.Int64Exact(8),
					"created_at": text("2026-03-04T05:06:07Z"), "expires_at": null, "status": text("processed"), "status_details": null,
				}),
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": text("file-2"), "filename": text("b"), "purpose": text("something-new"), "bytes": knownvalue.Int64Exact(9),
					"created_at": text("2026-03-04T05:06:08Z"), "expires_at": text("2126-03-04T05:06:07Z"),
					"status": text("pondering"), "status_details": text("for long"),
				}),
			})),
		},
		ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
	}}})
}

// TestAccFiles_invalid has everything refused that can be, before anything is asked.
func TestAccFiles_invalid(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := acctest.New(t, mock, "invalid", nil)
	out := p.Run("validate", "-no-color").WantFailure()
	for _, text := range []string{
		`Attribute "filename_regex" cannot be specified when "filename" is specified`,
		"filename_regex = \"a(?=b)\" Error parsing regexp",
		`created_after = "yesterday" "yesterday" isn't in the form of RFC 3339`,
		`created_before = "2026-01-31" "2026-01-31" isn't in the form of RFC 3339`,
		`created_before = "2026-01-31T01:00:00+01:00" created_before (2026-01-31T01:00:00+01:00) has to be later than`,
		`Attribute order value must be one of: ["asc" "desc"]`,
		"Attribute limit value must be at least 1",
		"Attribute purpose string length must be at least 1",
		"Time limit is not positive",
	} {
		// The line's number is in between.
		if before, after, _ := strings.Cut(text, " = "); !strings.Contains(out.Flat(), text) {
			t.Errorf("%q = %q isn't in what was printed:\n%s", before, after, out.Output)
		}
	}
	if n := strings.Count(out.Output, "Error: "); n != 9 {
		t.Errorf("%d errors, want 9:\n%s", n, out.Output)
	}
	if n := mock.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// TestAccFiles_unknown has arguments that are known during apply only.
func TestAccFiles_unknown(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	mock.AddFile(openaitest.File{ID: "file-later", Filename: "b.txt", CreatedAt: mock.Now().Add(time.Hour).Truncate(time.Second)})
	p := acctest.New(t, mock, "unknown", nil)
	p.Write("a.txt", "a")
	p.Run("validate", "-no-color").WantSuccess()
	p.Plan().WantText("data.openai_files.test will be read during apply")
	if journal := mock.Journal(); len(journal) != 0 {
		t.Errorf("requests: %+v", journal)
	}
	p.ApplyPlan().WantSuccess()
	p.Plan("-detailed-exitcode")
	want := map[string][]string{"found": {mock.Files()[1].ID}}
	if found := ids(p); !maps.EqualFunc(found, want, slices.Equal) {
		t.Errorf("found %v, want %v", found, want)
	}
}

// TestAccFiles_errors has lists that aren't whole.
func TestAccFiles_errors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		arguments query
		fault     openaitest.Fault
		texts     []string
	}{
		{
			"moreWithoutFiles", nil,
			openaitest.Fault{Mutate: func(body map[string]any) { body["data"], body["has_more"] = []any{}, true }},
			[]string{"there are more Files, but doesn't list them", "nothing was changed"},
		},
		{"noList", nil, openaitest.Fault{Mutate: func(body map[string]any) { delete(body, "data") }}, []string{"contains no list of Files"}},
		{"noID", nil, openaitest.Fault{Mutate: func(body map[string]any) { body["data"] = []any{map[string]any{}} }}, []string{"names no File"}},
		{"failing", nil, openaitest.Fault{Status: 500}, []string{"500", "nothing was changed. Plan or apply again."}},
		{"refusedKey", nil, openaitest.Fault{Status: 401}, []string{"401", "The API key was refused"}},
		{
			"refusedPurpose",
			query{"purpose": "none"},
			openaitest.Fault{Status: 400, Body: `{"error":{"message":"no such purpose","type":"invalid_request_error","param":"purpose","code":null}}`},
			[]string{"purpose = each.value.purpose", "No such purpose"},
		},
		{
			"silent",
			query{"timeouts": map[string]any{"read": "1s"}},
			openaitest.Fault{Hang: true},
			[]string{"the time limit timeouts.read (1s) was reached"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			mock.AddFile(openaitest.File{ID: "file-1"})
			tt.fault.Op, tt.fault.Times = openaitest.OpListFiles, -1
			mock.Inject(tt.fault)
			arguments := query{}
			maps.Copy(arguments, tt.arguments)
			p := project(t, mock, map[string]query{"x": arguments})
			p.TryPlan().WantFailure(append([]string{"Listing the Files failed"}, tt.texts...)...)
			if n := len(mock.Journal()); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
			mock.ClearFaults()
			p.Apply()
			p.Plan("-detailed-exitcode")
		})
	}
}
