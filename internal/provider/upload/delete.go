// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Delete deletes the File, or cancels an Upload that could not be cancelled
// before. What is gone already counts as deleted. As the first half of a
// replacement it deletes nothing if the second half is no longer possible.
func (r *uploadResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(shared.Get(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// A plain destroy has none: its plan removes it.
	planned, _ := recall[replacement](ctx, req.Private, replacementKey)
	resp.Diagnostics.Append(forget(ctx, resp.Private, replacementKey)...)
	if next := planned.New; next != nil && !state.isLeftover() {
		if refusal := next.refusal(ctx, r.service, state, req.Private); refusal != nil {
			resp.Diagnostics.Append(refusal.err())
			return
		}
	}
	if state.staysAtOpenAI() {
		resp.Diagnostics.Append(leftAtOpenAI(state, "stays").warning())
		return
	}
	timeout, diags := state.Timeouts.Delete(ctx, defaultDeleteTimeout)
	resp.Diagnostics.Append(diags...)
	client, ok := r.service.Client(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := shared.WithTimeout(ctx, "timeouts.delete", timeout)
	defer cancel()
	if state.isLeftover() {
		resp.Diagnostics.Append(cancelLeftover(ctx, client, state)...)
		return
	}
	id := state.ID.ValueString()
	if err := deleteFile(ctx, client, id); err != nil && !errors.Is(err, openai.ErrNotFound) {
		resp.Diagnostics.AddError("Deleting the File "+id+" failed", deleteFailed(ctx, err))
		return
	}
	if planned.New != nil {
		r.service.NoteReplaced(id, planned.New.Successor)
	}
}

// refusal says why the File in the state can't be given up for n, nil if it can.
func (n newHalf) refusal(ctx context.Context, service *shared.Service, state model, private privateReader) *notice {
	path := opt[string]{value: n.Path, known: n.Path != ""}
	in := interest{
		hash:  func(int64) bool { return n.Pin != "" },
		lines: func(info localfile.Info) bool { return n.Checked == nil || !n.Checked.Matches(info) },
	}
	seen, _ := look(ctx, service, private, path, n.Format, in)
	if seen.interrupted() {
		refusal := readingInterrupted(n.Path)
		refusal.detail = fmt.Sprintf("The file was to replace the File %s, which was therefore not deleted. Apply again.", state.ID.ValueString())
		return &refusal
	}
	if canReplace(n.pin(), state.ContentSHA256.ValueString(), seen, n.Matched) != impossible {
		if !seen.hasBadLines(n.pin()) {
			return nil
		}
		refusal := lines{source: "path", path: n.Path, purpose: n.Purpose, report: *seen.report}.refused()
		refusal.detail += fmt.Sprintf(" The content was to replace the File %s, which was therefore not deleted. Plan again.", state.ID.ValueString())
		return &refusal
	}
	if n.Tainted && n.Absent && seen.presence == absent {
		// The plan could only warn about that, and the file may be made after Delete.
		return nil
	}
	refusal := noLongerPlanned(n, seen, state.ID.ValueString())
	return &refusal
}

// deleteFailed says why a File could not be deleted, and what to do.
func deleteFailed(ctx context.Context, err error) string {
	detail := shared.Explain(shared.OrCause(ctx, err))
	if errors.Is(err, openai.ErrConflict) {
		detail += " OpenAI was still processing the File when the time limit timeouts.delete was reached."
	}
	return detail + " The File may still exist and stays in the state. Apply or destroy again."
}

// deleteFile deletes a File, waiting for one that is still being processed.
func deleteFile(ctx context.Context, client *openai.Client, id string) error {
	for wait := firstProcessingWait; ; wait = min(2*wait, maxProcessingWait) {
		err := client.DeleteFile(ctx, id)
		if !errors.Is(err, openai.ErrConflict) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

// cancelLeftover cancels an Upload that was left behind. If OpenAI refuses
// that, it is over; in case it was completed after all, the Files that it may
// have become are named.
func cancelLeftover(ctx context.Context, client *openai.Client, state model) diag.Diagnostics {
	var diags diag.Diagnostics
	id := state.UploadID.ValueString()
	answer, err := client.Cancel(ctx, id)
	if err == nil && answer.File != nil {
		// It was completed after all, and this is its File.
		if err := deleteFile(ctx, client, answer.File.ID); err != nil && !errors.Is(err, openai.ErrNotFound) {
			diags.AddError("Deleting the File "+answer.File.ID+" failed", deleteFailed(ctx, err))
		}
		return diags
	}
	switch {
	case err == nil && answer.Status == engine.StatusCancelled:
		return nil
	case err == nil:
		err = fmt.Errorf("the Upload has the status %q", answer.Status)
	case !isRefusal(err):
		diags.AddError("Cancelling the Upload "+id+" failed",
			shared.Sentence(err)+" It stays in the state, and expires by itself within an hour of its creation. Apply or destroy again.")
		return diags
	}
	spec := engine.Spec{
		Filename: state.Filename.ValueString(),
		Purpose:  state.Purpose.ValueString(),
		Bytes:    state.Bytes.ValueInt64(),
	}
	var files []engine.File
	for file, err := range client.Files(ctx, spec.Purpose) {
		if err == nil && spec.Matches(file) { // An error ends the list.
			files = append(files, file)
		}
	}
	if len(files) > 0 {
		diags.AddWarning("The Upload "+id+" may have become a File",
			fmt.Sprintf("OpenAI didn't cancel it (%s). If it was completed, it is one of these Files, which nothing manages now:\n%s",
				err, importCommands(files)))
	}
	return diags
}

// isRefusal reports whether the service knows the Upload and won't cancel it,
// or no longer knows it. The refusal of a key says nothing about the Upload.
func isRefusal(err error) bool {
	answer, ok := errors.AsType[*openai.Error](err)
	if !ok {
		return false
	}
	fault := answer.Fault()
	return fault.Class == engine.Final && fault.Delivery == engine.Answered && answer.Status >= http.StatusBadRequest &&
		answer.Status != http.StatusUnauthorized && answer.Status != http.StatusForbidden
}
