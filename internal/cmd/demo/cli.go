// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// process is a running CLI.
type process struct {
	demo   *demo
	cmd    *exec.Cmd
	args   []string
	output bytes.Buffer // Of both streams, once the process has ended.
	stop   func()       // Ends the status line.
}

// outcome is how a CLI process ended.
type outcome struct {
	status  int
	errors  []string          // Each with its summary and detail.
	actions map[string]string // What it planned, by the resource's address.
}

// start starts the CLI, and shows the command as one would type it.
func (d *demo) start(ctx context.Context, args ...string) (*process, error) {
	d.screen.say("   $ %s %s", filepath.Base(d.CLI), args[0])
	p := &process{demo: d, args: args, cmd: d.Command(ctx, append(args, "-json", "-input=false")...)}
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.stop = d.screen.working(d.status)
	return p, nil
}

// status counts the requests so far.
func (d *demo) status() string {
	journal := d.mock.Journal()
	return fmt.Sprintf("%d requests, %d parts in flight", len(journal), inFlight(journal))
}

// wait waits for the end of the CLI and of all that it started. Another exit status than
// want is an error.
func (p *process) wait(ctx context.Context, want int) (outcome, error) {
	err := p.cmd.Wait()
	p.stop()
	terraformcli.KillGroup(p.cmd)
	// An exit status is checked below; any other error means that the CLI didn't run.
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited || ctx.Err() != nil {
		return outcome{}, errors.Join(ctx.Err(), err)
	}
	o := outcome{status: p.cmd.ProcessState.ExitCode(), actions: map[string]string{}}
	o.read(p.output.Bytes())
	if o.status != want {
		said := strings.Join(o.errors, "\n")
		if said == "" {
			said = p.output.String()
		}
		return o, fmt.Errorf("%s %s: expected exit status %d, got %d:\n%s", filepath.Base(p.demo.CLI), p.args[0], want, o.status, said)
	}
	return o, nil
}

// read reads the CLI's events, which are JSON objects on a line each.
func (o *outcome) read(output []byte) {
	for line := range bytes.Lines(output) {
		var event struct {
			Type       string
			Diagnostic struct{ Severity, Summary, Detail string }
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		if json.Unmarshal(line, &event) != nil {
			continue // Not an event, such as a warning about an option.
		}
		switch {
		case event.Type == "planned_change":
			o.actions[event.Change.Resource.Addr] = event.Change.Action
		case event.Type == "diagnostic" && event.Diagnostic.Severity == "error":
			o.errors = append(o.errors, event.Diagnostic.Summary+"\n"+event.Diagnostic.Detail)
		}
	}
}

// find returns what the errors say from text on to the end of its line, or all that they
// say.
func (o outcome) find(text string) string {
	all := strings.Join(o.errors, "\n")
	_, after, found := strings.Cut(all, text)
	if !found {
		return all
	}
	rest, _, _ := strings.Cut(after, "\n")
	return text + rest
}

// run runs the CLI to its end.
func (d *demo) run(ctx context.Context, want int, args ...string) (outcome, error) {
	p, err := d.start(ctx, args...)
	if err != nil {
		return outcome{}, err
	}
	return p.wait(ctx, want)
}

// fileIDs are the IDs of the Files in the state, by the resource's name.
func (d *demo) fileIDs() (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(d.Dir, "terraform.tfstate"))
	if err != nil {
		return nil, err
	}
	var state struct {
		Resources []struct {
			Name      string
			Instances []struct {
				Attributes struct {
					FileID string `json:"file_id"`
				}
			}
		}
	}
	if err := json.Unmarshal(text, &state); err != nil {
		return nil, fmt.Errorf("terraform.tfstate: %w", err)
	}
	ids := map[string]string{}
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			ids[r.Name] = i.Attributes.FileID
		}
	}
	return ids, nil
}
