// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package terraformcli

import (
	"os"
	"os/exec"
)

// ExeSuffix is the suffix of programs' file names.
const ExeSuffix = ".exe"

// OwnGroup does nothing here.
func OwnGroup(*exec.Cmd) {}

// SignalGroup signals the process alone.
func SignalGroup(cmd *exec.Cmd, sig os.Signal) error { return cmd.Process.Signal(sig) }

// KillGroup does nothing here.
func KillGroup(*exec.Cmd) {}
