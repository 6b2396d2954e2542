// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command find-cli prints the path of the Terraform or OpenTofu program that
// the demo and the acceptance tests run, installing Terraform where the machine
// has neither. With -env it prints shell commands that export the variables of
// the acceptance tests instead. That it installs Terraform is a line on standard
// error. On failure it prints nothing on standard output and exits with status 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "find-cli:", err)
		os.Exit(1)
	}
}

// run is main with its arguments and output passed in.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	flags := flag.NewFlagSet("find-cli", flag.ContinueOnError)
	dir := flags.String("install-dir", ".tools", "`folder` to install Terraform into where there is neither Terraform nor OpenTofu")
	env := flags.Bool("env", false, "print shell commands that export the acceptance tests' variables")
	err := flags.Parse(args)
	if err != nil {
		return err
	}
	path, err := terraformcli.Find(ctx, *dir, progress)
	if err != nil {
		return err
	}
	if !*env {
		_, err = fmt.Fprintln(out, path)
		return err
	}
	for _, variable := range terraformcli.Environ(path) {
		name, value, _ := strings.Cut(variable, "=")
		_, err = fmt.Fprintf(out, "export %s=%s\n", name, shellQuote(value))
		if err != nil {
			return err
		}
	}
	return nil
}

// shellQuote returns s as one word of a POSIX shell.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
