// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filesprune_test

import (
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// invoke is the flag that runs the action in the configurations.
const invoke = "-invoke=action.openai_files_prune.orphans"

// project has two files to upload, and a File at OpenAI that nothing manages. It
// reports false for a CLI that doesn't know actions, which has to say so.
func project(tb testing.TB, name string) (*acctest.Project, bool) {
	tb.Helper()
	mock := acctest.Mock(tb)
	mock.AddFile(openaitest.File{ID: "file-orphan", Filename: "orphan.txt", Content: []byte("abc"), CreatedAt: mock.Now().Add(-day)})
	p := acctest.New(tb, mock, name, nil)
	p.Write("a.txt", "a")
	p.Write("b.txt", "b")
	if p.HasActions() {
		return p, true
	}
	p.TryPlan(invoke).WantFailure().WantMatch(acctest.NoActions)
	if n := mock.Connections(); n != 0 {
		tb.Errorf("%d connections", n)
	}
	return p, false
}

// wantOrphan checks whether the File that nothing manages is there, and that those of
// both resources are.
func wantOrphan(p *acctest.Project, want bool) {
	p.TB.Helper()
	left := len(p.State().Uploads)
	for _, upload := range p.State().Uploads {
		id, _ := upload.Attributes()["id"].(string)
		if _, ok := p.Mock.File(id); !ok {
			p.TB.Errorf("the File %s is gone", id)
		}
	}
	if _, ok := p.Mock.File("file-orphan"); ok != want || left != 2 {
		p.TB.Errorf("the orphan is there: %t, want %t; %d resources", ok, want, left)
	}
}

func TestAccPrune(t *testing.T) {
	t.Parallel()
	p, ok := project(t, "prune")
	if !ok {
		return
	}
	p.Apply()
	p.TryPlan(invoke).WantFailure("No filter", "every File that isn't in keep would match")
	p.Set(acctest.Variables{"purpose": acctest.String("user_data")})
	p.Apply(invoke).WantText(
		`Would delete 1 of 1: file-orphan ("orphan.txt", 3 bytes)`, "Would delete 1 File (3 bytes). Nothing was deleted")
	wantOrphan(p, true)
	p.Set(acctest.Variables{"purpose": acctest.String("user_data"), "dry_run": acctest.Bool(false)})
	p.Apply(invoke).WantText("Deleting 1 of 1: file-orphan", "Deleted 1 File (3 bytes) of 1 File (3 bytes).")
	wantOrphan(p, false)
	p.Plan("-detailed-exitcode")
}

// TestAccPrune_triggered prunes in the apply that uploads. When the uploads themselves
// are the trigger, Terraform knows only some of the IDs to keep.
func TestAccPrune_triggered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, override string }{
		{"afterAllUploads", ""},
		{"afterEachUpload", "testdata/triggered_by_uploads.tf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, ok := project(t, "prune_triggered")
			if !ok {
				return
			}
			if tt.override != "" {
				p.Copy(tt.override, "main_override.tf")
			}
			p.Apply().WantText("Deleting 1 of 1: file-orphan").WantNoText("1 of 2")
			wantOrphan(p, false)
			p.Plan("-detailed-exitcode")
			// A changed file has another ID.
			p.Write("a.txt", "changed")
			p.Apply().WantText("No File matches")
			wantOrphan(p, false)
			p.Plan("-detailed-exitcode")
		})
	}
}
