// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"text/tabwriter"
	"time"
)

// campaign is a number of runs with one provider and one CLI.
type campaign struct {
	options

	seeds    []uint64
	cli      string // The program.
	provider string // The folder with the provider.
	folder   string // Each run has a folder in it.
	out      io.Writer

	mu    sync.Mutex // Guards out and total.
	total tally
}

// tally counts what was done.
type tally struct {
	runs, cliRuns, requests int
	interrupts, uploads     int
	orphans                 int            // Left by a second interrupt, which has no time to clean up.
	fired                   map[string]int // Faults, by kind.
	edits                   int            // Changes of a file while the CLI ran.
	violations              int
	took                    time.Duration
}

// add adds another tally to t.
func (t *tally) add(more tally) {
	t.runs += more.runs
	t.cliRuns += more.cliRuns
	t.requests += more.requests
	t.interrupts += more.interrupts
	t.uploads += more.uploads
	t.orphans += more.orphans
	t.edits += more.edits
	t.violations += more.violations
	if t.fired == nil {
		t.fired = map[string]int{}
	}
	for kind, n := range more.fired {
		t.fired[kind] += n
	}
}

// execute makes the runs, several at a time. The error is why the campaign ended early;
// violations are counted.
func (c *campaign) execute(ctx context.Context) (tally, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	started := time.Now()
	seeds := make(chan uint64)
	var workers sync.WaitGroup
	for range min(c.parallel, len(c.seeds)) {
		workers.Go(func() {
			for seed := range seeds {
				if err := c.one(ctx, seed); err != nil {
					fail(fmt.Errorf("seed %d: %w", seed, err))
				}
			}
		})
	}
	for _, seed := range c.seeds {
		select {
		case seeds <- seed:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(seeds)
	workers.Wait()
	c.total.took = time.Since(started)
	return c.total, context.Cause(ctx)
}

// one makes the run with this seed in a folder of its own.
func (c *campaign) one(ctx context.Context, seed uint64) error {
	dir, err := os.MkdirTemp(c.folder, fmt.Sprintf("seed-%d-", seed))
	if err != nil {
		return err
	}
	r := &run{campaign: c, scenario: drawScenario(seed), dir: dir}
	started := time.Now()
	err = r.play(ctx)
	c.mu.Lock()
	c.total.add(r.tally)
	c.mu.Unlock()
	if c.verbose {
		c.say("seed %d: %s, faults %v, %d interrupts, %d files changed", seed, time.Since(started).Round(100*time.Millisecond), r.fired, r.interrupts, r.edits)
	}
	if err == nil && r.violations == 0 && !c.keep {
		return os.RemoveAll(dir)
	}
	return err
}

// say prints a line.
func (c *campaign) say(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.out, format+"\n", args...)
}

// print prints the table.
func (t tally) print(out io.Writer) error {
	fmt.Fprintf(out, "\n%s\n", t.took.Round(time.Second))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fired := 0
	for _, n := range t.fired {
		fired += n
	}
	for _, row := range []struct {
		what string
		n    int
	}{
		{"runs", t.runs},
		{"runs of the CLI", t.cliRuns},
		{"requests", t.requests},
		{"uploads completed", t.uploads},
		{"interrupts", t.interrupts},
		{"files changed during a run of the CLI", t.edits},
		{"left by a second interrupt", t.orphans},
		{"faults that fired", fired},
	} {
		fmt.Fprintf(w, "%s\t%d\n", row.what, row.n)
	}
	for _, kind := range slices.Sorted(maps.Keys(t.fired)) {
		fmt.Fprintf(w, "  %s\t%d\n", kind, t.fired[kind])
	}
	fmt.Fprintf(w, "violations\t%d\n", t.violations)
	return w.Flush()
}
