// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// timeoutError is the cause of a context whose configured time is over.
type timeoutError struct {
	setting string
	limit   time.Duration
}

// Error implements error.
func (e *timeoutError) Error() string {
	return fmt.Sprintf("the time limit %s (%s) was reached", e.setting, e.limit)
}

// Unwrap returns the error of such a context.
func (e *timeoutError) Unwrap() error { return context.DeadlineExceeded }

// withTimeout returns a context that ends after limit, which setting configures.
func withTimeout(ctx context.Context, setting string, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, &timeoutError{setting: setting, limit: limit})
}

// orCause is err or, if err only says that ctx has ended, why it has.
func orCause(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return context.Cause(ctx)
	}
	return err
}
