// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package files

import (
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// unsorted is how far the API's order may be from that of created_at. A File has its
// Upload's time of creation, and it is unknown whether the API sorts by that or by
// the completion, which is usually at most an hour later: a day is on the safe side.
const unsorted = 24 * time.Hour

// filter is what isn't left to the API.
type filter struct {
	purpose, name types.String // Null for any.
	pattern       *regexp.Regexp
	after, before time.Time // Zero where there is no limit.
	oldestFirst   bool
}

// newFilter returns the filter that m describes, as far as it is known. What can't
// be parsed is an error in diags.
func newFilter(m model, diags *diag.Diagnostics) filter {
	f := filter{
		purpose:     m.Purpose,
		name:        m.Filename,
		after:       parseTime("created_after", m.CreatedAfter, diags),
		before:      parseTime("created_before", m.CreatedBefore, diags),
		pattern:     shared.CompileFilenameRegex(m.FilenameRegex, diags),
		oldestFirst: m.Order.ValueString() == oldestFirst,
	}
	if !f.after.IsZero() && !f.before.IsZero() && !f.after.Before(f.before) {
		diags.AddAttributeError(path.Root("created_before"), "No File can match",
			fmt.Sprintf("created_before (%s) has to be later than created_after (%s).", m.CreatedBefore.ValueString(), m.CreatedAfter.ValueString()))
	}
	return f
}

// parseTime returns zero for a time that is null or unknown.
func parseTime(attribute string, value types.String, diags *diag.Diagnostics) time.Time {
	if value.IsNull() || value.IsUnknown() {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, value.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root(attribute), "Not a time",
			fmt.Sprintf("%q isn't in the form of RFC 3339, such as \"2026-01-31T00:00:00Z\".", value.ValueString()))
	}
	return t
}

// matches reports whether file belongs to the result.
func (f filter) matches(file engine.File) bool {
	return equals(f.purpose, file.Purpose) && equals(f.name, file.Filename) && f.pattern.MatchString(file.Filename) &&
		(f.after.IsZero() || file.CreatedAt.After(f.after)) && (f.before.IsZero() || file.CreatedAt.Before(f.before))
}

// equals reports whether wanted is null or value.
func equals(wanted types.String, value string) bool {
	return wanted.IsNull() || wanted.ValueString() == value
}

// past reports whether no File that follows this one in the list can match. Whether the
// service keeps to the order that was asked for shows in the File before it.
func (f filter) past(previous, file engine.File) bool {
	switch {
	case file.CreatedAt.IsZero(), previous.CreatedAt.IsZero():
		return false
	case f.oldestFirst:
		return !f.before.IsZero() && file.CreatedAt.After(f.before.Add(unsorted)) && file.CreatedAt.After(previous.CreatedAt)
	default:
		return !f.after.IsZero() && file.CreatedAt.Before(f.after.Add(-unsorted)) && file.CreatedAt.Before(previous.CreatedAt)
	}
}
