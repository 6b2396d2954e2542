// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"bytes"
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

	for name, c := range map[string]struct {
		change func(t *testing.T, path string)
		after  []byte
	}{
		"truncated":     {func(t *testing.T, path string) { truncate(t, path, mib+5) }, before[:mib+5]},
		"emptiedRefill": {func(t *testing.T, path string) { acctest.Rewrite(t, path, other) }, other},
		"grown":         {func(t *testing.T, path string) { writeAt(t, path, 4*mib, []byte("more")) }, append(bytes.Clone(before), "more"...)},
		"inPlace":       {func(t *testing.T, path string) { inPlace(t, path, other) }, other},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			mock := openaitest.Start(t)
			p := project(t, mock, before, setting("max_concurrent_parts", "1"))

			mock.Inject(openaitest.Fault{
				Op: openaitest.OpAddPart, Skip: 1,
				Hook: func(openaitest.Request) { c.change(t, filepath.Join(p.Dir, "data.bin")) },
			})

			out := p.Apply(t)
			wantFailed(t, out, "changed while it was", "was cancelled; nothing is left")
			wantCancelled(t, mock)
			wantNoState(t, p)

			if n := len(mock.Requests(openaitest.OpCompleteUpload)); n != 0 {
				t.Errorf("%d requests to complete", n)
			}

			wantApplied(t, mock, p, c.after)
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
		Op:     openaitest.OpAddPart,
		Mutate: func(map[string]any) { inPlace(t, filepath.Join(p.Dir, "data.bin"), []byte("after!")) },
	})

	wantFailed(t, p.Apply(t), "changed while it was", "was cancelled; nothing is left")
	wantCancelled(t, mock)
	wantNoState(t, p)
	wantApplied(t, mock, p, []byte("after!"))
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()

	if err := os.Truncate(path, size); err != nil {
		t.Error(err)
	}
}

// inPlace replaces the content, of the same size, and hides that.
func inPlace(t *testing.T, path string, content []byte) {
	t.Helper()

	info, err := os.Stat(path)
	if err != nil {
		t.Error(err)

		return
	}

	writeAt(t, path, 0, content)

	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Error(err)
	}
}

func writeAt(t *testing.T, path string, offset int64, content []byte) {
	t.Helper()

	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Error(err)

		return
	}

	if _, err := file.WriteAt(content, offset); err != nil {
		t.Error(err)
	}

	if err := file.Close(); err != nil {
		t.Error(err)
	}
}
