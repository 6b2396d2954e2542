// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acctest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// pidFile is where a project's newest provider process leaves its ID.
const pidFile = "provider.pid"

// providerIn returns a directory whose provider notes its process ID in dir
// and becomes binary.
func providerIn(tb testing.TB, dir, binary string) string {
	tb.Helper()
	own := filepath.Join(dir, "provider")
	if err := os.Mkdir(own, 0o700); err != nil {
		tb.Fatal(err)
	}
	script := "#!/bin/sh\necho $$ > " + shellQuote(filepath.Join(dir, pidFile)) + "\nexec " + shellQuote(binary) + "\n"
	path := filepath.Join(own, filepath.Base(binary))
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil { //nolint:gosec // G306: a program.
		tb.Fatal(err)
	}
	return own
}

func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// KillProvider kills the provider that the CLI is running.
func (p *Process) KillProvider() {
	tb := p.project.TB
	tb.Helper()
	if err := syscall.Kill(p.providerPID(tb), syscall.SIGKILL); err != nil {
		tb.Fatal(err)
	}
}

func (p *Process) providerPID(tb testing.TB) int {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(p.project.Dir, pidFile))
	if err != nil {
		tb.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		tb.Fatal(err)
	}
	return pid
}
