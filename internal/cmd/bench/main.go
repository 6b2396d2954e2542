// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

// Command bench measures what the provider promises about speed and memory, as
// ratios of two things measured in the same run, and prints them as a table.
// It runs from the project's root:
//
//	go run ./internal/cmd/bench [-n 3] [-run REGEXP] [-quick] [-dir FOLDER] [-svg FILE] [-local FOLDER]
//
// Every figure is the median of several runs, and the runs of the two things
// that are compared alternate, so that other load on the machine affects both.
// The clients, the server and each CLI are processes of their own. Files are
// made in a temporary folder that is removed at the end, also after an
// interrupt. A row that can't be measured on this machine (another
// system than Linux, no curl, no registry) says so and counts as neither good nor bad.
//
// The exit status is 1 if a measured figure misses its bound or a measurement
// fails, and 2 for wrong flags.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
)

// defaultChart is where README's chart is, seen from the project's root.
const defaultChart = "internal/cmd/bench/chart.svg"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := dispatch(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// dispatch runs the benchmark, or one of the processes that it starts of itself.
func dispatch(ctx context.Context, args []string) int {
	var err error
	switch {
	case len(args) > 0 && args[0] == sinkCommand:
		err = serveSink(ctx, args[1:], os.Stdin, os.Stdout)
	case len(args) > 0 && args[0] == uploadCommand:
		err = runUpload(ctx, args[1:])
	case len(args) > 0 && args[0] == sdkCommand:
		err = runSDK(ctx, args[1:])
	case len(args) > 0 && args[0] == bufferCommand:
		err = runBuffer(ctx, args[1:])
	default:
		err = bench(ctx, args, os.Stdout, os.Stderr)
	}
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	default:
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
}

var (
	// errUsage means that the flags were wrong; the reason has been printed.
	errUsage = errors.New("wrong usage")

	errMissed = errors.New("a figure misses its bound or could not be measured")
)

// options are what the flags say.
type options struct {
	n     int
	quick bool
	only  *regexp.Regexp
	dir   string
	chart string
	peer  string
}

// parse reads the flags. What is wrong with them goes to stderr.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.IntVar(&o.n, "n", 3, "measure each thing this `many` times")
	fs.BoolVar(&o.quick, "quick", false, "use smaller files, for a first look")
	only := fs.String("run", "", "measure only what matches this `regexp`: "+names())
	fs.StringVar(&o.dir, "dir", os.TempDir(), "make the files in a new folder in this `folder`")
	fs.StringVar(&o.chart, "svg", defaultChart, "write the chart to this `file`, empty for none; "+
		"without this flag, -quick and -run write none")
	fs.StringVar(&o.peer, "local", "", "compare with the provider hashicorp/local in this `folder`, not with what terraform init gets")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, errUsage
	}
	asked := false
	fs.Visit(func(f *flag.Flag) { asked = asked || f.Name == "svg" })
	if !asked && (o.quick || *only != "") {
		o.chart = ""
	}
	pattern, err := regexp.Compile(*only)
	switch {
	case err != nil:
	case fs.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", fs.Arg(0))
	case o.n < 1:
		err = errors.New("-n must be at least 1")
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return o, errUsage
	}
	o.only = pattern
	return o, nil
}

// benchmark is a measurement that fills some rows of the table.
type benchmark struct {
	name    string
	measure func(context.Context, *lab) ([]row, error)
}

func benchmarks() []benchmark {
	return []benchmark{
		{"binary", measureBinary},
		// First what depends on the machine's state; memory fills the page cache.
		{"loopback", measureLoopback},
		{"tls", measureTLS},
		{"lines", measureLines},
		{"apply", measureApply},
		{"upload", measureUpload},
		{"memory", measureMemory},
		{"slots", measureSlots},
		{"slow-connection", measureSlowConnection},
		{"fairness", measureFairness},
		{"plan", measurePlan},
		{"scale", measureScale},
		{"peer", measurePeer},
	}
}

// names lists the benchmarks for the flag's description.
func names() string {
	var list []string
	for _, b := range benchmarks() {
		list = append(list, b.name)
	}
	return strings.Join(list, ", ")
}

// bench measures what the flags ask for, in a folder that it removes.
func bench(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	l, err := newLab(o, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	var rows []row
	for _, b := range benchmarks() {
		if !o.only.MatchString(b.name) {
			continue
		}
		fmt.Fprintf(stderr, "%s\n", b.name)
		measured, err := b.measure(ctx, l)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			measured = append(measured, row{figure: b.name, why: err.Error(), failed: true})
		}
		rows = append(rows, measured...)
	}
	title := fmt.Sprintf("median of %d, %d CPUs, %s/%s, %s", o.n, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	if o.quick {
		title += ", QUICK: smaller files than the figures say"
	}
	if err := printTable(stdout, title, rows); err != nil {
		return err
	}
	if o.chart != "" {
		if err := os.WriteFile(o.chart, chart(title, rows), 0o644); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if r.failed || r.measured() && !r.ok() {
			return errMissed
		}
	}
	return nil
}
