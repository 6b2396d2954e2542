// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/wording"
)

// fileStatusError is the status of a File that OpenAI could not process.
const fileStatusError = "error"

// Read asks for the File. Only an answer that it doesn't exist, or exists no
// longer, takes it from the state.
func (r *uploadResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model

	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	// Identity comes first: a state without one fails every Read, the one that
	// removes the resource included.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: state.ID})...)

	if resp.Diagnostics.HasError() || state.isLeftover() {
		return
	}

	client, ok := r.service.Client(&resp.Diagnostics)
	if !ok {
		return
	}

	timeout, diags := state.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	// The limit is for the request; hashing a large file takes what it takes.
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	answer, err := client.GetFile(limited, state.ID.ValueString())

	switch {
	case errors.Is(err, openai.ErrNotFound):
		tflog.Info(ctx, "The File no longer exists", map[string]any{"file_id": state.ID.ValueString()})
		resp.State.RemoveResource(ctx)

		return
	case err != nil:
		resp.Diagnostics.AddError("Asking for the File "+state.ID.ValueString()+" failed",
			wording.Sentence(err)+" Nothing was changed. Plan again; to plan with the state as it is, use -refresh=false.")

		return
	case expired(answer):
		tflog.Info(ctx, "The File has expired", map[string]any{"file_id": state.ID.ValueString()})
		resp.State.RemoveResource(ctx)

		return
	}

	state.setFile(answer.File)

	if state.isAdoptable() && state.ExpiresAfter.IsNull() {
		state.ExpiresAfter = deriveExpiry(state)
	}

	if answer.File.Status == fileStatusError {
		resp.Diagnostics.Append(statusWarning(answer))
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(rebuildCache(ctx, req.Private, resp.Private, state)...)
}

// rebuildCache remembers the local file's hash if it isn't known any more.
// Terraform keeps what a refresh writes with the next apply, but drops what a
// quiet plan writes, so here is the place. A file that can't be used is the
// plan's to tell.
func rebuildCache(ctx context.Context, known privateReader, private privateWriter, state model) diag.Diagnostics {
	if state.Path.IsNull() || state.ContentSHA256.IsNull() {
		return nil
	}

	info, err := localfile.Stat(state.Path.ValueString())
	if err != nil {
		return nil
	}

	// Another size is another content: the plan needs no hash to tell.
	if was, ok := recall[uploaded](ctx, known, uploadedKey); ok && was.Bytes != info.Size {
		return nil
	}

	_, fresh, err := contentHash(ctx, known, state.Path.ValueString(), info)
	if err != nil || fresh == nil {
		return nil
	}

	return remember(ctx, private, contentKey, *fresh)
}

// expired reports whether the File's time is over, by the service's clock.
func expired(answer openai.FileAnswer) bool {
	return !answer.File.ExpiresAt.IsZero() && !answer.Date.IsZero() && !answer.Date.Before(answer.File.ExpiresAt)
}

func statusWarning(answer openai.FileAnswer) diag.Diagnostic {
	details := answer.File.StatusDetails
	if details == "" {
		details = "OpenAI gives no details."
	}

	return diag.NewWarningDiagnostic(fmt.Sprintf("The File %s has the status \"error\"", answer.File.ID),
		details+" Correct the local file, which replaces the File, or replace it as it is (-replace).")
}
