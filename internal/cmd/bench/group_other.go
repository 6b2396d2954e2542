// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package main

import "os/exec"

// ownGroup does nothing here.
func ownGroup(*exec.Cmd) {}

// interruptGroup ends a process: it can't be interrupted here.
func interruptGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }

// killGroup does nothing here.
func killGroup(*exec.Cmd) {}
