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
				path := acctest.WriteFile(t, tt.local, contentA)
				p := o.in(acctest.New(t, acctest.Mock(t), "upload", vars(path, with("purpose", "user_data"))))
				p.TryPlan().WantFailure("File name can't be used at OpenAI", "Set filename")
				acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
				p.Set(vars(path, with("purpose", "user_data"), with("filename", "name.txt")))
				wantConverged(p, contentA)
				// The old File stays while the name isn't usable.
				old := onlyFile(t, p.Mock)
				p.Mock.ResetJournal()
				p.Set(vars(path, with("purpose", "user_data")))
				p.TryPlan().WantFailure("File name can't be used at OpenAI", "Set filename")
				wantKept(p, old)
			})
		})
	}
	// Known during apply only.
	t.Run("unknown", func(t *testing.T) {
		t.Parallel()
		path := acctest.WriteFile(t, `back\slash.txt`, contentA)
		p := acctest.New(t, acctest.Mock(t), "unknown_path", vars(path))
		p.WantPlan(create)
		p.ApplyPlan().WantFailure("File name can't be used at OpenAI", "Nothing was sent", "Set filename")
		acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
	})
}

// TestAccName_decomposed has file names as macOS makes them, which Terraform
// composes (row 17).
func TestAccName_decomposed(t *testing.T) {
	t.Parallel()
	inBothOrders(t, func(t *testing.T, o order) {
		t.Helper()
		path := acctest.WriteFile(t, "u\u0308ber.txt", contentA)
		p := acctest.New(t, acctest.Mock(t), "each_file", with("dir", filepath.Dir(path)))
		if o.createFirst() {
			p.Copy("testdata/create_before_destroy_each.tf", "main_override.tf")
		}
		p.Apply()
		if got := onlyFile(t, p.Mock).Filename; got != "\u00fcber.txt" {
			t.Errorf("the File is called %q", got)
		}
		p.Mock.ResetJournal()
		p.Apply()
		wantNothingSent(t, p.Mock)
		acctest.Rewrite(t, path, contentB)
		p.Apply()
		if got := onlyFile(t, p.Mock); string(got.Content) != contentB {
			t.Errorf("File %+v", got)
		}
		p.Mock.ResetJournal()
		p.Apply()
		wantNothingSent(t, p.Mock)
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
			p := acctest.New(t, acctest.Mock(t), "timeouts", acctest.Variables{
				"timeouts": config.ObjectVariable(acctest.Variables{tt.operation: acctest.String(tt.limit)}),
			})
			p.Write("a.jsonl", contentA)
			p.TryPlan().WantFailure("Time limit is not positive", tt.limit)
			acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
		})
	}
}
