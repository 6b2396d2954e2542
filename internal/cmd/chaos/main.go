// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

// Command chaos is a seeded fault campaign. Each run draws a configuration, files, faults
// of the service and the network, changes and interrupts from its seed, lets a real CLI work
// on them against a mock of its own, and checks after each run of the CLI what the provider
// promises. It runs from the project's root:
//
//	go run ./internal/cmd/chaos [-runs N] [-seed S] [-parallel P] [-dir FOLDER] [-keep] [-v]
//
// The runs have the seeds S, S+1, …, so that "-seed S -runs 1" repeats one, as far as its
// timing allows. Each violation is a line with the seed, the step, and what is wrong; the
// folder of a run with a violation is kept. A table of what was done comes last.
//
// The exit status is 1 after a violation or if the campaign can't run, and 2 for wrong flags.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := chaos(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

var (
	// errUsage means that the flags were wrong; the reason has been printed.
	errUsage = errors.New("wrong usage")

	errViolated = errors.New("the provider broke a promise")
)

// options are what the flags say.
type options struct {
	runs     int
	seed     uint64
	parallel int
	dir      string
	keep     bool
	verbose  bool
}

// seeds are those of the runs.
func (o options) seeds() []uint64 {
	list := make([]uint64, o.runs)
	for i := range list {
		list[i] = o.seed + uint64(i)
	}
	return list
}

// parse reads the flags. What is wrong with them goes to stderr.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("chaos", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.IntVar(&o.runs, "runs", 100, "make this `many` runs")
	fs.Uint64Var(&o.seed, "seed", 0, "begin with this `seed`, from 1; 0 takes one from the clock")
	fs.IntVar(&o.parallel, "parallel", 3, "make this `many` runs at a time")
	fs.StringVar(&o.dir, "dir", os.TempDir(), "make the files in a new folder in this `folder`")
	fs.BoolVar(&o.keep, "keep", false, "keep the folders of all runs, and not only of those with a violation")
	fs.BoolVar(&o.verbose, "v", false, "print each run of the CLI")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, errUsage
	}
	var err error
	switch {
	case fs.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", fs.Arg(0))
	case o.runs < 1:
		err = errors.New("-runs must be at least 1")
	case o.parallel < 1:
		err = errors.New("-parallel must be at least 1")
	}
	if err != nil {
		fmt.Fprintln(stderr, "chaos:", err)
		return o, errUsage
	}
	if o.seed == 0 {
		o.seed = uint64(time.Now().Unix())
	}
	return o, nil
}

// chaos makes the runs that the flags ask for, with the provider in the current folder.
func chaos(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	found, err := terraformcli.Find(ctx, ".tools", stderr)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.dir, "openai-chaos-")
	if err != nil {
		return err
	}
	// The folder itself stays if there is a run in it that is kept.
	defer func() { _ = os.Remove(dir) }()
	provider := filepath.Join(dir, "provider")
	defer func() { err = errors.Join(err, os.RemoveAll(provider)) }()
	if _, err := terraformcli.Build(ctx, provider, terraformcli.ProviderBinary, "."); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "seeds %d to %d\n", o.seed, o.seed+uint64(o.runs)-1)
	c := &campaign{options: o, seeds: o.seeds(), cli: found, provider: provider, folder: dir, out: stdout}
	total, err := c.execute(ctx)
	if err != nil {
		return err
	}
	if err := total.print(stdout); err != nil {
		return err
	}
	if total.violations > 0 {
		return errViolated
	}
	return nil
}
