// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package terraformcli

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// ExeSuffix is the suffix of programs' file names.
const ExeSuffix = ""

// OwnGroup makes cmd start in a process group of its own.
func OwnGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// SignalGroup signals a process and its children, as a terminal does.
func SignalGroup(cmd *exec.Cmd, sig os.Signal) error {
	number, ok := sig.(syscall.Signal)
	if !ok {
		return errors.New("not a signal of this system")
	}
	return syscall.Kill(-cmd.Process.Pid, number)
}

// KillGroup ends what is left of a process's group.
func KillGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // Usually nothing is left.

// GroupAlive reports whether any process of a process's group is left.
func GroupAlive(cmd *exec.Cmd) bool {
	return !errors.Is(syscall.Kill(-cmd.Process.Pid, 0), syscall.ESRCH)
}
