// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccChange_duringUpload changes the file when its second part is on the
// way, so that later parts would have other content than earlier ones.
func TestAccChange_duringUpload(t *testing.T) {
	t.Parallel()
	before := acctest.Pattern(4*mib, 21)
	other := acctest.Pattern(4*mib, 22)
	for _, tt := range []struct {
		name   string
		change func(path string) error
		after  []byte
	}{
		{"truncated", func(path string) error { return os.Truncate(path, mib+5) }, before[:mib+5]},
		{"emptiedRefill", func(path string) error { return os.WriteFile(path, other, 0o600) }, other},
		{"grown", func(path string) error { return writeAt(path, 4*mib, []byte("more")) }, append(bytes.Clone(before), "more"...)},
		{"inPlace", func(path string) error { return inPlace(path, other) }, other},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t)
			p := project(t, mock, before, setting("max_concurrent_parts", "1"))
			mock.Inject(openaitest.Fault{
				Op: openaitest.OpAddPart, Skip: 1,
				Hook: func(openaitest.Request) {
					if err := tt.change(filepath.Join(p.Dir, "data.bin")); err != nil {
						t.Error(err)
					}
				},
			})
			out := p.Apply(t)
			wantFailed(t, out, "changed while it was", "was cancelled; nothing is left")
			wantCancelled(t, mock)
			wantNoState(t, p)
			if n := len(mock.Requests(openaitest.OpCompleteUpload)); n != 0 {
				t.Errorf("%d requests to complete", n)
			}
			wantApplied(t, mock, p, tt.after)
		})
	}
}

// TestAccChange_replacedByRename puts another file in the place of the one that
// is open: the old content may be uploaded, or nothing, but no mixture.
func TestAccChange_replacedByRename(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	before, after := acctest.Pattern(4*mib, 23), acctest.Pattern(4*mib, 24)
	p := project(t, mock, before, setting("max_concurrent_parts", "1"))
	next := p.WriteFile(t, "next.bin", after)
	mock.Inject(openaitest.Fault{
		Op: openaitest.OpAddPart, Skip: 1,
		Hook: func(openaitest.Request) {
			if err := os.Rename(next, filepath.Join(p.Dir, "data.bin")); err != nil {
				t.Error(err)
			}
		},
	})
	if out := p.Apply(t); out.ExitCode == 0 {
		wantClean(t, mock, p, before)
	} else {
		wantFailed(t, out, "changed while it was", "was cancelled; nothing is left")
		wantCancelled(t, mock)
		wantNoState(t, p)
	}
	wantApplied(t, mock, p, after)
}

// TestAccChange_lastMoment changes the file when everything is sent and only
// the last part's answer is missing.
func TestAccChange_lastMoment(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	p := project(t, mock, []byte("before"))
	mock.Inject(openaitest.Fault{
		Op: openaitest.OpAddPart,
		Mutate: func(map[string]any) {
			if err := inPlace(filepath.Join(p.Dir, "data.bin"), []byte("after!")); err != nil {
				t.Error(err)
			}
		},
	})
	wantFailed(t, p.Apply(t), "changed while it was", "was cancelled; nothing is left")
	wantCancelled(t, mock)
	wantNoState(t, p)
	wantApplied(t, mock, p, []byte("after!"))
}

// TestAccChange_timesOnly changes the file's permissions and times while it is
// uploaded: the content is the same, and the upload is kept.
func TestAccChange_timesOnly(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	content := acctest.Pattern(2*mib, 25)
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{
		Op: openaitest.OpAddPart,
		Hook: func(openaitest.Request) {
			path := filepath.Join(p.Dir, "data.bin")
			if err := errors.Join(os.Chmod(path, 0o400), os.Link(path, path+".backup")); err != nil {
				t.Error(err)
			}
		},
	})
	wantApplied(t, mock, p, content)
	if n := len(mock.Requests(openaitest.OpCreateUpload)); n != 1 {
		t.Errorf("%d Uploads were created", n)
	}
}

// inPlace replaces the content, of the same size, and hides that.
func inPlace(path string, content []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := writeAt(path, 0, content); err != nil {
		return err
	}
	return os.Chtimes(path, info.ModTime(), info.ModTime())
}

func writeAt(path string, offset int64, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(content, offset)
	return errors.Join(err, file.Close())
}
