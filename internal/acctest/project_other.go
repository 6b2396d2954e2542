// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package acctest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

const exeSuffix = ".exe"

func ownGroup(*exec.Cmd) {}

func signalGroup(cmd *exec.Cmd, sig os.Signal) error { return cmd.Process.Signal(sig) }

// killGroup does nothing: the CLI is killed by its context, and ends its provider.
func killGroup(*exec.Cmd) {}

// providerIn returns a directory with binary as the provider.
func providerIn(_ testing.TB, _, binary string) string { return filepath.Dir(binary) }
