// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// fileStatusError is the status of a File that OpenAI could not process.
const fileStatusError = "error"

// Read asks for the File. Only an answer that it doesn't exist, or has expired,
// removes it from the state.
func (r *uploadResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(shared.Get(ctx, req.State, &state)...)
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
	// The limit is for the request; hashing a large file may take longer.
	limited, cancel := shared.WithTimeout(ctx, "timeouts.read", timeout)
	defer cancel()
	file, err := client.ReadFile(limited, state.Known())
	switch {
	case errors.Is(err, openai.ErrNotFound):
		resp.Diagnostics.Append(notFound(state, err, client).warning())
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.AddError("Reading the File "+state.ID.ValueString()+" failed",
			shared.Explain(shared.OrCause(limited, err))+
				" Nothing was changed. Plan again; to plan with the state as it is, use -refresh=false.")
		return
	case expired(file):
		resp.Diagnostics.Append(hasExpired(file, client).warning())
		resp.State.RemoveResource(ctx)
		return
	}
	known := state
	state.refresh(file)
	if file.Status == fileStatusError {
		resp.Diagnostics.Append(statusWarning(file).warning())
	}
	if !reflect.DeepEqual(state, known) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	}
	resp.Diagnostics.Append(r.rebuildCache(ctx, req.Private, resp.Private, state)...)
}

// rebuildCache remembers the local file's hash if it isn't known any more.
// Terraform keeps what a refresh writes with the next apply, but drops what a
// quiet plan writes, so this is the place for it. The plan reports a file that
// can't be used.
func (r *uploadResource) rebuildCache(ctx context.Context, known privateReader, private privateWriter, state model) diag.Diagnostics {
	if state.Path.IsNull() || state.ContentSHA256.IsNull() {
		return nil
	}
	info, err := localfile.Stat(state.Path.ValueString())
	if err != nil {
		return nil
	}
	// A different size means different content: the plan needs no hash to see that.
	if was, ok := recall[uploaded](ctx, known, uploadedKey); ok && was.Bytes != info.Size {
		return nil
	}
	_, fresh, err := inspect(ctx, r.service, known, state.Path.ValueString(), info, state.format(), false)
	if err != nil || fresh == nil {
		return nil
	}
	return remember(ctx, private, contentKey, *fresh)
}

// expired reports whether the File's time is over, by the service's clock.
func expired(file engine.File) bool {
	return !file.ExpiresAt.IsZero() && !file.AsOf.IsZero() && !file.AsOf.Before(file.ExpiresAt)
}

// notFound says that a File is gone, and where it was looked for: another
// project's key gets the same answer for a File that still exists.
func notFound(state model, err error, client *openai.Client) notice {
	id := state.ID.ValueString()
	var due string
	if !state.ExpiresAt.IsNull() {
		due = " It was due to expire at " + state.ExpiresAt.ValueString() + "."
	}
	return notice{
		summary: "The File " + id + " no longer exists",
		detail: fmt.Sprintf("%s%s The API that was asked is %s. The File is removed from the state, and an apply uploads it again.\n\n"+
			"If the API key belongs to a different project than the File, the File may still exist there, and nothing would manage it any more: "+
			"don't apply, but correct the key or the provider configuration of this resource first.%s",
			shared.Sentence(err), due, client.Endpoint(), shared.Advice(err)),
	}
}

func hasExpired(file engine.File, client *openai.Client) notice {
	return notice{
		summary: "The File " + file.ID + " has expired",
		detail: fmt.Sprintf("It expired at %s, and the clock of the API says %s (%s). The File is removed from the state, and an apply uploads it again.",
			file.ExpiresAt.UTC().Format(time.RFC3339), file.AsOf.UTC().Format(time.RFC3339), client.Endpoint()),
	}
}

func statusWarning(file engine.File) notice {
	return notice{
		summary: fmt.Sprintf("The File %s has the status \"error\"", file.ID),
		detail:  statusDetails(file) + " Correct the content, which replaces the File, or replace the File as it is (-replace).",
	}
}
