// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Timestamp is t as the schema has times: RFC 3339 in UTC, null for the zero time.
func Timestamp(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}
