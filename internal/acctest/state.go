// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// RequiredProviders is what a configuration for CLI processes has to begin with.
const RequiredProviders = `terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}
`

// Instance is a resource instance in the state.
type Instance struct {
	// Type and Name are those of its block.
	Type, Name string

	// Tainted says that the next apply replaces it.
	Tainted bool

	// Attributes have the types of encoding/json.
	Attributes map[string]any
}

// State returns the instances in the project's state file, in its order; none
// if there is no state yet.
func (p *Project) State(tb testing.TB) []Instance {
	tb.Helper()
	text := p.ReadFile(tb, "terraform.tfstate")
	// The CLI makes the file, to lock it, before it has anything to write.
	if len(text) == 0 {
		return nil
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Status     string
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal(text, &state); err != nil {
		tb.Fatal(err)
	}
	var all []Instance
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			all = append(all, Instance{Type: r.Type, Name: r.Name, Tainted: i.Status == "tainted", Attributes: i.Attributes})
		}
	}
	return all
}

// Setenv sets variables, as "NAME=value", of the processes that start from now on.
func (p *Project) Setenv(variables ...string) {
	// Of two with the same name the last one counts.
	p.Env = append(p.Env, variables...)
}

// WriteFile makes a file in the project's directory and returns its path.
func (p *Project) WriteFile(tb testing.TB, name string, content []byte) string {
	tb.Helper()
	path := filepath.Join(p.Dir, name)
	Rewrite(tb, path, content)
	return path
}

// ReadFile returns the content of a file in the project's directory, nothing
// if there is no such file.
func (p *Project) ReadFile(tb testing.TB, name string) []byte {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join(p.Dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		tb.Fatal(err)
	}
	return content
}

// Apply applies without asking.
func (p *Project) Apply(tb testing.TB, args ...string) Outcome {
	tb.Helper()
	return p.StartApply(tb, args...).Wait(tb)
}

// StartApply is Apply without waiting for its end.
func (p *Project) StartApply(tb testing.TB, args ...string) *Process {
	tb.Helper()
	return p.Start(tb, append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, args...)...)
}

// Flat is what was printed as one line, without the CLI's boxes and line breaks.
func (o Outcome) Flat() string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(o.Output)), " ")
}
