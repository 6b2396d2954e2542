// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// OpenAI needs some time for a new File. Until then it refuses to use it, and is
// reported to refuse to delete it for 10 to 15 seconds. A request is repeated at
// these intervals.
const (
	firstProcessingWait = 500 * time.Millisecond
	maxProcessingWait   = 5 * time.Second
)

// isProcessing reports whether a File has one of the statuses that are known to
// end by themselves (OpenAPI document, OpenAIFile; Azure has the last two).
func isProcessing(status string) bool {
	return status == "uploaded" || status == "pending" || status == "running"
}

// awaitProcessing returns the File as it is when OpenAI has processed it, or as
// it was last seen, with an error.
func awaitProcessing(ctx context.Context, client *openai.Client, file engine.File) (engine.File, error) {
	for wait := firstProcessingWait; isProcessing(file.Status); wait = min(2*wait, maxProcessingWait) {
		select {
		case <-ctx.Done():
			return file, context.Cause(ctx)
		case <-time.After(wait):
		}
		now, err := client.GetFile(ctx, file.ID)
		if err != nil {
			return file, shared.OrCause(ctx, err)
		}
		file = now
	}
	return file, nil
}

func stillProcessing(file engine.File, err error) notice {
	if errors.Is(err, openai.ErrNotFound) {
		return notice{"wait_for_processing", "The File " + file.ID + " is gone", shared.Explain(err) +
			" It was deleted while OpenAI processed it. It is in the state; the next plan creates it again."}
	}
	return notice{"wait_for_processing", "The File " + file.ID + " is still being processed", fmt.Sprintf(
		"%s The File is complete and in the state; its status was %q. What uses it may fail until OpenAI has processed it.",
		shared.Explain(err), file.Status)}
}

func notProcessed(file engine.File, source string) notice {
	return notice{source, "OpenAI could not process the File " + file.ID, statusDetails(file) +
		" The File is kept in the state, marked as tainted: the next apply deletes it and uploads again. Correct the content first."}
}

// statusDetails is what OpenAI says about a File with the status "error".
func statusDetails(file engine.File) string {
	if file.StatusDetails == "" {
		return "OpenAI gives no details."
	}
	return shared.Sentence(errors.New(file.StatusDetails))
}
