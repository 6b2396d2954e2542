// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared_test

import (
	"errors"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want string }{
		{"", ""},
		{"no file", "No file."},
		{"No file.", "No file."},
		{`"ü" is no file`, `"ü" is no file.`},
	} {
		if got := shared.Sentence(errors.New(tt.name)); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
