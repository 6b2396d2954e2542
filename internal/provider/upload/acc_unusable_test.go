// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const (
	overBatchLimit = 200<<20 + 1
	overDecimal    = 8_000_000_001
	over8GiB       = 8<<30 + 1
)

// sparse makes a file of any size that takes no room.
func sparse(tb testing.TB, name string, size int64) string {
	tb.Helper()
	path := acctest.WriteFile(tb, name, "")
	if err := os.Truncate(path, size); err != nil {
		tb.Fatal(err)
	}
	return path
}

// unusableFile is something at a path that can't be uploaded.
type unusableFile struct {
	name string

	// spoil puts it there, where nothing is.
	spoil   func(path string)
	message string

	// mayBeMade says that a usable file may still come there during apply.
	mayBeMade bool
}

// unusable returns one of each kind.
func unusable(tb testing.TB) []unusableFile {
	tb.Helper()
	must := func(err error) {
		if err != nil {
			tb.Error(err)
		}
	}
	return []unusableFile{
		{"absent", func(string) {}, "there is no file at", true},
		{"unreadable", func(path string) { must(os.Symlink(path, path)) }, "can't be read", true},
		{"directory", func(path string) { must(os.Mkdir(path, 0o700)) }, "is a directory", false},
		{"empty", func(path string) { acctest.Rewrite(tb, path, "") }, "is empty", false},
		{"tooLarge", func(path string) {
			acctest.Rewrite(tb, path, "")
			must(os.Truncate(path, over8GiB))
		}, `has 8589934593 bytes`, false},
	}
}

// unusableByRule returns one for each way in which a plan may judge it; what judges
// them is tested with a table, see situations.
func unusableByRule(tb testing.TB) []unusableFile {
	tb.Helper()
	return slices.DeleteFunc(unusable(tb), func(u unusableFile) bool { return u.name != "absent" && u.name != "directory" })
}

// restore puts a usable file in the place of whatever is there.
func restore(tb testing.TB, path, content string) {
	tb.Helper()
	if err := os.RemoveAll(path); err != nil {
		tb.Fatal(err)
	}
	acctest.Rewrite(tb, path, content)
}

// TestAccUnusable_existing walks through everything that is planned while there is no
// usable file for an existing File.
func TestAccUnusable_existing(t *testing.T) {
	t.Parallel()
	for _, tt := range unusable(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := uploadedProject(t)
			acctest.Remove(t, path)
			tt.spoil(path)
			// The path is the same: quiet, with a warning.
			p.WantPlan(noop).WantText("Warning: Local file can't be compared", tt.message, "stays as it is")
			p.Apply("-refresh-only")
			p.Apply()
			// Another change would give the File up for nothing.
			p.Set(vars(path, with("purpose", "vision")))
			p.TryPlan().WantFailure("No usable file for the replacement", tt.message, "-refresh=false")
			// So would a replacement that only Terraform knows of.
			p.Set(vars(path))
			p.TryPlan("-replace="+address).WantFailure("No usable file for the replacement", tt.message)
			// Another path was meant to have a file.
			elsewhere := filepath.Join(t.TempDir(), "a.jsonl")
			tt.spoil(elsewhere)
			p.Set(vars(elsewhere))
			p.TryPlan().WantFailure("No usable file at path", tt.message, "-refresh=false")
			wantNothingSent(t, p.Mock)
			// It can be destroyed all the same.
			p.Destroy().WantFailure("No usable file at path")
			p.Set(vars(path))
			wantDestroyed(p)
		})
	}
}

func TestAccUnusable_destroyWithoutRefresh(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t)
	p.Set(vars(filepath.Join(t.TempDir(), "none.jsonl")))
	wantDestroyedWithoutRefresh(p, "No usable file at path")
}

// TestAccUnusable_new plans what can't become a usable file any more.
func TestAccUnusable_new(t *testing.T) {
	t.Parallel()
	for _, tt := range unusable(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.jsonl")
			tt.spoil(path)
			p := acctest.New(t, acctest.Mock(t), "upload", vars(path))
			switch {
			case tt.mayBeMade:
				p.WantPlan(create).WantText("Warning: No usable file yet", tt.message)
				p.ApplyPlan().WantFailure(tt.message)
			case tt.name == "directory":
				p.TryPlan().WantFailure("File can't be uploaded", tt.message, "for_each = fileset(")
			default:
				p.TryPlan().WantFailure("File can't be uploaded", tt.message)
			}
			acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
		})
	}
}

