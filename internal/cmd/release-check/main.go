// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command release-check tries a release before there is a tag for it. It runs from the project's
// root, with the command that runs goreleaser as its arguments:
//
//	go run ./internal/cmd/release-check goreleaser
//
// It checks .goreleaser.yml, and builds a snapshot of the last commit for this machine from two
// checkouts that differ in place, times and modes. Both must give the same files, and these must
// be what a registry and a user expect. Then a real CLI installs the provider from a filesystem
// mirror and applies README's first configuration. Whatever is wrong is printed, and the exit
// status is 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const (
	providerName = "terraform-provider-openai"
	mockName     = "openai-mock"
	// The configuration of a snapshot, in each checkout.
	snapshotConfig = "snapshot.yml"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release-check:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, goreleaser []string) (err error) {
	if len(goreleaser) == 0 {
		return errors.New("the command that runs goreleaser is missing")
	}
	changes, err := exec.CommandContext(ctx, "git", "status", "--short").Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(changes) > 0 {
		fmt.Printf("not part of the last commit, and not checked:\n%s", changes)
	}
	dir, err := os.MkdirTemp("", "release-check-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	first, err := snapshot(ctx, filepath.Join(dir, "first"), goreleaser, nil)
	if err != nil {
		return err
	}
	second, err := snapshot(ctx, filepath.Join(dir, "elsewhere", "second"), goreleaser, disguise)
	if err != nil {
		return err
	}
	if err := errors.Join(first.same(second), first.complete()); err != nil {
		return err
	}
	fmt.Println("the same archives twice:", strings.Join(first.names(), ", "))
	cli, err := terraformcli.Find(ctx, ".tools", os.Stderr)
	if err != nil {
		return err
	}
	return first.install(ctx, filepath.Join(dir, "project"), cli)
}

// command runs a program in a folder, and shows what it prints.
func command(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	terraformcli.Interruptible(cmd)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// snapshot checks out the last commit into dir, edits the checkout, and releases it without
// publishing.
func snapshot(ctx context.Context, dir string, goreleaser []string, edit func(dir string) error) (release, error) {
	if err := command(ctx, ".", "git", "clone", "--quiet", ".", dir); err != nil {
		return release{}, err
	}
	if err := configure(dir); err != nil {
		return release{}, err
	}
	if edit != nil {
		if err := edit(dir); err != nil {
			return release{}, err
		}
	}
	if err := command(ctx, dir, append(goreleaser, "check")...); err != nil {
		return release{}, err
	}
	err := command(ctx, dir, append(goreleaser, "release", "--snapshot", "--clean", "--skip=sign", "--config="+snapshotConfig)...)
	if err != nil {
		return release{}, err
	}
	return open(filepath.Join(dir, "dist"))
}

// configure writes the configuration of a snapshot, which has this machine as its only target and
// a version that README's configuration accepts.
func configure(dir string) error {
	content, err := os.ReadFile(filepath.Join(dir, ".goreleaser.yml"))
	if err != nil {
		return err
	}
	var config struct {
		Builds []map[string]any
		Rest   map[string]any `yaml:",inline"`
	}
	if err := yaml.Unmarshal(content, &config); err != nil {
		return err
	}
	for _, build := range config.Builds {
		build["goos"], build["goarch"] = []string{runtime.GOOS}, []string{runtime.GOARCH}
		delete(build, "ignore")
	}
	config.Rest["snapshot"] = map[string]string{"version_template": "{{ incminor .Version }}"}
	content, err = yaml.Marshal(config)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, snapshotConfig), content, 0o600)
}

// disguise gives the documents of a checkout other times and modes.
func disguise(dir string) error {
	for _, name := range documents() {
		path := filepath.Join(dir, name)
		when := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		if err := errors.Join(os.Chmod(path, 0o600), os.Chtimes(path, when, when)); err != nil {
			return err
		}
	}
	return nil
}

// documents are in each archive, beside the program.
func documents() []string { return []string{"CHANGELOG.md", "LICENSE", "README.md"} }
