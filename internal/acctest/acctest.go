// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package acctest is what the acceptance tests share: the provider in the
// test's own process, the mock server, local files, checks, and real CLI
// processes for what has to be interrupted or killed.
package acctest

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/config"

	"github.com/upload-backed/terraform-provider-openai/internal/contract"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/provider"
)

// Factories serves the provider from the test's own process.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"openai": func() (tfprotov6.ProviderServer, error) { return provider.New("test")(), nil },
	}
}

// Variables are the values of a test configuration's variables.
type Variables = config.Variables

// Mock is openaitest.Start, with requests and answers validated against the OpenAPI document.
// At most one Options is taken.
func Mock(tb testing.TB, opts ...openaitest.Options) *openaitest.Server {
	tb.Helper()
	o := openaitest.Options{}
	if len(opts) > 0 {
		o = opts[0]
	}
	o.Wrap = contract.Check(tb, newer("request"), newer("response"))
	return openaitest.Start(tb, o)
}

// newer has the values that tests take for a service newer than the document.
func newer(in string) contract.Exception {
	return contract.Exception{
		In: in, Pointers: []string{"/purpose", "/status", "/file/purpose", "/data/*/purpose", "/data/*/status"},
		Values: []any{"something-new", "somethingNew", "pondering"}, Source: "the tests",
	}
}

// Vars returns the variables that point a configuration at mock, and more.
func Vars(mock *openaitest.Server, more ...Variables) Variables {
	return Join(append([]Variables{{"base_url": String(mock.URL()), "api_key": String(mock.APIKey())}}, more...)...)
}

// Join returns all of the variables; of two with the same name the last one counts.
func Join(all ...Variables) Variables {
	vars := Variables{}
	for _, v := range all {
		maps.Copy(vars, v)
	}
	return vars
}

// String is a variable's value.
func String(s string) config.Variable { return config.StringVariable(s) }

// Int is a variable's value.
func Int(i int) config.Variable { return config.IntegerVariable(i) }

// Bool is a variable's value.
func Bool(b bool) config.Variable { return config.BoolVariable(b) }

// WriteFile makes a file of the given name in a new directory and returns its path.
func WriteFile(tb testing.TB, name, content string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	Rewrite(tb, path, content)
	return path
}

// Rewrite replaces the content of the file at path.
func Rewrite(tb testing.TB, path, content string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil { //nolint:gosec // G703: the tests choose the path.
		tb.Fatal(err)
	}
}

// Remove removes the file at path.
func Remove(tb testing.TB, path string) {
	tb.Helper()
	if err := os.Remove(path); err != nil {
		tb.Fatal(err)
	}
}

// WantRequests checks how many requests of each operation mock received since its
// journal was reset; operations that aren't named must not occur.
func WantRequests(tb testing.TB, mock *openaitest.Server, want map[openaitest.Op]int) {
	tb.Helper()
	got := map[openaitest.Op]int{}
	for _, r := range mock.Journal() {
		got[r.Op]++
	}
	if !maps.Equal(got, want) {
		tb.Errorf("requests: got %v, want %v", got, want)
	}
}

// Pattern returns n bytes that differ from part to part and from seed to seed.
func Pattern(n int, seed byte) string {
	b := make([]byte, n)
	x := uint32(seed) + 1
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return string(b)
}
