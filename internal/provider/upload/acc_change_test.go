// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// duringParts changes the file when a part is on the way, after skip others.
func duringParts(p *acctest.Project, skip int, change func(path string) error) {
	p.Mock.Inject(openaitest.Fault{
		Op: openaitest.OpAddPart, Skip: skip,
		Hook: func(openaitest.Request) {
			if err := change(filepath.Join(p.Dir, "data.bin")); err != nil {
				p.TB.Error(err)
			}
		},
	})
}

// TestAccChange_duringUpload changes the file when its second part is on the
// way, so that later parts would have other content than earlier ones.
func TestAccChange_duringUpload(t *testing.T) {
	t.Parallel()
	before := acctest.Pattern(4*mib, 21)
	other := acctest.Pattern(4*mib, 22)
	for _, tt := range []struct {
		name   string
		change func(path string) error
		after  string
	}{
		{"truncated", func(path string) error { return os.Truncate(path, mib+5) }, before[:mib+5]},
		{"emptiedRefill", func(path string) error { return os.WriteFile(path, []byte(other), 0o600) }, other},
		{"grown", func(path string) error { return writeAt(path, 4*mib, "more") }, before + "more"},
		{"inPlace", func(path string) error { return inPlace(path, other) }, other},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, before, withInt("max_concurrent_parts", 1))
			duringParts(p, 1, tt.change)
			p.TryApply().WantFailure("changed while it was", "was cancelled; nothing is left")
			wantCancelled(p)
			wantCount(t, mock, openaitest.OpCompleteUpload, 0)
			wantApplied(p, tt.after)
		})
	}
}

// TestAccChange_replacedByRename puts another file in the place of the one that
// is open: the old content may be uploaded, or nothing, but no mixture.
func TestAccChange_replacedByRename(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	before, after := acctest.Pattern(4*mib, 23), acctest.Pattern(4*mib, 24)
	p := project(t, mock, before, withInt("max_concurrent_parts", 1))
	next := p.Write("next.bin", after)
	duringParts(p, 1, func(path string) error { return os.Rename(next, path) })
	if out := p.TryApply(); out.ExitCode == 0 {
		wantOnly(p, before)
	} else {
		out.WantFailure("changed while it was", "was cancelled; nothing is left")
		wantCancelled(p)
	}
	wantApplied(p, after)
}

// TestAccChange_lastMoment changes the file when everything is sent and only
// the last part's answer is missing.
func TestAccChange_lastMoment(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, "before")
	mock.Inject(openaitest.Fault{
		Op: openaitest.OpAddPart,
		Mutate: func(map[string]any) {
			if err := inPlace(filepath.Join(p.Dir, "data.bin"), "after!"); err != nil {
				t.Error(err)
			}
		},
	})
	p.TryApply().WantFailure("changed while it was", "was cancelled; nothing is left")
	wantCancelled(p)
	wantApplied(p, "after!")
}

// TestAccChange_timesOnly changes the file's permissions and times while it is
// uploaded: the content is the same, and the upload is kept.
func TestAccChange_timesOnly(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	content := acctest.Pattern(2*mib, 25)
	p := project(t, mock, content)
	duringParts(p, 0, func(path string) error {
		return errors.Join(os.Chmod(path, 0o400), os.Link(path, path+".backup"))
	})
	wantApplied(p, content)
	wantCount(t, mock, openaitest.OpCreateUpload, 1)
}

// inPlace replaces the content, of the same size, and hides that.
func inPlace(path string, content string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := writeAt(path, 0, content); err != nil {
		return err
	}
	return os.Chtimes(path, info.ModTime(), info.ModTime())
}

func writeAt(path string, offset int64, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt([]byte(content), offset)
	return errors.Join(err, file.Close())
}
