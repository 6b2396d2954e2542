// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// configuration uploads the files of a project.
const configuration = `terraform {
  required_providers {
    openai = {
      source = "registry.terraform.io/upload-backed/openai"
    }
  }
}

provider "openai" {}

variable "paths" {
  type = set(string)
}

resource "openai_upload" "bench" {
  for_each = var.paths
  path     = each.value
  purpose  = "user_data"
}
`

// build builds the provider from the module's root, as a release does, and finds
// a CLI.
func (l *lab) build(ctx context.Context) (dir, found string, err error) {
	found, err = terraformcli.Find(ctx, ".tools", os.Stderr)
	if err != nil {
		return "", "", err
	}
	dir = filepath.Join(l.dir, "provider")
	_, err = terraformcli.Build(ctx, dir, terraformcli.ProviderBinary, ".", "-trimpath", "-ldflags", "-s -w")
	return dir, found, err
}

// project is a folder with a configuration and the CLI to work on it.
type project struct {
	*terraformcli.Project

	lab    *lab
	binary string
}

// project makes a project that uploads the files at paths to the service at url.
func (l *lab) project(ctx context.Context, url string, paths ...string) (*project, error) {
	quoted := make([]string, len(paths))
	for i, path := range paths {
		quoted[i] = terraformcli.Quote(path)
	}
	return l.folder(ctx, map[string]string{
		"main.tf":           configuration,
		"bench.auto.tfvars": "paths = [" + strings.Join(quoted, ", ") + "]\n",
	}, "OPENAI_BASE_URL="+url, "OPENAI_API_KEY="+benchKey)
}

// folder makes a project with the given files and environment.
func (l *lab) folder(ctx context.Context, files map[string]string, env ...string) (*project, error) {
	provider, found, err := l.provider(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(l.dir, "project-")
	if err != nil {
		return nil, err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	p, err := terraformcli.NewProject(dir, found, provider, env...)
	return &project{Project: p, lab: l, binary: filepath.Join(provider, terraformcli.ProviderBinary)}, err
}

// run runs the CLI to its end.
func (p *project) run(ctx context.Context, what string, args ...string) (usage, error) {
	took, err := p.lab.run(ctx, p.Dir, p.Env, p.CLI, append(args, "-no-color")...)
	if err == nil {
		p.lab.say(what, took)
	}
	return took, err
}

// apply makes what the configuration says.
func (p *project) apply(ctx context.Context, what string) error {
	_, err := p.run(ctx, what, "apply", "-auto-approve", "-input=false")
	return err
}
