// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// check is a state check that looks at the mock instead, at a moment when the
// step was applied and nothing is destroyed yet.
type check func()

func checkThat(f func()) statecheck.StateCheck { return check(f) }

// CheckState implements statecheck.StateCheck.
func (c check) CheckState(context.Context, statecheck.CheckStateRequest, *statecheck.CheckStateResponse) {
	c()
}

// loop returns a symbolic link to itself, which nobody can read, root neither.
func loop(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "loop.jsonl")
	if err := os.Symlink(path, path); err != nil {
		t.Fatal(err)
	}
	return path
}
