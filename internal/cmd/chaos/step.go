// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const (
	traceFile = "trace.log"
	planFile  = "plan.bin"
	stateFile = "terraform.tfstate"

	// How long one run of the CLI may take, also on a busy machine.
	cliLimit = 3 * time.Minute
	// How long the provider may live on after the CLI, and requests after the provider.
	goneLimit = 10 * time.Second
)

// step is one run of the CLI.
type step struct {
	name     string
	args     []string
	pressure pressure

	calm      bool // Nothing is wrong, so it has to succeed.
	converges bool // Afterwards everything is as configured.
	destroys  bool // Afterwards there is nothing.
	stale     bool // Files have changed since the plan.
}

// do runs the CLI to its end, and checks what there is to see.
func (r *run) do(ctx context.Context, s step) error {
	r.steps++
	for _, res := range r.resources {
		res.begin()
	}
	o := observation{step: s, before: r.state(), filesBefore: r.mock.Files()}
	trigger, done := make(chan struct{}, 1), make(chan struct{})
	r.inject(s.pressure, trigger)
	if err := os.Remove(filepath.Join(r.dir, traceFile)); ignoreMissing(err) != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, cliLimit)
	defer cancel()
	cmd := r.project.Command(limited, s.args...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		return err
	}
	defer terraformcli.KillGroup(cmd)
	var interrupting sync.WaitGroup
	var interrupted time.Time
	if i := s.pressure.interrupt; i != nil {
		interrupting.Go(func() { o.signals, interrupted = i.send(cmd, trigger, done) })
	}
	started := time.Now()
	err := cmd.Wait() // The exit status is looked at later.
	o.took = time.Since(started)
	close(done)
	interrupting.Wait()
	o.ending = time.Since(interrupted)
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited && limited.Err() == nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	o.exit, o.late = cmd.ProcessState.ExitCode(), limited.Err() != nil
	o.output = colours.ReplaceAllString(output.String(), "")
	o.lingers = !r.settled(ctx, cmd)
	if err := r.observe(&o); err != nil {
		return err
	}
	r.report(o)
	return nil
}

// inject prepares what happens during the run. An edit and an interrupt at a request are
// faults that do no harm by themselves.
func (r *run) inject(p pressure, trigger chan<- struct{}) {
	if i := p.interrupt; i != nil && i.at.op != "" {
		r.mock.Inject(openaitest.Fault{Op: i.at.op, Skip: i.at.skip, Delay: i.hold, Hook: func(openaitest.Request) {
			trigger <- struct{}{} // It fires once, and there is room for one.
		}})
	}
	if len(p.edits) > 0 {
		r.mock.Inject(openaitest.Fault{Op: p.at.op, Skip: p.at.skip, Delay: time.Millisecond, Hook: func(openaitest.Request) {
			for _, e := range p.edits {
				if err := r.resources[e.resource].edit(e, r.seed); err != nil {
					r.say("seed %d: changing a file: %v", r.seed, err)
				}
			}
		}})
	}
	for _, f := range p.faults {
		f.Hook = func(openaitest.Request) {
			r.firedMu.Lock()
			defer r.firedMu.Unlock()
			r.fired[f.kind]++
		}
		r.mock.Inject(f.Fault)
	}
}

// send interrupts the CLI and its provider when the time has come, and returns how often, and
// when it did so first.
func (i *interrupt) send(cmd *exec.Cmd, trigger, done <-chan struct{}) (signals int, first time.Time) {
	wait := time.After(i.after)
	if i.at.op != "" {
		wait = nil
	}
	select {
	case <-trigger:
	case <-wait:
	case <-done:
		return 0, first
	}
	first = time.Now()
	for {
		// The processes may just have ended.
		if terraformcli.SignalGroup(cmd, os.Interrupt) == nil {
			signals++
		}
		if i.second == 0 || signals != 1 {
			return signals, first
		}
		select {
		case <-time.After(i.second):
		case <-done:
			return signals, first
		}
	}
}

