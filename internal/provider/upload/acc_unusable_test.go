// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const (
	overBatchLimit = 200_000_001
	overDecimal    = 8_000_000_001
	over8GiB       = 8<<30 + 1
)

// sparse makes a file of any size that takes no room.
func sparse(t *testing.T, name string, size int64) string {
	t.Helper()
	path := acctest.WriteFile(t, name, nil)
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	return path
}

// unusable returns what makes the file at a path unusable, and the message
// that says why.
func unusable(t *testing.T) map[string]struct {
	spoil   func(path string)
	message string
} {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	return map[string]struct {
		spoil   func(path string)
		message string
	}{
		"absent":     {func(string) {}, "there is no file at"},
		"unreadable": {func(path string) { must(os.Symlink(path, path)) }, "can't be read"},
		"directory":  {func(path string) { must(os.Mkdir(path, 0o700)) }, "is a directory"},
		"empty":      {func(path string) { acctest.Rewrite(t, path, nil) }, "is empty"},
		"tooLarge": {func(path string) {
			acctest.Rewrite(t, path, nil)
			must(os.Truncate(path, over8GiB))
		}, `has 8589934593 bytes`},
	}
}

// TestAccUnusable walks through everything that is planned while there is no
// usable file for an existing File.
func TestAccUnusable_existing(t *testing.T) {
	t.Parallel()
	for name, c := range unusable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
			s := newSession(t, mock, vars(path))
			s.apply()
			acctest.Remove(t, path)
			c.spoil(path)
			mock.ResetJournal()
			// The path is the same: quiet, with a warning.
			p := s.wantPlan(noop())
			wantText(t, p.output, "Warning: Local file can't be compared[\\s\\S]*"+c.message+"[\\s\\S]*stays as it is")
			s.MustRun(t, "apply", "-refresh-only", "-auto-approve")
			s.apply()
			// Another change would give the File up for nothing.
			s.set(vars(path, with("purpose", "user_data")))
			s.wantPlanError("No usable file for the replacement[\\s\\S]*" + c.message + "[\\s\\S]*-refresh=false")
			// So would a replacement that only Terraform knows of.
			s.set(vars(path))
			s.wantPlanError("No usable file for the replacement[\\s\\S]*"+c.message, "-replace="+address)
			// Another path was meant to have a file.
			elsewhere := filepath.Join(t.TempDir(), "a.jsonl")
			c.spoil(elsewhere)
			s.set(vars(elsewhere))
			s.wantPlanError("No usable file at path[\\s\\S]*" + c.message + "[\\s\\S]*-refresh=false")
			wantNothingSent(t, mock)
			// It can be destroyed all the same.
			wantFailure(t, s.Run(t, "destroy", "-no-color", "-auto-approve"), "No usable file at path")
			s.set(vars(path))
			wantSuccess(t, s.Run(t, "destroy", "-no-color", "-auto-approve"))
			if left := mock.Files(); len(left) != 0 {
				t.Errorf("destroy left %+v", left)
			}
		})
	}
}

// TestAccUnusable_destroyWithoutRefresh destroys where the plan is an error.
func TestAccUnusable_destroyWithoutRefresh(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	s := newSession(t, mock, vars(path))
	s.apply()
	s.set(vars(filepath.Join(t.TempDir(), "none.jsonl")))
	wantFailure(t, s.Run(t, "destroy", "-no-color", "-auto-approve"), "run that with -refresh=false")
	onlyFile(t, mock)
	wantSuccess(t, s.Run(t, "destroy", "-no-color", "-auto-approve", "-refresh=false"))
	if left := mock.Files(); len(left) != 0 {
		t.Errorf("destroy left %+v", left)
	}
}

// TestAccUnusable_new plans what can't become a usable file any more.
func TestAccUnusable_new(t *testing.T) {
	t.Parallel()
	for name, c := range unusable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			path := filepath.Join(t.TempDir(), "a.jsonl")
			c.spoil(path)
			s := newSession(t, mock, vars(path))
			switch name {
			case "absent", "unreadable":
				wantText(t, s.wantPlan(create()).output, "Warning: No usable file yet[\\s\\S]*"+c.message)
				wantFailure(t, s.applyPlan(), c.message)
			case "directory":
				s.wantPlanError("File can't be uploaded[\\s\\S]*" + c.message + "[\\s\\S]*for_each = fileset\\(")
			default:
				s.wantPlanError("File can't be uploaded[\\s\\S]*" + c.message)
			}
			wantRequests(t, mock, map[openaitest.Op]int{})
		})
	}
}

