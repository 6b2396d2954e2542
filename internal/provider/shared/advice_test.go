// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

func TestAdvice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"another error", errors.New("no"), ""},
		{"no answer", &openai.Error{Err: errors.New("reset")}, ""},
		{"400", &openai.Error{Status: 400}, ""},
		{"401", fmt.Errorf("creating: %w", &openai.Error{Status: 401}), "OPENAI_API_KEY"},
		{"403", &openai.Error{Status: 403}, "permissions of the key"},
		{"no token in the file", &openai.Error{Err: &openai.TokenError{Source: "token_file"}}, "workload_identity.token_file"},
		{"no token from Azure", &openai.Error{Err: &openai.TokenError{Source: "azure"}}, "runs in Azure"},
		{"no token from Google", &openai.Error{Err: &openai.TokenError{Source: "gcp"}}, "runs in Google Cloud"},
		{"exchange refused", &openai.Error{Err: &openai.TokenError{Status: 400}}, "identity_provider_id and service_account_id"},
		{"exchange failed", &openai.Error{Err: &openai.TokenError{Status: 503}}, ""},
		{"404 of a path", &openai.Error{Status: 404}, "ends in /v1"},
		{"404 of a File", &openai.Error{Status: 404, Param: "id"}, ""},
		{"413", &openai.Error{Status: 413}, "Set a smaller part_size"},
		{"413 of a proxy", &openai.Error{Status: 413, Page: true}, "a proxy on the way and not from OpenAI"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := shared.Advice(tt.err)
			if !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") {
				t.Errorf("got %q, want %q in it", got, tt.want)
			}
		})
	}
}
