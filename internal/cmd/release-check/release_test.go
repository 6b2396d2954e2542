// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const (
	providerBill = `{"bomFormat":"CycloneDX","metadata":{"component":{"name":"github.com/upload-backed/terraform-provider-openai","version":"v0.1.0"}},
		"components":[{"name":"std","version":"go1.26.3"},{"name":"github.com/hashicorp/terraform-plugin-framework","version":"v1.19.0"}]}`
	anyMode = fs.FileMode(0o644)
)

// dist writes what goreleaser would, after an edit of the files' contents.
func dist(t *testing.T, edit func(files map[string][]byte)) release {
	t.Helper()
	r := release{dir: t.TempDir(), version: "0.1.0"}
	files := map[string][]byte{r.file(providerName) + "_manifest.json": []byte("{}")}
	for name, program := range map[string]string{providerName: providerName + "_v0.1.0", mockName: mockName} {
		files[r.target(name)+".zip"] = archive(t, program+terraformcli.ExeSuffix, anyMode)
		files[r.target(name)+".cdx.json"] = []byte(providerBill)
	}
	if edit != nil {
		edit(files)
	}
	var sums strings.Builder
	for name, content := range files {
		sum := sha256.Sum256(content)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), name)
	}
	files[r.file(providerName)+"_SHA256SUMS"] = []byte(sums.String())
	files["metadata.json"] = []byte(`{"version":"0.1.0"}`)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(r.dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := open(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// archive makes an archive with a program, and documents of a mode.
func archive(t *testing.T, program string, mode fs.FileMode) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	add := func(name string, mode fs.FileMode) {
		header := &zip.FileHeader{Name: name}
		header.SetMode(mode)
		if _, err := w.CreateHeader(header); err != nil {
			t.Fatal(err)
		}
	}
	add(program, 0o755)
	for _, name := range documents() {
		add(name, mode)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestComplete(t *testing.T) {
	t.Parallel()
	zipName := release{version: "0.1.0"}.target(providerName) + ".zip"
	billName := release{version: "0.1.0"}.target(providerName) + ".cdx.json"
	replaced := func(old, replacement string) func(map[string][]byte) {
		return func(files map[string][]byte) {
			files[billName] = []byte(strings.Replace(providerBill, old, replacement, 1))
		}
	}
	for _, tt := range []struct {
		name string
		edit func(files map[string][]byte)
		want string
	}{
		{"all is there", nil, ""},
		{"no bill", func(files map[string][]byte) { delete(files, billName) }, "the checksums are of"},
		{"a file too many", func(files map[string][]byte) { files["x.zip"] = nil }, "the checksums are of"},
		{"no archive", func(files map[string][]byte) { files[zipName] = []byte("x") }, "not a valid zip file"},
		{"another program", func(files map[string][]byte) { files[zipName] = archive(t, "openai", anyMode) }, "contains"},
		{"another mode", func(files map[string][]byte) {
			files[zipName] = archive(t, providerName+"_v0.1.0"+terraformcli.ExeSuffix, 0o600)
		}, "contains"},
		{"no JSON", func(files map[string][]byte) { files[billName] = []byte("x") }, "invalid character"},
		{"another format", replaced("CycloneDX", "SPDX"), "want a CycloneDX"},
		{"another version", replaced("v0.1.0", "v9"), "want a CycloneDX"},
		{"without a module", replaced("terraform-plugin-framework", "other"), "doesn't name github.com/hashicorp/terraform-plugin-framework"},
		{"without Go", replaced(`"std"`, `"other"`), "doesn't name std"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := dist(t, tt.edit).complete()
			if got := fmt.Sprint(err); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(got, tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	one := dist(t, nil)
	for _, tt := range []struct {
		name string
		edit func(files map[string][]byte)
		want string
	}{
		{"the same", nil, ""},
		{"another content", func(files map[string][]byte) { files[one.file(providerName)+"_manifest.json"] = nil }, "isn't the same"},
		{"another file", func(files map[string][]byte) { files["x.zip"] = nil }, "one checkout gave"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := one.same(dist(t, tt.edit))
			if got := fmt.Sprint(err); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(got, tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestArchive_checksum has an archive that isn't the one that was published.
func TestArchive_checksum(t *testing.T) {
	t.Parallel()
	r := dist(t, nil)
	r.sums[r.target(providerName)+".zip"] = "0"
	if err := r.complete(); err == nil || !strings.Contains(err.Error(), "doesn't match its checksum") {
		t.Errorf("got %v", err)
	}
}