// TestAccUnusable_remote plans what can't be a local file (row 19).
func TestAccUnusable_remote(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, path, message string }{
		{"url", "https://example.com/data.jsonl", "is a URL, not the path of a local file[\\s\\S]*The provider downloads nothing[\\s\\S]*Files behind a URL"},
		{"s3", "s3://bucket/data.jsonl", "is a URL"},
		{"glob", "data/*.jsonl", "is a pattern, and no file has that name[\\s\\S]*for_each = fileset\\("},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			newSession(t, mock, vars(tt.path)).wantPlanError("File can't be uploaded[\\s\\S]*" + tt.message)
			wantRequests(t, mock, map[openaitest.Op]int{})
			inBothOrders(t, func(t *testing.T, o order) {
				t.Helper()
				s, path := uploadedSession(t)
				s.in(o)
				old := onlyFile(t, s.mock)
				s.set(vars(tt.path, with("filename", "a.jsonl")))
				s.wantPlanError("No usable file at path[\\s\\S]*" + tt.message)
				s.wantKept(old)
				s.set(vars(path))
				s.wantPlan(noop())
			})
		})
	}
	// A file may have such a name.
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		s := newSession(t, openaitest.Start(t), vars(acctest.WriteFile(t, "what? *.jsonl", []byte(contentA))))
		s.wantConverged(contentA)
	})
}

// TestAccUnusable_limits plans sizes and names that may be refused. Nothing is
// uploaded, and at these sizes nothing is read.
func TestAccUnusable_limits(t *testing.T) {
	t.Parallel()
	const (
		batchSize  = "Warning: File may be too large for a batch[\\s\\S]*at most 200 MB"
		decimal    = "Warning: File may be too large\\n[\\s\\S]*8,000,000,000 bytes or 8 GiB"
		jsonLines  = "Warning: File name doesn't end in .jsonl"
		anyWarning = "Warning: File"
	)
	for _, tt := range []struct {
		name     string
		local    string
		size     int64
		more     acctest.Variables
		warnings []string
	}{
		{"batchAtLimit", "a.jsonl", overBatchLimit - 1, with("purpose", "batch"), nil},
		{"batchOverLimit", "a.jsonl", overBatchLimit, with("purpose", "batch"), []string{batchSize}},
		{"batchName", "a.json", 10, with("purpose", "batch"), []string{jsonLines}},
		{"batchBoth", "a.json", overBatchLimit, with("purpose", "batch"), []string{batchSize, jsonLines}},
		{"batchNameGiven", "a.json", 10, acctest.Variables{"purpose": acctest.String("batch"), "filename": acctest.String("b.JSONL")}, nil},
		{"fineTuneName", "a.txt", 10, nil, []string{jsonLines}},
		{"userDataAnySize", "a.txt", overBatchLimit, with("purpose", "user_data"), nil},
		{"decimalAtLimit", "a.bin", overDecimal - 1, with("purpose", "user_data"), nil},
		{"decimalOverLimit", "a.bin", overDecimal, with("purpose", "user_data"), []string{decimal}},
		{"binaryAtLimit", "a.bin", over8GiB - 1, with("purpose", "user_data"), []string{decimal}},
		{"unknownToProvider", "a.txt", 10, with("purpose", "somethingNew"), []string{"Warning: Unknown purpose[\\s\\S]*somethingNew"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			s := newSession(t, mock, vars(sparse(t, tt.local, tt.size), tt.more))
			p := s.wantPlan(create())
			for _, w := range tt.warnings {
				wantText(t, p.output, w)
			}
			if len(tt.warnings) == 0 {
				wantNoText(t, p.output, anyWarning)
			}
			wantRequests(t, mock, map[openaitest.Op]int{})
		})
	}
}

// TestAccUnusable_replacementWarns makes sure that a replacement warns like a
// new File.
func TestAccUnusable_replacementWarns(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte("{}\n"))
	s := newSession(t, mock, vars(path, with("purpose", "batch")))
	s.apply()
	wantNoText(t, s.wantPlan(noop()).output, "too large for a batch")
	if err := os.Truncate(path, overBatchLimit); err != nil {
		t.Fatal(err)
	}
	wantText(t, s.wantPlan(replaces()).output, "Warning: File may be too large for a batch")
}
