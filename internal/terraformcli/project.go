// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package terraformcli

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ProviderBinary is the provider's file name in a folder of dev_overrides.
const ProviderBinary = "terraform-provider-openai" + ExeSuffix

// Project is a folder with a configuration to run the CLI in.
type Project struct {
	Dir string   // The working directory.
	CLI string   // The program, see [Find].
	Env []string // The processes' whole environment.
}

// NewProject makes a project of the folder dir, whose CLI takes the provider from
// the folder providerDir without a registry; see [NewProjectWithConfig].
func NewProject(dir, cli, providerDir string, env ...string) (*Project, error) {
	source := Quote(filepath.ToSlash(providerDir))
	return NewProjectWithConfig(dir, cli, fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/upload-backed/openai" = %s
    "registry.opentofu.org/upload-backed/openai" = %s
  }
  direct {}
}
`, source, source), env...)
}

// NewProjectWithConfig makes a project of the folder dir, whose CLI has config as its
// configuration file. Its environment is this process's, without variables that
// configure the CLI or the provider, plus env.
func NewProjectWithConfig(dir, cli, config string, env ...string) (*Project, error) {
	path := filepath.Join(dir, "cli.tfrc")
	inherited := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "TF_") || strings.HasPrefix(v, "OPENAI_")
	})
	env = append([]string{"TF_CLI_CONFIG_FILE=" + path, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1"}, env...)
	return &Project{Dir: dir, CLI: cli, Env: append(inherited, env...)}, os.WriteFile(path, []byte(config), 0o600)
}

// Build builds the provider of the package pkg into dir, as a release does, with
// flags of the Go compiler, and returns the binary's path. When ctx ends, the compiler
// is killed with all that it started; what that leaves behind is in dir.
func Build(ctx context.Context, dir, name, pkg string, flags ...string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	binary := filepath.Join(dir, name)
	args := append([]string{"build", "-o", binary}, flags...)
	build := exec.CommandContext(ctx, "go", append(args, pkg)...) //nolint:gosec // What the callers build is their own.
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOTMPDIR="+dir)
	OwnGroup(build)
	build.Cancel = func() error {
		KillGroup(build)
		return build.Process.Kill()
	}
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", name, err, out)
	}
	return binary, nil
}

// patience is how long a process may take to end after it was interrupted.
const patience = 15 * time.Second

// Command returns the CLI with args, see [Interruptible].
func (p *Project) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.CLI, args...) //nolint:gosec // The CLI that was found.
	cmd.Dir, cmd.Env = p.Dir, p.Env
	Interruptible(cmd)
	return cmd
}

// Interruptible makes cmd start in a process group of its own, which is interrupted
// when cmd's context ends, and has time to end.
func Interruptible(cmd *exec.Cmd) {
	OwnGroup(cmd)
	cmd.Cancel = func() error { return SignalGroup(cmd, os.Interrupt) }
	cmd.WaitDelay = patience
}

// ReadPlan returns the content of all files in a saved plan, which is an archive.
func ReadPlan(path string) (content string, err error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	var all strings.Builder
	for _, entry := range archive.File {
		file, err := entry.Open()
		if err != nil {
			return "", err
		}
		_, err = io.Copy(&all, file) //nolint:gosec // G110: a plan of our own.
		if err := errors.Join(err, file.Close()); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

// Quote makes an HCL string of text.
func Quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, `${`, `$${`, `%{`, `%%{`).Replace(text) + `"`
}
