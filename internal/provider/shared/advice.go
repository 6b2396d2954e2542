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
	if failed, ok := errors.AsType[*openai.TokenError](err); ok {
		return tokenAdvice(failed)
	}
	switch answer.Status {
	case http.StatusUnauthorized:
		return " The API key was refused: check api_key in the provider's configuration, or the environment variable OPENAI_API_KEY;" +
			" with workload_identity, check that its service account still exists."
	case http.StatusForbidden:
		return " The API key isn't allowed to do that: check the permissions of the key, or of the service account of workload_identity," +
			" and organization and project in the provider's configuration."
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

// tokenAdvice says what to check where no access token could be had.
func tokenAdvice(failed *openai.TokenError) string {
	switch failed.Source {
	case "token_file":
		return " Check workload_identity.token_file in the provider's configuration, and that the platform puts its token there."
	case "azure":
		return " Check that this runs in Azure, and that the managed identity of workload_identity.azure is assigned to the machine."
	case "gcp":
		return " Check that this runs in Google Cloud, with a service account attached."
	}
	if failed.Status >= http.StatusBadRequest && failed.Status < http.StatusInternalServerError {
		return " Check identity_provider_id and service_account_id of workload_identity, and that the identity provider at OpenAI" +
			" accepts the issuer, the audience and the subject of the platform's token."
	}
	return ""
}
