// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// program writes an executable file whose path needs quoting, and returns it.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "it's a $terraform")
	err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700) //nolint:gosec // G306: it has to be executable.
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRunPrintsPath(t *testing.T) {
	path := program(t)
	t.Setenv(terraformcli.EnvPath, path)
	var out bytes.Buffer
	err := run(t.Context(), nil, &out, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), path+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRunEnvIsReadByShell(t *testing.T) {
	path := program(t)
	t.Setenv(terraformcli.EnvPath, path)
	var out bytes.Buffer
	err := run(t.Context(), []string{"-env"}, &out, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	script := "unset " + terraformcli.EnvPath + "\n" + out.String() + `printf '%s %s' "$TF_ACC" "$` + terraformcli.EnvPath + `"`
	got, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := "1 " + path; string(got) != want {
		t.Errorf("the shell read %q, want %q", got, want)
	}
}

func TestRunFailsSilentlyOnStdout(t *testing.T) {
	t.Setenv(terraformcli.EnvPath, filepath.Join(t.TempDir(), "missing"))
	var out bytes.Buffer
	err := run(t.Context(), []string{"-env"}, &out, t.Output())
	if err == nil {
		t.Fatal("no error")
	}
	if out.Len() != 0 {
		t.Errorf("printed %q", &out)
	}
}

// TestRunInstalls says so where it doesn't disturb the shell, here with a network that leads nowhere.
func TestRunInstalls(t *testing.T) {
	t.Setenv(terraformcli.EnvPath, "")
	t.Setenv("PATH", "")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	dir := t.TempDir()
	var out, progress bytes.Buffer
	err := run(t.Context(), []string{"-env", "-install-dir", dir}, &out, &progress)
	if !errors.Is(err, terraformcli.ErrNotFound) || out.Len() != 0 {
		t.Errorf("%v, printed %q", err, &out)
	}
	if want := "installing Terraform into " + dir + "…\n"; progress.String() != want {
		t.Errorf("progress %q, want %q", &progress, want)
	}
}
