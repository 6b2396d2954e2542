// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command test-matrix runs the acceptance tests once with each CLI that its arguments name, by
// path or as found on PATH, and prints a table in Markdown. It runs from the project's root; the
// output of the tests is in .tools/matrix. The exit status is 1 unless all tests of all CLIs pass.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const logs = ".tools/matrix"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "test-matrix:", err)
		os.Exit(1)
	}
}

// run prints the table, a row as soon as it is known.
func run(ctx context.Context, clis []string, out io.Writer) error {
	if err := os.MkdirAll(logs, 0o750); err != nil {
		return err
	}
	fmt.Fprintf(out, "| CLI | tests | skipped | failed | time |\n|---|---|---|---|---|\n")
	var failures []error
	for _, cli := range clis {
		if err := test(ctx, cli, out); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", cli, err))
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return errors.Join(failures...)
}

// closing is the last line of gotestsum.
var closing = regexp.MustCompile(`(?m)^DONE (\d+) tests?(?:, (\d+) skipped)?(?:, (\d+) failures?)?`)

// test runs the tests with a CLI, and prints its row.
func test(ctx context.Context, cli string, out io.Writer) error {
	path, err := exec.LookPath(cli)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return err
	}
	version, err := terraformcli.Version(ctx, path)
	if err != nil {
		return err
	}
	version = terraformcli.Name(path) + " " + version
	log := filepath.Join(logs, filepath.Base(path)+" "+version+".log")
	fmt.Fprintln(os.Stderr, "running:", version)
	began := time.Now()
	cmd := exec.CommandContext(ctx, "make", "testacc")
	cmd.Env = append(os.Environ(), terraformcli.EnvPath+"="+path)
	terraformcli.Interruptible(cmd)
	text, failed := cmd.CombinedOutput()
	if err := os.WriteFile(log, text, 0o600); err != nil {
		return err
	}
	row, err := summary(text)
	if err != nil {
		return fmt.Errorf("%w, see %s", errors.Join(failed, err), log)
	}
	fmt.Fprintf(out, "| %s | %s | %s |\n", version, row, time.Since(began).Round(time.Second))
	if failed != nil {
		return fmt.Errorf("%w, see %s", failed, log)
	}
	return nil
}

// summary returns the cells with what gotestsum counted: tests, skipped, failed.
func summary(output []byte) (string, error) {
	found := closing.FindSubmatch(output)
	if found == nil {
		return "", errors.New("no test was run")
	}
	cells := make([]any, 0, 3)
	for _, count := range found[1:] {
		if len(count) == 0 {
			count = []byte("0")
		}
		cells = append(cells, count)
	}
	return fmt.Sprintf("%s | %s | %s", cells...), nil
}
