// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/cli"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// providerBinary is the provider's file name in a folder of dev_overrides.
const providerBinary = "terraform-provider-openai"

// cliConfig makes a CLI use the provider in a folder.
const cliConfig = `provider_installation {
  dev_overrides {
    "registry.terraform.io/upload-backed/openai" = %q
  }
  direct {}
}
`

// configuration uploads the files of a project. %s is another attribute.
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
  %s
}
`

// build builds the provider from the module's root, as a release does, and finds
// a CLI.
func (l *lab) build(ctx context.Context) (dir, found string, err error) {
	found, err = cli.Find(ctx, ".tools")
	if err != nil {
		return "", "", err
	}
	dir = filepath.Join(l.dir, "provider")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", filepath.Join(dir, providerBinary), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", "", fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	return dir, found, nil
}

// project is a folder with a configuration and the CLI to work on it.
type project struct {
	lab    *lab
	dir    string
	cli    string
	binary string
	env    []string
}

// project makes a project that uploads the files at paths, each with another
// attribute if extra isn't empty, to the service at url.
func (l *lab) project(ctx context.Context, url, extra string, paths ...string) (*project, error) {
	provider, found, err := l.provider(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(l.dir, "project-")
	if err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "cli.tfrc")
	quoted := make([]string, len(paths))
	for i, path := range paths {
		quoted[i] = fmt.Sprintf("%q", path)
	}
	for path, content := range map[string]string{
		filepath.Join(dir, "main.tf"):           fmt.Sprintf(configuration, extra),
		filepath.Join(dir, "bench.auto.tfvars"): "paths = [" + strings.Join(quoted, ", ") + "]\n",
		config:                                  fmt.Sprintf(cliConfig, filepath.ToSlash(provider)),
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "TF_") || strings.HasPrefix(v, "OPENAI_")
	})
	return &project{lab: l, dir: dir, cli: found, binary: filepath.Join(provider, providerBinary), env: append(env,
		"OPENAI_BASE_URL="+url,
		"OPENAI_API_KEY="+benchKey,
		"TF_CLI_CONFIG_FILE="+config,
		"TF_IN_AUTOMATION=1",
		"CHECKPOINT_DISABLE=1",
	)}, nil
}

// run runs the CLI to its end.
func (p *project) run(ctx context.Context, what string, args ...string) (usage, error) {
	took, err := p.lab.run(ctx, p.dir, p.env, p.cli, append(args, "-no-color")...)
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

// startMock starts the strict mock, which keeps no content, in this process.
func startMock(ctx context.Context) (*openaitest.Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mock := openaitest.New(openaitest.Options{APIKey: benchKey, Discard: true})
	go func() { _ = mock.Serve(listener) }() // Until it is closed.
	for mock.URL() == "" {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return mock, nil
}
