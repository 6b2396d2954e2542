// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package shared is what resources, data sources, lists and ephemeral resources
// have in common: the [Service] of one provider configuration, errors as sentences
// and what to do about them, and the API's values as Terraform values.
package shared

import "strings"

// Explain says what went wrong, in sentences, and what to do about it.
func Explain(err error) string { return Sentence(err) + Advice(err) }

// Sentence returns err's text as a sentence, so that others can follow it in a
// diagnostic.
func Sentence(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
