// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import "testing"

func TestAction(t *testing.T) {
	t.Parallel()
	const (
		noticed = "Note: Objects have changed\n\n  # openai_upload.test has changed\n  ~ resource \"openai_upload\" \"test\" {\n    }\n\n"
		actions = "Terraform will perform the following actions:\n\n"
		body    = " resource \"openai_upload\" \"test\" {\n    }\n"
	)
	for _, tt := range []struct {
		name, text string
		want       Action
	}{
		{"create", actions + "  # openai_upload.test will be created\n  +" + body, Create},
		{"update", actions + "  # openai_upload.test will be updated in-place\n  ~" + body, Update},
		{"destroy", actions + "  # openai_upload.test will be destroyed\n  # (because it is not in configuration)\n  -" + body, Destroy},
		{"replace", actions + "  # openai_upload.test must be replaced\n-/+" + body, DestroyBeforeCreate},
		{"replace, create first", actions + "  # openai_upload.test must be replaced\n+/-" + body, CreateBeforeDestroy},
		{"tainted", actions + "  # openai_upload.test is tainted, so must be replaced\n-/+" + body, DestroyBeforeCreate},
		{"requested", actions + "  # openai_upload.test will be replaced, as requested\n-/+" + body, DestroyBeforeCreate},
		{"moved and updated", actions + "  # openai_upload.test will be updated in-place\n  # (moved from openai_file.x)\n  ~" + body, Update},
		{"moved", actions + "  # openai_file.x has moved to openai_upload.test\n   " + body, NoOp},
		{"imported", actions + "  # openai_upload.test will be imported\n   " + body, NoOp},
		{"deposed", actions + "  # openai_upload.test (deposed object 1234) will be destroyed\n  -" + body, NoOp},
		{"deposed and created", actions + "  # openai_upload.test (deposed object 1234) will be destroyed\n  -" + body +
			"\n  # openai_upload.test will be created\n  +" + body, Create},
		{"another resource", actions + "  # terraform_data.a will be created\n  + resource \"terraform_data\" \"a\" {\n    }\n", NoOp},
		{"no changes", "No changes. Your infrastructure matches the configuration.\n", NoOp},
		{"noticed only", noticed + "No changes. Your infrastructure matches the configuration.\n", NoOp},
		{"noticed and replaced", noticed + actions + "  # openai_upload.test must be replaced\n-/+" + body, DestroyBeforeCreate},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, ok := action(tt.text); !ok || got != tt.want {
				t.Errorf("got %q, %t, want %q", got, ok, tt.want)
			}
		})
	}
	if got, ok := action("Error: no plan"); ok {
		t.Errorf("an error is taken for the plan %q", got)
	}
}
