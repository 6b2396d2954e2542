// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package terraformcli

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
)

// program writes an executable file called name into dir and returns its path.
func program(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700) //nolint:gosec // G306: it has to be executable.
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// archive returns a ZIP file with a program called terraform.
func archive(t *testing.T) []byte {
	t.Helper()
	var buffer bytes.Buffer
	writer := zip.NewWriter(&buffer)
	file, err := writer.Create("terraform")
	if err == nil {
		_, err = file.Write([]byte("#!/bin/sh\n"))
	}
	if err == nil {
		err = writer.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// releaseSite serves an index with two releases and their archives, and
// reports the path of each request to seen.
func releaseSite(t *testing.T, seen func(path string)) *releases.LatestVersion {
	t.Helper()
	content := archive(t)
	versions := map[string]any{}
	for _, version := range []string{"1.9.0", "1.10.0", "1.11.0-beta1"} {
		filename := "terraform_" + version + ".zip"
		versions[version] = map[string]any{
			"name": "terraform", "version": version,
			"builds": []map[string]any{{
				"name": "terraform", "version": version, "os": runtime.GOOS, "arch": runtime.GOARCH,
				"filename": filename,
				"url":      "https://releases.example.com/terraform/" + version + "/" + filename,
			}},
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen(r.URL.Path)
		if strings.HasSuffix(r.URL.Path, ".zip") {
			w.Header().Set("Content-Type", "application/zip")
			_, _ = w.Write(content)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"name": "terraform", "versions": versions})
	}))
	t.Cleanup(server.Close)
	return &releases.LatestVersion{
		Product:    product.Terraform,
		ApiBaseURL: server.URL,
		// The real signature can't be made here.
		SkipChecksumVerification: true,
	}
}

// unreachable is a release whose site refuses everything.
func unreachable(t *testing.T) *releases.LatestVersion {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return &releases.LatestVersion{Product: product.Terraform, ApiBaseURL: server.URL}
}

func TestFindOrder(t *testing.T) {
	onPath, installDir, elsewhere := t.TempDir(), t.TempDir(), t.TempDir()
	t.Setenv("PATH", onPath)
	t.Setenv(EnvPath, "")
	// From the last choice to the first: each one beats those before it.
	steps := []struct {
		name string
		make func() string
	}{
		{"installed earlier", func() string { return program(t, installDir, "terraform") }},
		{"tofu on PATH", func() string { return program(t, onPath, "tofu") }},
		{"terraform on PATH", func() string { return program(t, onPath, "terraform") }},
		{"named in the environment", func() string {
			path := program(t, elsewhere, "tofu-1.10")
			t.Setenv(EnvPath, path)
			return path
		}},
	}
	for _, step := range steps {
		want := step.make()
		got, err := find(t.Context(), installDir, t.Output(), unreachable(t))
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", step.name, got, want)
		}
	}
}

func TestFindIgnoresWhatCannotBeRun(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	t.Setenv(EnvPath, "")
	err := os.WriteFile(filepath.Join(dir, "terraform"), nil, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	want := program(t, dir, "tofu")
	got, err := find(t.Context(), t.TempDir(), t.Output(), unreachable(t))
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFindRelativeInstallDir(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv(EnvPath, "")
	t.Chdir(t.TempDir())
	err := os.Mkdir("tools", 0o700)
	if err != nil {
		t.Fatal(err)
	}
	program(t, "tools", "terraform")
	got, err := find(t.Context(), "tools", t.Output(), unreachable(t))
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(got) {
		t.Errorf("got %s, want an absolute path", got)
	}
}

func TestFindEnvironmentNamesNothing(t *testing.T) {
	dir := t.TempDir()
	program(t, dir, "terraform")
	t.Setenv("PATH", dir)
	missing := filepath.Join(dir, "missing")
	t.Setenv(EnvPath, missing)
	_, err := find(t.Context(), t.TempDir(), t.Output(), unreachable(t))
	if err == nil {
		t.Fatal("a program that was asked for and isn't there was replaced by another")
	}
	for _, part := range []string{EnvPath, missing} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
}

func TestFindInstallsNewestOnce(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv(EnvPath, "")
	var requests []string
	release := releaseSite(t, func(path string) { requests = append(requests, path) })
	installDir := filepath.Join(t.TempDir(), "new", "folder")
	var progress strings.Builder
	for range 2 {
		got, err := find(t.Context(), installDir, &progress, release)
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(installDir, "terraform"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	info, err := os.Stat(filepath.Join(installDir, "terraform"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode()&0o100 == 0 {
		t.Errorf("mode %v is not executable", info.Mode())
	}
	want := []string{"/terraform/index.json", "/terraform/1.10.0/terraform_1.10.0.zip"}
	if !slices.Equal(requests, want) {
		t.Errorf("requests %q, want %q", requests, want)
	}
	if got, want := progress.String(), "installing Terraform into "+installDir+"…\n"; got != want {
		t.Errorf("progress %q, want %q", got, want)
	}
}

// TestFindNothing fails at once, with one line that says why and what to do.
func TestFindNothing(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv(EnvPath, "")
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	closed := httptest.NewServer(nil)
	closed.Close()
	for _, tt := range []struct {
		name, site, cause string
	}{
		{"refuses", unreachable(t).ApiBaseURL, "404"},
		{"isn't there", closed.URL, "connection refused"},
		{"is silent", "http://" + silent.Addr().String(), "timeout awaiting response headers"},
		{"is silent before TLS", "https://" + silent.Addr().String(), "TLS handshake timeout"},
	} {
		installDir, started := t.TempDir(), time.Now()
		_, err := find(t.Context(), installDir, t.Output(), &releases.LatestVersion{
			Product: product.Terraform, ApiBaseURL: tt.site, HTTPClient: siteClient(100 * time.Millisecond),
		})
		if !errors.Is(err, ErrNotFound) {
			t.Fatalf("%s: got %v, want ErrNotFound", tt.name, err)
		}
		for _, part := range []string{installDir, EnvPath, tt.cause} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not name %s", tt.name, err, part)
			}
		}
		if took := time.Since(started); took > reachTimeout || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q after %s", tt.name, err, took)
		}
	}
}

func TestEnviron(t *testing.T) {
	t.Parallel()
	terraform := Environ("/opt/tofu/terraform")
	if want := []string{"TF_ACC=1", EnvPath + "=/opt/tofu/terraform"}; !slices.Equal(terraform, want) {
		t.Errorf("got %q, want %q", terraform, want)
	}
	tofu := Environ("/opt/terraform/tofu")
	for _, want := range []string{EnvPath + "=/opt/terraform/tofu", "TF_ACC_PROVIDER_HOST=registry.opentofu.org"} {
		if !slices.Contains(tofu, want) {
			t.Errorf("%q lacks %s", tofu, want)
		}
	}
}
