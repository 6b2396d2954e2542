// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// progressEvery is the minimum time between two log lines about one upload.
const progressEvery = 3 * time.Second

// logProgress returns an observer that logs the progress of an upload at INFO,
// and what is retried at WARN.
func logProgress(ctx context.Context, filename string) func(engine.Event) {
	var last time.Duration
	return func(e engine.Event) {
		fields := map[string]any{
			"filename":    filename,
			"upload_id":   e.UploadID,
			"parts_done":  e.PartsDone,
			"parts":       e.Parts,
			"bytes_done":  decimal(e.BytesDone),
			"bytes":       decimal(e.Bytes),
			"elapsed_sec": int64(e.Elapsed / time.Second),
		}
		if e.Err != nil {
			fields["error"] = e.Err.Error()
			fields["retry_in_ms"] = e.Wait.Milliseconds()
			tflog.Warn(ctx, "Retrying a request of an upload", fields)
			return
		}
		done := e.Parts > 0 && e.PartsDone == e.Parts
		if !done && e.Elapsed-last < progressEvery {
			return
		}
		last = e.Elapsed
		if rate := float64(e.BytesDone) / e.Elapsed.Seconds(); rate > 0 && e.Elapsed > 0 {
			fields["bytes_per_sec"] = decimal(int64(rate))
			fields["left_sec"] = int64(float64(e.Bytes-e.BytesDone) / rate)
		}
		tflog.Info(ctx, "Upload progress", fields)
	}
}

// decimal is a number as text: the CLI shows large ones as 1.048576e+06.
func decimal(n int64) string { return strconv.FormatInt(n, 10) }