// settled waits until the CLI's processes are gone, and the mock has no request to answer. It
// reports false if there still is a process.
func (r *run) settled(ctx context.Context, cmd *exec.Cmd) bool {
	deadline := time.Now().Add(goneLimit)
	for terraformcli.GroupAlive(cmd) {
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
	// What the processes sent last may not be a request yet.
	time.Sleep(20 * time.Millisecond)
	idle, cancel := context.WithTimeout(ctx, goneLimit)
	defer cancel()
	_ = r.mock.WaitIdle(idle) // A request that goes on shows in what is checked.
	return true
}

// observe fills in what there is to see after the run.
func (r *run) observe(o *observation) error {
	o.diagnostics = parseDiagnostics(o.output)
	o.after, o.files, o.uploads = r.state(), r.mock.Files(), r.mock.Uploads()
	for _, request := range r.mock.Journal() {
		if request.Seq > r.seen {
			r.seen = request.Seq
			o.requests = append(o.requests, request)
		}
	}
	for _, res := range r.resources {
		s := res.see()
		o.resources = append(o.resources, s)
		if s.edited {
			r.edits++
		}
	}
	o.texts = []text{{where: "the output", text: o.output, inline: true}, {where: "a message", text: messages(o.diagnostics)}}
	for _, name := range []string{traceFile, stateFile, stateFile + ".backup"} {
		content, err := os.ReadFile(filepath.Join(r.dir, name))
		if ignoreMissing(err) != nil {
			return err
		}
		o.texts = append(o.texts, text{where: name, text: string(content), inline: name != traceFile})
	}
	content, err := terraformcli.ReadPlan(filepath.Join(r.dir, planFile))
	o.texts = append(o.texts, text{where: planFile, text: content, inline: true})
	return ignoreMissing(err)
}

// report checks what there is to see, counts it, and prints what is wrong.
func (r *run) report(o observation) {
	r.cliRuns++
	r.requests += len(o.requests)
	r.interrupts += o.signals
	before := len(r.checker.excused)
	found := r.checker.check(o)
	r.orphans += len(r.checker.excused) - before
	if r.verbose {
		r.say("seed %d, step %d (%s): exit status %d after %s, %d requests, %d interrupts",
			r.seed, r.steps, o.name, o.exit, o.took.Round(time.Millisecond), len(o.requests), o.signals)
	}
	if len(found) == 0 && !r.keep {
		return
	}
	for _, v := range found {
		r.violations++
		r.say("VIOLATION seed %d, step %d (%s): %s; repeat: go run ./internal/cmd/chaos -seed %d -runs 1 -keep -v; see %s",
			r.seed, r.steps, o.name, v, r.seed, r.dir)
	}
	r.preserve(o)
}

// preserve keeps what the next run of the CLI would write over.
func (r *run) preserve(o observation) {
	prefix := filepath.Join(r.dir, fmt.Sprintf("step-%d-", r.steps))
	_ = os.WriteFile(prefix+"output.txt", []byte(o.output), 0o600) // These are for people, and may lack something.
	for _, t := range o.texts[2:] {
		if t.text != "" {
			_ = os.WriteFile(prefix+t.where, []byte(t.text), 0o600)
		}
	}
	var journal strings.Builder
	for _, q := range o.requests {
		fmt.Fprintf(&journal, "%s %s %s: %d, injected %t, aborted %t, upload %s, file %s\n",
			q.Started.Format(time.StampMilli), q.Method, q.Path, q.Status, q.Injected, q.Aborted, q.UploadID, q.FileID)
	}
	for _, u := range o.uploads {
		fmt.Fprintf(&journal, "Upload %s %s: %s, File %s\n", u.ID, u.Filename, u.Status, u.FileID)
	}
	for _, f := range o.files {
		fmt.Fprintf(&journal, "File %s %s: %d bytes, Upload %s\n", f.ID, f.Filename, f.Bytes, f.UploadID)
	}
	_ = os.WriteFile(prefix+"journal.txt", []byte(journal.String()), 0o600)
}
