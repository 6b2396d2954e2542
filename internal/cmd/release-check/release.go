// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// release is what goreleaser made.
type release struct {
	dir     string
	version string
	sums    map[string]string // SHA-256 by file name, as they would be published.
}

// open reads the checksums of a release.
func open(dir string) (release, error) {
	r := release{dir: dir, sums: map[string]string{}}
	raw, err := os.ReadFile(filepath.Join(dir, "metadata.json"))
	if err != nil {
		return r, err
	}
	var metadata struct{ Version string }
	if err := json.Unmarshal(raw, &metadata); err != nil {
		return r, err
	}
	r.version = metadata.Version
	raw, err = os.ReadFile(filepath.Join(dir, r.file(providerName)+"_SHA256SUMS"))
	if err != nil {
		return r, err
	}
	for line := range strings.Lines(string(raw)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		r.sums[name] = sum
	}
	return r, nil
}

// file is how the names of a program's files begin.
func (r release) file(program string) string { return program + "_" + r.version }

// target is how the names of a program's files for this machine begin.
func (r release) target(program string) string {
	return r.file(program) + "_" + runtime.GOOS + "_" + runtime.GOARCH
}

// names lists the files.
func (r release) names() []string { return slices.Sorted(maps.Keys(r.sums)) }

// same compares two releases of the same commit.
func (r release) same(other release) error {
	var differences []error
	if !slices.Equal(r.names(), other.names()) {
		differences = append(differences, fmt.Errorf("one checkout gave %q, the other %q", r.names(), other.names()))
	}
	for _, name := range r.names() {
		if r.sums[name] != other.sums[name] {
			differences = append(differences, fmt.Errorf("%s isn't the same from another checkout", name))
		}
	}
	return errors.Join(differences...)
}

// complete checks that everything is there, and is what it should be.
func (r release) complete() error {
	want := []string{r.file(providerName) + "_manifest.json"}
	for _, program := range []string{providerName, mockName} {
		want = append(want, r.target(program)+".zip", r.target(program)+".cdx.json")
	}
	slices.Sort(want)
	if !slices.Equal(r.names(), want) {
		return fmt.Errorf("the checksums are of %q, want %q", r.names(), want)
	}
	return errors.Join(
		r.archive(providerName, "terraform-provider-openai_v"+r.version+terraformcli.ExeSuffix),
		r.archive(mockName, mockName+terraformcli.ExeSuffix),
		r.modules(providerName, "std", "github.com/hashicorp/terraform-plugin-framework"),
		r.modules(mockName, "std"),
	)
}

// archive checks the archive of a program.
func (r release) archive(name, program string) error {
	name = r.target(name) + ".zip"
	path := filepath.Join(r.dir, name)
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != r.sums[name] {
		return fmt.Errorf("%s doesn't match its checksum", name)
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	var files []string
	for _, file := range archive.File {
		files = append(files, fmt.Sprintf("%s %s", file.Mode(), file.Name))
	}
	slices.Sort(files)
	want := []string{"-rwxr-xr-x " + program}
	for _, document := range documents() {
		want = append(want, "-rw-r--r-- "+document)
	}
	slices.Sort(want)
	if !slices.Equal(files, want) {
		return fmt.Errorf("%s contains %q, want %q", name, files, want)
	}
	return nil
}

// modules checks the bill of materials of a program, which has to name some of its modules.
func (r release) modules(program string, some ...string) error {
	name := r.target(program) + ".cdx.json"
	content, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		return err
	}
	type component struct{ Name, Version string }
	var bill struct {
		BomFormat  string
		Metadata   struct{ Component component }
		Components []component
	}
	if err := json.Unmarshal(content, &bill); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	own := component{"github.com/upload-backed/terraform-provider-openai", "v" + r.version}
	if bill.BomFormat != "CycloneDX" || bill.Metadata.Component != own {
		return fmt.Errorf("%s is a %q of %v, want a CycloneDX of %v", name, bill.BomFormat, bill.Metadata.Component, own)
	}
	for _, module := range some {
		if !slices.ContainsFunc(bill.Components, func(c component) bool { return c.Name == module && c.Version != "" }) {
			return fmt.Errorf("%s doesn't name %s", name, module)
		}
	}
	return nil
}
