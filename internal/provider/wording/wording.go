// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package wording turns errors into what a diagnostic says.
package wording

import "strings"

// Sentence returns err's text as a sentence, which a diagnostic can go on
// after.
func Sentence(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	if text == "" {
		return ""
	}

	return strings.ToUpper(text[:1]) + text[1:] + "."
}
