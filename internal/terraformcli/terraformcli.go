// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package terraformcli finds the command-line program that drives the provider in the
// demo and in the acceptance tests: Terraform or OpenTofu.
//
// It uses what the machine has, and downloads only if there is nothing. It
// never changes a program that is already there, and what it downloads stays
// inside the folder that it was given.
package terraformcli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// EnvPath names the environment variable that picks the program, in place of
// any search. It is the one that terraform-plugin-testing reads too.
const EnvPath = "TF_ACC_TERRAFORM_PATH"

// ErrNotFound is wrapped by the error of [Find] when no program was found and
// none could be installed.
var ErrNotFound = errors.New("neither terraform nor tofu was found")

const (
	// installTimeout allows for a slow line: hc-install's own default is 30 s.
	installTimeout = 5 * time.Minute

	// reachTimeout limits each step to the release site's answer, so that a machine
	// without a network is told what to do within seconds.
	reachTimeout = 5 * time.Second
)

// Find returns the absolute path of the program to run. The first of these
// that exists wins: what [EnvPath] names, terraform on PATH, tofu on PATH,
// a Terraform installed into installDir by an earlier call. When none exists,
// the newest release of Terraform is downloaded into installDir, which is made
// if need be; its checksum and signature are verified. That takes a while, so a
// line on progress says so first.
func Find(ctx context.Context, installDir string, progress io.Writer) (string, error) {
	return find(ctx, installDir, progress, &releases.LatestVersion{
		Product:    product.Terraform,
		Timeout:    installTimeout,
		HTTPClient: siteClient(reachTimeout),
	})
}

// siteClient gives up after limit where a site can't be reached or doesn't answer.
// The client of hc-install tries again for 15 s.
func siteClient(limit time.Duration) *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: limit}).DialContext,
		TLSHandshakeTimeout:   limit,
		ResponseHeaderTimeout: limit,
		ForceAttemptHTTP2:     true,
	}}
}

// IsOpenTofu reports whether the program at path is OpenTofu, judging by its
// file name.
func IsOpenTofu(path string) bool {
	return strings.HasPrefix(filepath.Base(path), "tofu")
}

// Version returns the version of the program at path, such as "1.11.4".
func Version(ctx context.Context, path string) (string, error) {
	cmd := exec.CommandContext(ctx, path, "version", "-json")
	// The folder of the program has no configuration that could need a provider.
	cmd.Dir = filepath.Dir(path)
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE=", "CHECKPOINT_DISABLE=1")
	Interruptible(cmd)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", path, err)
	}
	var version struct {
		Text string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &version); err != nil {
		return "", fmt.Errorf("%s version: %w", path, err)
	}
	return version.Text, nil
}

// Name returns what the program at path is called, "Terraform" or "OpenTofu".
func Name(path string) string {
	if IsOpenTofu(path) {
		return "OpenTofu"
	}
	return "Terraform"
}

// Environ returns the variables, as "NAME=value", that make
// terraform-plugin-testing run its tests with the program at path.
func Environ(path string) []string {
	env := []string{"TF_ACC=1", EnvPath + "=" + path}
	if IsOpenTofu(path) {
		// A provider without a source belongs to another registry there.
		env = append(env,
			"TF_ACC_PROVIDER_HOST=registry.opentofu.org",
			"TF_ACC_PROVIDER_NAMESPACE=hashicorp",
		)
	}
	return env
}

// find is Find with the release to install given.
func find(ctx context.Context, installDir string, progress io.Writer, release *releases.LatestVersion) (string, error) {
	if path := os.Getenv(EnvPath); path != "" {
		found, err := lookPath(path)
		if err != nil {
			return "", fmt.Errorf("%s is set to %q, which can't be run: %w", EnvPath, path, err)
		}
		return found, nil
	}
	installed := filepath.Join(installDir, release.Product.BinaryName())
	for _, candidate := range []string{"terraform", "tofu", installed} {
		found, err := lookPath(candidate)
		if err == nil {
			return found, nil
		}
	}
	fmt.Fprintf(progress, "installing Terraform into %s…\n", installDir)
	found, err := install(ctx, installDir, release)
	if err != nil {
		return "", fmt.Errorf("%w on PATH, and Terraform could not be installed into %s: %w; "+
			"install Terraform or OpenTofu, or set %s to the path of one", ErrNotFound, installDir, err, EnvPath)
	}
	return found, nil
}

// lookPath is [exec.LookPath] with an absolute answer.
func lookPath(file string) (string, error) {
	found, err := exec.LookPath(file)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", err
	}
	return filepath.Abs(found)
}

// install downloads release into dir.
func install(ctx context.Context, dir string, release *releases.LatestVersion) (string, error) {
	err := os.MkdirAll(dir, 0o750)
	if err != nil {
		return "", err
	}
	release.InstallDir = dir
	err = release.Validate()
	if err != nil {
		return "", err
	}
	found, err := release.Install(ctx)
	if err != nil {
		return "", err
	}
	return filepath.Abs(found)
}
