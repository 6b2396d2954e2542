// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// TimeoutError is the cause of a context that reached a configured time limit.
type TimeoutError struct {
	Setting string // The attribute, such as "timeouts.read".
	Limit   time.Duration
}

// Error implements error.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("the time limit %s (%s) was reached", e.Setting, e.Limit)
}

// Unwrap returns the error of such a context.
func (e *TimeoutError) Unwrap() error { return context.DeadlineExceeded }

// WithTimeout returns a context that ends after limit, which setting configures.
func WithTimeout(ctx context.Context, setting string, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, &TimeoutError{Setting: setting, Limit: limit})
}

// OrCause returns err or, if err only says that ctx has ended, the cause of that.
func OrCause(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return context.Cause(ctx)
	}
	return err
}
