// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package acctest

import (
	"path/filepath"
	"testing"
)

// providerIn returns a directory with binary as the provider.
func providerIn(_ testing.TB, _, binary string) string { return filepath.Dir(binary) }