// TestAccUnusable_remote plans what can't be a local file (row 19).
func TestAccUnusable_remote(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path string
		messages   []string
	}{
		{"url", "https://example.com/data.jsonl", []string{"is a URL, not the path of a local file", "The provider doesn't download anything", "Files behind a URL"}},
		{"s3", "s3://bucket/data.jsonl", []string{"is a URL"}},
		{"glob", "data/*.jsonl", []string{"is a pattern, and no file has that name", "for_each = fileset("}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				p := o.in(acctest.New(t, acctest.Mock(t), "upload", vars(tt.path)))
				p.TryPlan().WantFailure(append([]string{"File can't be uploaded"}, tt.messages...)...)
				acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
				path := acctest.WriteFile(t, "a.jsonl", contentA)
				p.Set(vars(path))
				wantApplied(p, contentA)
				old := onlyFile(t, p.Mock)
				p.Mock.ResetJournal()
				p.Set(vars(tt.path, with("filename", "a.jsonl")))
				p.TryPlan().WantFailure(append([]string{"No usable file at path"}, tt.messages...)...)
				wantKept(p, old)
				p.Set(vars(path))
				p.WantPlan(noop)
			})
		})
	}
	// A file may have such a name.
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		wantConverged(acctest.New(t, acctest.Mock(t), "upload", vars(acctest.WriteFile(t, "what? *.jsonl", contentA))), contentA)
	})
}

// TestAccUnusable_limits plans sizes and names that may be refused. Nothing is
// uploaded, and at these sizes nothing is read.
func TestAccUnusable_limits(t *testing.T) {
	t.Parallel()
	var (
		nothing   []string
		batchSize = []string{"Warning: File may be too large for a batch", "at most 200 MiB"}
		decimal   = []string{"Warning: File may be too large with", "8,000,000,000 bytes or 8 GiB"}
		jsonLines = []string{"Warning: File name doesn't end in .jsonl"}
		unknown   = []string{"Warning: Unknown purpose", "somethingNew"}
	)
	batch, userData := unchecked("batch"), with("purpose", "user_data")
	for _, tt := range []struct {
		name    string
		local   string
		size    int64
		more    acctest.Variables
		warning []string
	}{
		{"batchAtLimit", "a.jsonl", overBatchLimit - 1, batch, nothing},
		{"batchOverLimit", "a.jsonl", overBatchLimit, batch, batchSize},
		{"batchName", "a.json", 10, batch, jsonLines},
		{"batchSizeAndName", "a.json", overBatchLimit, batch, append(batchSize, jsonLines...)},
		{"batchNameGiven", "a.json", 10, acctest.Join(batch, with("filename", "b.JSONL")), nothing},
		{"fineTuneName", "a.txt", 10, unchecked("fine-tune"), jsonLines},
		{"userDataAnySize", "a.txt", overBatchLimit, userData, nothing},
		{"decimalAtLimit", "a.bin", overDecimal - 1, userData, nothing},
		{"decimalOverLimit", "a.bin", overDecimal, userData, decimal},
		{"binaryAtLimit", "a.bin", over8GiB - 1, userData, decimal},
		{"unknownToProvider", "a.txt", 10, with("purpose", "somethingNew"), unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := acctest.New(t, acctest.Mock(t), "upload", vars(sparse(t, tt.local, tt.size), tt.more))
			out := p.WantPlan(create).WantText(tt.warning...)
			if tt.warning == nil {
				out.WantNoWarning()
			}
			acctest.WantRequests(t, p.Mock, map[openaitest.Op]int{})
		})
	}
}

// TestAccUnusable_replacementWarns makes sure that a replacement warns like a
// new File.
func TestAccUnusable_replacementWarns(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t, unchecked("batch"))
	p.WantPlan(noop).WantNoWarning()
	if err := os.Truncate(path, overBatchLimit); err != nil {
		t.Fatal(err)
	}
	p.WantPlan(replace).WantText("Warning: File may be too large for a batch")
}
