// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccName_default has a local file whose name can't be a File's (row 16).
func TestAccName_default(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no files with such names")
	}
	for _, tt := range []struct{ name, local string }{{"newline", "new\nline.txt"}, {"backslash", `back\slash.txt`}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				path := acctest.WriteFile(t, tt.local, []byte(contentA))
				s := newSession(t, openaitest.Start(t), vars(path, with("purpose", "user_data"))).in(o)
				s.wantPlanError("File name can't be used at OpenAI[\\s\\S]*Set filename")
				wantRequests(t, s.mock, map[openaitest.Op]int{})
				s.set(vars(path, with("purpose", "user_data"), with("filename", "name.txt")))
				s.wantConverged(contentA)
				// The old File stays while the name isn't usable.
				old := onlyFile(t, s.mock)
				s.mock.ResetJournal()
				s.set(vars(path, with("purpose", "user_data")))
				s.wantPlanError("File name can't be used at OpenAI[\\s\\S]*Set filename")
				s.wantKept(old)
			})
		})
	}
	// Known during apply only.
	t.Run("unknown", func(t *testing.T) {
		t.Parallel()
		path := acctest.WriteFile(t, `back\slash.txt`, []byte(contentA))
		s := sessionIn(t, openaitest.Start(t), "unknown_path", vars(path))
		s.wantPlan(create())
		wantFailure(t, s.applyPlan(), "File name can't be used at OpenAI[\\s\\S]*Nothing was sent[\\s\\S]*Set filename")
		wantRequests(t, s.mock, map[openaitest.Op]int{})
	})
}

// TestAccName_decomposed has file names as macOS makes them, which Terraform
// composes (row 17).
func TestAccName_decomposed(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "u\u0308ber.txt", []byte(contentA))
		s := sessionIn(t, openaitest.Start(t), "each_file", acctest.Variables{"dir": acctest.String(filepath.Dir(path))})
		if o.createFirst {
			s.override("create_before_destroy_each.tf")
		}
		s.apply()
		if got := onlyFile(t, s.mock).Filename; got != "\u00fcber.txt" {
			t.Errorf("the File is called %q", got)
		}
		s.mock.ResetJournal()
		s.apply()
		wantNothingSent(t, s.mock)
		acctest.Rewrite(t, path, []byte(contentB))
		s.apply()
		if got := onlyFile(t, s.mock); string(got.Content) != contentB {
			t.Errorf("File %+v", got)
		}
		s.mock.ResetJournal()
		s.apply()
		wantNothingSent(t, s.mock)
	})
}

// TestAccTimeouts_notPositive refuses limits that no operation can keep (row 15).
func TestAccTimeouts_notPositive(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, operation, limit string }{
		{"zero", "create", "0s"},
		{"negative", "create", "-5m"},
		{"read", "read", "0s"},
		{"delete", "delete", "-1s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			s := sessionIn(t, mock, "timeouts", acctest.Variables{
				"timeouts": config.ObjectVariable(acctest.Variables{tt.operation: acctest.String(tt.limit)}),
			})
			s.WriteFile(t, "a.jsonl", []byte(contentA))
			s.wantPlanError("Time limit is not positive[\\s\\S]*" + tt.limit)
			wantRequests(t, mock, map[openaitest.Op]int{})
		})
	}
}
