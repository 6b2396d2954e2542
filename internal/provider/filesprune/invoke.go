// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filesprune

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Invoke implements action.Action.
func (a *pruneAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	selected, diags := newSelection(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if !req.Config.Raw.IsFullyKnown() {
		resp.Diagnostics.AddError("Configuration not known", "The action was invoked before all of its configuration was known. "+
			"Nothing was deleted. Apply what the configuration refers to first.")
	}
	client, ok := a.service.Client(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	files, err := selected.list(ctx, client)
	if err != nil {
		resp.Diagnostics.AddError("Listing the Files failed",
			shared.Explain(shared.OrCause(ctx, err))+" Nothing was deleted. Invoke the action again.")
		return
	}
	say := func(format string, args ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
	// While Terraform applies, keep may lack Files of resources that aren't done yet.
	files = slices.DeleteFunc(files, func(file engine.File) bool {
		recent := a.service.MayBeOfThisRun(file)
		if recent {
			say("Keeping %s, which may be an upload of this run", describe(file))
		}
		return recent
	})
	switch {
	case len(files) == 0:
		say("No File matches. Nothing was deleted.")
	case selected.dryRun:
		for i, file := range files {
			say("Would delete %d of %d: %s", i+1, len(files), describe(file))
		}
		say("Would delete %s. Nothing was deleted: set dry_run = false to delete them.", total(files))
	default:
		resp.Diagnostics.Append(prune(ctx, client, files, say)...)
	}
}

// prune deletes files one after the other. What is gone already counts as deleted, and
// what is still being processed is left for the next time. Any other error is the end.
func prune(ctx context.Context, client *openai.Client, files []engine.File, say func(string, ...any)) diag.Diagnostics {
	var diags diag.Diagnostics
	var deleted, skipped []engine.File
	for i, file := range files {
		say("Deleting %d of %d: %s", i+1, len(files), describe(file))
		err := client.DeleteFile(ctx, file.ID)
		switch {
		case err == nil, errors.Is(err, openai.ErrNotFound):
			deleted = append(deleted, file)
			continue
		case errors.Is(err, openai.ErrConflict):
			say("Still being processed, so it isn't deleted now: %s", describe(file))
			skipped = append(skipped, file)
			continue
		}
		diags.AddError("Deleting the File "+file.ID+" failed", fmt.Sprintf(
			"%s The File may still exist. Deleted before it: %s. Not tried after it: %s. Invoke the action again to delete the rest.",
			shared.Explain(shared.OrCause(ctx, err)), totalWithIDs(deleted), total(files[i+1:])))
		break
	}
	say("Deleted %s of %s.", total(deleted), total(files))
	if len(skipped) > 0 {
		diags.AddWarning("Files are still being processed", fmt.Sprintf(
			"OpenAI doesn't delete a File while it is being processed, which takes seconds after an upload. Not deleted: %s. Invoke the action again later.",
			totalWithIDs(skipped)))
	}
	return diags
}

// describe names a File in a message. Its name is text from outside.
func describe(file engine.File) string {
	size := "unknown size"
	if file.Bytes != engine.UnknownBytes {
		size = fmt.Sprintf("%d bytes", file.Bytes)
	}
	return fmt.Sprintf("%s (%q, %s)", file.ID, file.Filename, size)
}

// total says how many files there are, and how large they are together.
func total(files []engine.File) string {
	var size int64
	var unknown string
	for _, file := range files {
		if file.Bytes == engine.UnknownBytes {
			unknown = " and more of unknown size"
			continue
		}
		size += file.Bytes
	}
	noun := "Files"
	if len(files) == 1 {
		noun = "File"
	}
	return fmt.Sprintf("%d %s (%d bytes%s)", len(files), noun, size, unknown)
}

// totalWithIDs is [total] with the IDs of files.
func totalWithIDs(files []engine.File) string {
	if len(files) == 0 {
		return "none"
	}
	var ids []string
	for _, file := range files {
		ids = append(ids, file.ID)
	}
	return total(files) + ": " + strings.Join(ids, ", ")
}
