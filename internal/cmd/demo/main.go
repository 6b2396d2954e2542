// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command demo shows what the provider promises, one scene for each promise: it
// builds the provider, starts the mock server on a loopback port, and lets
// Terraform or OpenTofu work on the configuration in examples/demo. Each line that
// begins with "ok" was checked, mostly in the mock's journal. It runs from the
// project's root and leaves nothing behind.
//
// The exit status is 1 at the first thing that isn't as expected, and 130 after
// Ctrl-C or SIGTERM.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const (
	apiKey   = "sk-demo"
	toolsDir = ".tools"
	example  = "examples/demo/main.tf"

	mib = 1 << 20 // The example's part_size.

	// rate is how many bytes of a part the mock reads in a second: a part takes two, so that
	// parallel parts overlap on a busy machine, too.
	rate = mib / 2
)

// The exit statuses. That of an interrupted program is 128 and the signal's number in a shell.
const (
	statusFailed      = 1
	statusInterrupted = 130
)

func main() { os.Exit(program(options{}, os.Stdout, os.Stderr)) }

// options are for tests.
type options struct {
	provider string             // The folder with a provider that is built already.
	faults   []openaitest.Fault // What the mock does wrong.
}

// program is main with the exit status.
func program(o options, stdout *os.File, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, o, newScreen(stdout))
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		// What ended with it may have any error.
		fmt.Fprintln(stderr, "\ndemo: interrupted")
		return statusInterrupted
	}
	fmt.Fprintf(stderr, "\ndemo: %v\n", err)
	return statusFailed
}

// demo is one run: a scratch folder with the example, the CLI and the mock.
type demo struct {
	*terraformcli.Project

	screen *screen
	mock   *openaitest.Server
}

// run plays the scenes in a folder of their own.
func run(ctx context.Context, o options, s *screen) (err error) {
	dir, err := os.MkdirTemp("", "openai-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	mock, err := openaitest.Listen(ctx, "127.0.0.1:0", openaitest.Options{APIKey: apiKey, BytesPerSecond: rate})
	if err != nil {
		return err
	}
	defer mock.Close()
	for _, f := range o.faults {
		mock.Inject(f)
	}
	d := &demo{screen: s, mock: mock}
	s.say("A real CLI uploads files to a mock of OpenAI's API on this machine: no account, no cost.")
	s.say("Each line with \"ok\" was checked, mostly in the mock's journal of requests.\n")
	if err := d.prepare(ctx, dir, o.provider); err != nil {
		return err
	}
	for i, scene := range d.scenes() {
		s.title(fmt.Sprintf("%d. %s", i+1, scene.title))
		if err := d.play(ctx, scene); err != nil {
			return fmt.Errorf("scene %d, %s: %w", i+1, scene.title, err)
		}
	}
	s.say("\nAll of it was as expected.")
	return nil
}

// prepare finds the CLI before it builds the provider, and makes the files.
func (d *demo) prepare(ctx context.Context, dir, provider string) error {
	stop := d.screen.working(noStatus)
	found, err := terraformcli.Find(ctx, toolsDir, d.screen)
	stop()
	if err != nil {
		return err
	}
	built := provider
	if built == "" {
		built = dir
	}
	d.Project, err = terraformcli.NewProject(dir, found, built, "OPENAI_BASE_URL="+d.mock.URL(), "OPENAI_API_KEY="+apiKey,
		"TMPDIR="+dir) // A provider that is interrupted while it starts leaves a socket there.
	if err != nil {
		return err
	}
	version, err := terraformcli.Version(ctx, found)
	if err != nil {
		return err
	}
	d.screen.say("CLI: %s %s, %s", terraformcli.Name(found), version, found)
	if provider == "" {
		if err := d.build(ctx, dir); err != nil {
			return err
		}
	}
	d.screen.say("Mock: %s, which reads 512 KiB/s on each connection", d.mock.URL())
	configuration, err := os.ReadFile(example)
	if err != nil {
		return err
	}
	d.screen.say("Configuration: %s, with handbook.pdf (3 MiB) and requests.jsonl (3 lines)", example)
	return errors.Join(d.write("main.tf", configuration), d.write(handbook, content(1)), d.write(requests, lines(badLine)))
}

// build builds the provider, which takes a while the first time.
func (d *demo) build(ctx context.Context, dir string) error {
	d.screen.say("building the provider…")
	defer d.screen.working(noStatus)()
	started := time.Now()
	if _, err := terraformcli.Build(ctx, dir, terraformcli.ProviderBinary, "."); err != nil {
		return err
	}
	d.screen.say("built in %.1f s", time.Since(started).Seconds())
	return nil
}

// noStatus is for what has nothing to say while it works.
func noStatus() string { return "" }

// The local files.
const (
	handbook = "handbook.pdf"
	requests = "requests.jsonl"
)

// content is that of the handbook, 3 MiB that are like no other edition's.
func content(edition byte) []byte {
	random := make([]byte, 3*mib)
	_, _ = rand.NewChaCha8([32]byte{edition}).Read(random) // It never fails.
	copy(random, "%PDF-1.7\n")
	return random
}

const (
	goodLine = `{"custom_id":"b","method":"POST","url":"/v1/responses","body":{"model":"gpt-5-mini","input":"Great."}}`
	badLine  = `{"custom_id":"b","url":"/v1/responses","body":{"model":"gpt-5-mini","input":"Great."}}`
)

// lines is a batch input whose second line is the given one.
func lines(second string) []byte {
	line := func(id string) string { return strings.Replace(goodLine, `"b"`, `"`+id+`"`, 1) }
	return []byte(strings.Join([]string{line("a"), second, line("c"), ""}, "\n"))
}

// write makes a file in the project's folder.
func (d *demo) write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(d.Dir, name), content, 0o600) //nolint:gosec // G703: in the demo's own folder.
}
