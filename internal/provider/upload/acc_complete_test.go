// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccFault_completeLost makes the File and loses the answer.
func TestAccFault_completeLost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
	}{
		{"once", openaitest.Fault{CutAfter: true}},
		{"always", openaitest.Fault{CutAfter: true, Times: -1}},
		{"truncated", openaitest.Fault{Truncate: true, Times: -1}},
		{"garbage", openaitest.Fault{Garbage: true, Times: -1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			content := acctest.Pattern(mib+1, 13)
			p := project(t, mock, content)
			// Of the same name, but from before: not to be taken for the result.
			old := mock.AddFile(openaitest.File{
				Filename: "data.bin", Content: []byte(acctest.Pattern(mib+1, 14)), CreatedAt: mock.Now().Add(-time.Minute),
			})
			tt.fault.Op = openaitest.OpCompleteUpload
			mock.Inject(tt.fault)
			p.Apply()
			mock.RemoveFile(old.ID)
			wantOnly(p, content)
			wantCount(t, mock, openaitest.OpCreateUpload, 1)
		})
	}
}

// TestAccFault_completeAmbiguous loses the answer where two Files may be the result.
func TestAccFault_completeAmbiguous(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const content = "content"
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{
		Op: openaitest.OpCompleteUpload, CutAfter: true,
		Hook: func(openaitest.Request) {
			mock.AddFile(openaitest.File{Filename: "data.bin", Content: []byte("CONTENT"), CreatedAt: mock.Uploads()[0].CreatedAt})
		},
	})
	out := p.TryApply()
	files := mock.Files()
	if len(files) != 2 {
		t.Fatalf("Files: %+v", files)
	}
	for _, f := range files {
		out.WantFailure("several Files may be the one", "terraform import ADDRESS "+f.ID)
	}
	left := onlyUpload(t, mock)
	wantTainted(p, map[string]any{"id": left.ID, "upload_id": left.ID, "file_id": nil})
	// The leftover is cleared and both Files are named again, as nothing manages them.
	out = p.Apply()
	for _, f := range files {
		out.WantText("terraform import ADDRESS " + f.ID)
		mock.RemoveFile(f.ID)
	}
	wantOnly(p, content)
}

// TestAccFault_completeAndAnotherPipeline loses the answer, with and without
// effect, while another pipeline makes a File of the same name, purpose and size.
func TestAccFault_completeAndAnotherPipeline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
	}{
		{"withEffect", openaitest.Fault{CutAfter: true}},
		{"withoutEffect", openaitest.Fault{CutBefore: true, Times: -1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			const content = "content"
			p := project(t, mock, content)
			var other openaitest.File
			tt.fault.Op = openaitest.OpCompleteUpload
			tt.fault.Hook = func(openaitest.Request) {
				if other.ID == "" {
					other = mock.AddFile(openaitest.File{
						Filename: "data.bin", Content: []byte("CONTENT"), CreatedAt: mock.Uploads()[0].CreatedAt.Add(10 * time.Second),
					})
				}
			}
			mock.Inject(tt.fault)
			if tt.name == "withoutEffect" {
				p.TryApply().WantFailure("was cancelled; nothing is left at OpenAI")
				wantNoState(p)
				if status := onlyUpload(t, mock).Status; status != "cancelled" {
					t.Errorf("the Upload is %s", status)
				}
				mock.ClearFaults()
			}
			p.Apply()
			// The other's File is still there, and nobody's here.
			mock.RemoveFile(other.ID)
			wantOnly(p, content)
		})
	}
}

