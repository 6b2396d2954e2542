// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
)

// TestMain removes the provider that the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

// TestAccChaos makes a few runs of the campaign, which are short and have much in them.
func TestAccChaos(t *testing.T) {
	t.Parallel()
	found, provider := acctest.Programs(t)
	c := &campaign{
		options: options{parallel: 4}, seeds: []uint64{103, 110, 111, 128, 130, 133, 138, 142},
		cli: found, provider: filepath.Dir(provider), folder: t.TempDir(), out: t.Output(),
	}
	total, err := c.execute(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := total.print(t.Output()); err != nil {
		t.Error(err)
	}
	if total.violations > 0 {
		t.Errorf("%d violations", total.violations)
	}
	if total.runs != len(c.seeds) || total.uploads == 0 || len(total.fired) == 0 {
		t.Errorf("nothing much was done: %+v", total)
	}
}
