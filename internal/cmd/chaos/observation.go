// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// The states of an Upload that matter here.
const (
	uploadPending   = "pending"
	uploadCompleted = "completed"
)

// observation is all that there is to see after one run of the CLI.
type observation struct {
	step

	exit    int // -1 if a signal ended it.
	output  string
	signals int
	took    time.Duration
	ending  time.Duration // After the first interrupt.
	late    bool          // It didn't end by itself.
	lingers bool          // One of its processes lives on.

	diagnostics   []diagnostic
	before, after state
	resources     []sight
	texts         []text

	filesBefore, files []openaitest.File
	uploads            []openaitest.Upload
	requests           []openaitest.Request
}

// text is where secrets might be. inline says that content in the configuration is there
// by design.
type text struct {
	where, text string
	inline      bool
}

// diagnostic is an error or a warning that the CLI printed.
type diagnostic struct {
	warning bool
	summary string
	name    string // The resource's, empty if it names none.
	text    string // All of it, as one line.
}

// colours matches what the CLI colours its output with. Without colours it would draw no boxes.
var colours = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// parseDiagnostics finds the diagnostics in a CLI's output, which are in boxes.
func parseDiagnostics(output string) []diagnostic {
	var list []diagnostic
	var box []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		switch {
		case line == "╷":
			box = nil
		case strings.HasPrefix(line, "│"):
			box = append(box, strings.TrimSpace(strings.TrimPrefix(line, "│")))
		case line == "╵" && len(box) > 0:
			list = append(list, parseBox(box))
			box = nil
		}
	}
	return list
}

func parseBox(box []string) diagnostic {
	d := diagnostic{text: strings.Join(strings.Fields(strings.Join(box, " ")), " ")}
	severity, summary, _ := strings.Cut(box[0], ": ")
	d.warning, d.summary = severity == "Warning", summary
	for _, line := range box {
		if name, found := strings.CutPrefix(line, "with openai_upload."); found && d.name == "" {
			d.name, _, _ = strings.Cut(name, ",")
			d.name, _, _ = strings.Cut(d.name, " ") // What follows says that it is deposed.
		}
	}
	return d
}

// messages joins the diagnostics' texts.
func messages(list []diagnostic) string {
	var all strings.Builder
	for _, d := range list {
		all.WriteString(d.text + "\n")
	}
	return all.String()
}

// state is what the CLI keeps.
type state struct {
	broken    bool // It can't be read.
	instances []instance
}

// instance is an openai_upload in the state.
type instance struct {
	name       string
	tainted    bool
	deposed    bool
	attributes map[string]any
}

// fileID is empty for an Upload that was left behind.
func (i instance) fileID() string {
	id, _ := i.attributes["file_id"].(string)
	return id
}

// uploadID is the Upload that made the File, or was left behind.
func (i instance) uploadID() string {
	id, _ := i.attributes["upload_id"].(string)
	return id
}

// state returns what is in the state file.
func (r *run) state() state {
	content, err := os.ReadFile(filepath.Join(r.dir, stateFile))
	if err != nil {
		return state{broken: ignoreMissing(err) != nil}
	}
	return parseState(content)
}

// parseState reads a state. It is empty before the CLI has anything to write.
func parseState(content []byte) state {
	var file struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				Status, Deposed string
				Attributes      map[string]any
			}
		}
	}
	var s state
	if len(content) == 0 {
		return s
	}
	if json.Unmarshal(content, &file) != nil {
		return state{broken: true}
	}
	for _, res := range file.Resources {
		for _, i := range res.Instances {
			if res.Type == "openai_upload" {
				s.instances = append(s.instances, instance{
					name: res.Name, tainted: i.Status == "tainted", deposed: i.Deposed != "", attributes: i.Attributes,
				})
			}
		}
	}
	return s
}

// has reports whether any instance is so.
func (s state) has(is func(instance) bool) bool {
	return slices.ContainsFunc(s.instances, is)
}