// TestAccFault_completeWithoutFile reports success and no File: a cancellation
// reports what became of the Upload.
func TestAccFault_completeWithoutFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		mutate func(map[string]any)
	}{
		{"noFile", func(body map[string]any) { delete(body, "file") }},
		{"nullFile", func(body map[string]any) { body["file"] = nil }},
		{"noFileID", fileField("id", "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			const content = "content"
			p := project(t, mock, content)
			mock.Inject(openaitest.Fault{Op: openaitest.OpCompleteUpload, Mutate: tt.mutate})
			wantApplied(p, content)
			wantCount(t, mock, openaitest.OpCancelUpload, 1)
		})
	}
	t.Run("pending", func(t *testing.T) {
		t.Parallel()
		mock := acctest.Mock(t)
		p := project(t, mock, "content")
		mock.Inject(openaitest.Fault{
			Op: openaitest.OpCompleteUpload, Status: 200, Body: `{"id":"upload_x","object":"upload","status":"pending"}`,
		})
		p.TryApply().WantFailure(`status "pending" without a File`, "was cancelled; nothing is left at OpenAI")
		wantCancelled(p)
	})
}

// TestAccFault_createLost loses the answer to a creation that took effect.
func TestAccFault_createLost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
	}{
		{"cut", openaitest.Fault{CutAfter: true}},
		{"5xx", openaitest.Fault{Status: 500}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			const content = "content"
			p := project(t, mock, content)
			tt.fault.Op = openaitest.OpCreateUpload
			mock.Inject(tt.fault)
			p.Apply().WantText("Warning: A second Upload may exist")
			wantOnly(p, content)
		})
	}
}

// TestAccFault_createLostThenFailed doesn't say that nothing is left where an Upload may be.
func TestAccFault_createLostThenFailed(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, "content")
	mock.Inject(openaitest.Fault{Op: openaitest.OpCreateUpload, CutAfter: true})
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 400})
	p.TryApply().WantFailure("was cancelled.", "there is another Upload without parts").WantNoText("nothing is left")
	uploads := mock.Uploads()
	if len(uploads) != 2 || uploads[0].Status != "pending" || uploads[1].Status != "cancelled" {
		t.Errorf("Uploads: %+v", uploads)
	}
	wantNoState(p)
}

// TestAccFault_completeBytesNull names a File whose size isn't known yet.
func TestAccFault_completeBytesNull(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const content = "content"
	p := project(t, mock, content)
	mock.Inject(openaitest.Fault{Op: openaitest.OpCompleteUpload, Mutate: fileField("bytes", nil)})
	wantApplied(p, content)
	wantCount(t, mock, openaitest.OpGetFile, 1)
	// A refresh that doesn't say it changes nothing.
	mock.Inject(openaitest.Fault{Op: openaitest.OpGetFile, Times: -1, Mutate: func(body map[string]any) { body["bytes"] = nil }})
	wantApplied(p, content)
	wantCount(t, mock, openaitest.OpDeleteFile, 0)
}

// TestAccFault_completeOdd reports success in a way that can't be true. There
// is a File, and the next apply deletes it.
func TestAccFault_completeOdd(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		mutate func(map[string]any)
		text   string
	}{
		{"pending", func(body map[string]any) { body["status"] = "pending" }, `status "pending", expected "completed"`},
		{"otherBytes", fileField("bytes", 6), "the File has 6 bytes, 7 were sent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			const content = "content"
			p := project(t, mock, content, withBool("skip_destroy", true)) // Which is for good Files.
			mock.Inject(openaitest.Fault{Op: openaitest.OpCompleteUpload, Mutate: tt.mutate})
			out := p.TryApply()
			bad := onlyFile(t, mock)
			out.WantFailure(tt.text, "The File "+bad.ID+" of the Upload "+bad.UploadID+" is kept in the state, marked as tainted")
			wantTainted(p, map[string]any{"id": bad.ID, "file_id": bad.ID, "upload_id": bad.UploadID})
			wantApplied(p, content)
			if _, still := mock.File(bad.ID); still {
				t.Error("the File is still there")
			}
		})
	}
}

// fileField changes a field of the File in an answer.
func fileField(name string, value any) func(map[string]any) {
	return func(body map[string]any) {
		if file, ok := body["file"].(map[string]any); ok {
			file[name] = value
		}
	}
}
