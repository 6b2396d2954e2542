// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const apiKey = "sk-release-check"

// firstConfiguration is the one that README begins with.
var firstConfiguration = regexp.MustCompile("(?s)```terraform\n(terraform {.*?)```")

// The CLI's configuration in the documentation, and the mirror in it.
const (
	mirrorConfig = "examples/guides/filesystem-mirror.hcl"
	mirrorFolder = "/opt/terraform/providers"
)

// install has a CLI install the provider from a mirror, and do README's first job with it.
func (r release) install(ctx context.Context, dir, cli string) error {
	config, err := os.ReadFile(mirrorConfig)
	if err != nil {
		return err
	}
	mirror, project := filepath.Join(dir, "mirror"), filepath.Join(dir, "project")
	text := strings.Replace(string(config), mirrorFolder, filepath.ToSlash(mirror), 1)
	if err := errors.Join(r.fill(mirror), readme(project)); err != nil {
		return err
	}
	mock, err := openaitest.Listen(ctx, "127.0.0.1:0", openaitest.Options{APIKey: apiKey})
	if err != nil {
		return err
	}
	defer mock.Close()
	p, err := terraformcli.NewProjectWithConfig(project, cli, text, "OPENAI_BASE_URL="+mock.URL(), "OPENAI_API_KEY="+apiKey)
	if err != nil {
		return err
	}
	if err := runAll(ctx, p, [][]string{{"init"}, {"validate"}, {"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}}); err != nil {
		return err
	}
	if n := len(mock.Files()); n != 1 {
		return fmt.Errorf("%d Files after apply, want 1", n)
	}
	if err := r.selected(ctx, p); err != nil {
		return err
	}
	if err := runAll(ctx, p, [][]string{{"destroy", "-auto-approve"}}); err != nil {
		return err
	}
	if n := len(mock.Files()); n != 0 {
		return fmt.Errorf("%d Files after destroy, want none", n)
	}
	return nil
}

// fill makes a filesystem mirror with the archive, for the hosts of both registries.
func (r release) fill(mirror string) error {
	name := r.target(providerName) + ".zip"
	content, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		return err
	}
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		dir := filepath.Join(mirror, host, "upload-backed", "openai")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// readme makes a project of README's first configuration, and of the file that it uploads.
func readme(dir string) error {
	text, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	found := firstConfiguration.FindSubmatch(text)
	if found == nil {
		return errors.New("README.md has no configuration")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "main.tf"), found[1], 0o600),
		os.WriteFile(filepath.Join(dir, "handbook.pdf"), []byte("%PDF-1.7\n"), 0o600),
	)
}

// runAll runs the CLI for each of the arguments. What fails is an error with what it printed.
func runAll(ctx context.Context, p *terraformcli.Project, all [][]string) error {
	for _, args := range all {
		out, err := p.Command(ctx, append(args, "-no-color")...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s %s: %w\n%s", filepath.Base(p.CLI), args[0], err, out)
		}
		fmt.Println(filepath.Base(p.CLI), args[0]+": ok")
	}
	return nil
}

// selected checks which version was installed, by the CLI's and by the program's own word.
func (r release) selected(ctx context.Context, p *terraformcli.Project) error {
	out, err := p.Command(ctx, "version", "-json").Output()
	if err != nil {
		return err
	}
	var version struct {
		Selections map[string]string `json:"provider_selections"`
	}
	if err := json.Unmarshal(out, &version); err != nil {
		return err
	}
	installed := slices.Collect(maps.Values(version.Selections))
	if !slices.Equal(installed, []string{r.version}) {
		return fmt.Errorf("the versions %q were installed, want %s", installed, r.version)
	}
	programs, err := filepath.Glob(filepath.Join(p.Dir, ".terraform/providers/*/upload-backed/openai", r.version, "*", providerName+"*"))
	if err != nil || len(programs) != 1 {
		return fmt.Errorf("%q was installed, want one program", programs)
	}
	out, err = exec.CommandContext(ctx, programs[0], "-version").Output()
	if err != nil {
		return fmt.Errorf("%s -version: %w", programs[0], err)
	}
	if want := fmt.Sprintln(providerName, r.version); string(out) != want {
		return fmt.Errorf("-version prints %q, want %q", out, want)
	}
	return nil
}
