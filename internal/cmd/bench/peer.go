// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// What is planned for comparison: %d is how many, %s the folder with the files.
const (
	localFiles = `resource "local_file" "bench" {
  count    = %d
  filename = "${path.module}/files/${count.index}"
  source   = "${%s}/${count.index}"
}
`
	nothing = `resource "terraform_data" "bench" {
  count = %d
  input = "${%s}/${count.index}"
}
`
)

// measurePeer compares a quiet plan of many small files with one of as many of hashicorp/local's, each
// less what the CLI takes for as many resources without a provider.
func measurePeer(ctx context.Context, l *lab) ([]row, error) {
	many := int(l.full(1000, 100))
	compared := row{
		figure: "quiet plan of 1,000 files / hashicorp/local's, each less terraform_data's", unit: "×", relation: atMost, bound: peerBound,
	}
	dir, err := l.small(many)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	local, err := l.local(ctx, fmt.Sprintf(localFiles, many, terraformcli.Quote(dir)))
	if err != nil {
		compared.why = "hashicorp/local can't be had; -local names a folder that it was built into: " + err.Error()
		return []row{compared}, nil
	}
	mock, err := openaitest.Listen(ctx, "127.0.0.1:0", openaitest.Options{APIKey: benchKey, Discard: true})
	if err != nil {
		return nil, err
	}
	defer mock.Close()
	ours, err := l.folder(ctx, map[string]string{"main.tf": fmt.Sprintf(counted, many, terraformcli.Quote(dir))},
		"OPENAI_BASE_URL="+mock.URL(), "OPENAI_API_KEY="+benchKey)
	if err != nil {
		return nil, err
	}
	none, err := l.folder(ctx, map[string]string{"main.tf": fmt.Sprintf(nothing, many, terraformcli.Quote(dir))})
	if err != nil {
		return nil, err
	}
	var plans []func() (float64, error)
	for _, of := range []struct {
		what string
		in   *project
	}{{"openai_upload", ours}, {"local_file", local}, {"terraform_data", none}} {
		if err := of.in.apply(ctx, fmt.Sprintf("apply, %d %s", many, of.what)); err != nil {
			return nil, err
		}
		plans = append(plans, func() (float64, error) {
			took, err := of.in.run(ctx, fmt.Sprintf("plan, %d %s", many, of.what), "plan", "-detailed-exitcode", "-input=false")
			return took.wall, err
		})
	}
	medians, err := alternate(l.n, plans...)
	if err != nil {
		return nil, err
	}
	return []row{compared.in(" s", medians[0]-medians[2], medians[1]-medians[2])}, nil
}

// local makes a project with the provider hashicorp/local: from the folder that the flag names, else
// from the registry.
func (l *lab) local(ctx context.Context, configuration string) (*project, error) {
	if l.peer == "" {
		p, err := l.folder(ctx, map[string]string{"main.tf": configuration})
		if err != nil {
			return nil, err
		}
		_, err = p.run(ctx, "init", "init", "-input=false")
		return p, err
	}
	peer, err := filepath.Abs(l.peer)
	if err != nil {
		return nil, err
	}
	config := filepath.Join(l.dir, "local.tfrc")
	content := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"hashicorp/local\" = %s\n  }\n}\n", terraformcli.Quote(peer))
	if err := os.WriteFile(config, []byte(content), 0o600); err != nil {
		return nil, err
	}
	return l.folder(ctx, map[string]string{"main.tf": configuration}, "TF_CLI_CONFIG_FILE="+config)
}
