// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TimeoutsDescription describes an attribute timeouts, which the library leaves undescribed.
const TimeoutsDescription = "Time limits: numbers with the units `h`, `m` and `s`, such as \"90s\" or \"1h30m\"."

// ReadTimeout is the attribute timeouts of a data source; limit describes that for reading.
func ReadTimeout(ctx context.Context, limit string) schema.Attribute {
	attribute, _ := timeouts.AttributesWithOpts(ctx, timeouts.Opts{ReadDescription: limit}).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = TimeoutsDescription
	return attribute
}

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

// CheckTimeouts reports the limits in the attribute timeouts that no operation can
// keep; limits has them by operation.
func CheckTimeouts(limits map[string]attr.Value, diags *diag.Diagnostics) {
	for operation, value := range limits {
		text, ok := value.(types.String)
		limit, err := time.ParseDuration(text.ValueString())
		if ok && err == nil && limit <= 0 {
			diags.AddAttributeError(path.Root("timeouts").AtName(operation), "Time limit is not positive",
				fmt.Sprintf("A time limit must be longer than zero, such as \"30m\"; this one is %q.", text.ValueString()))
		}
	}
}

// OrCause returns err or, if err only says that ctx has ended, the cause of that.
func OrCause(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return context.Cause(ctx)
	}
	return err
}
