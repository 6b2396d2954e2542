// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"errors"
	"net/http"

	"github.com/upload-backed/terraform-provider-openai/internal/openai"
)

// Advice says what to do about an error of the API, in sentences to append to
// the error's own; it is empty if the error says it all.
func Advice(err error) string {
	answer, ok := errors.AsType[*openai.Error](err)
	if !ok {
		return ""
	}
	switch answer.Status {
	case http.StatusUnauthorized:
		return " The API key was refused: check api_key in the provider's configuration, or the environment variable OPENAI_API_KEY."
	case http.StatusForbidden:
		return " The API key isn't allowed to do that: check the permissions of the key, and organization and project in the provider's configuration."
	case http.StatusNotFound:
		// For a missing object, the API names the parameter; otherwise the URL is
		// wrong.
		if answer.Param == "" {
			return " Is base_url right? The API's own ends in /v1."
		}
	case http.StatusRequestEntityTooLarge:
		if answer.Page {
			return " The answer is a web page, so it came from a proxy on the way and not from OpenAI." +
				" Raise the proxy's limit for request bodies, or set a smaller part_size in the provider's configuration."
		}
		return " Set a smaller part_size in the provider's configuration; if a proxy is on the way, its limit may be what counts."
	}
	return ""
}
