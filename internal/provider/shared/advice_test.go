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
