// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package wording_test

import (
	"errors"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/wording"
)

func TestSentence(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"":               "",
		"no file":        "No file.",
		"No file.":       "No file.",
		`"ü" is no file`: `"ü" is no file.`,
	} {
		if got := wording.Sentence(errors.New(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
