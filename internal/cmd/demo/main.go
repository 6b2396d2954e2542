// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command demo shows the provider's main job with a real CLI: it builds the
// provider, starts the mock server on a loopback port, and lets Terraform or
// OpenTofu upload a file, find nothing to do, replace the File when the
// content changes, and delete it. It runs from the project's root, leaves
// nothing behind, and exits with 1 at the first step that doesn't go as
// expected.
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
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const (
	apiKey   = "sk-demo"
	toolsDir = ".tools"
	example  = "examples/demo/main.tf"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\ndemo: %v\n", err)
		os.Exit(1)
	}
}

// demo is one run: a scratch directory with the example, the CLI and the mock.
type demo struct {
	*terraformcli.Project

	out  io.Writer
	dir  string
	data string
	mock *openaitest.Server
}

func run(ctx context.Context, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "openai-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	mock, err := openaitest.Listen(ctx, "127.0.0.1:0", openaitest.Options{APIKey: apiKey})
	if err != nil {
		return err
	}
	defer mock.Close()
	d := &demo{out: out, dir: dir, data: filepath.Join(dir, "greeting.txt"), mock: mock}
	d.say("Mock server", "serves "+mock.URL())
	if err := d.prepare(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		d.upload, d.nothingToDo, d.planReplacement, d.replace, d.destroy,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	d.journal()
	d.say("Done", "all steps went as they should; nothing is left behind")
	return nil
}

func (d *demo) prepare(ctx context.Context) error {
	if _, err := terraformcli.Build(ctx, d.dir, terraformcli.ProviderBinary, "."); err != nil {
		return err
	}
	d.say("Provider", "built")
	found, err := terraformcli.Find(ctx, toolsDir)
	if err != nil {
		return err
	}
	d.Project, err = terraformcli.NewProject(d.dir, found, d.dir,
		"OPENAI_BASE_URL="+d.mock.URL(), "OPENAI_API_KEY="+apiKey, "TF_VAR_path=greeting.txt")
	if err != nil {
		return err
	}
	configuration, err := os.ReadFile(example)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(d.dir, "main.tf"), configuration, 0o600), //nolint:gosec // In the demo's own directory.
		os.WriteFile(d.data, []byte("Hello, world.\n"), 0o600),
	)
}

func (d *demo) upload(ctx context.Context) error {
	if _, err := d.run(ctx, 0, "apply", "-auto-approve"); err != nil {
		return err
	}
	id, err := d.fileID(ctx)
	if err != nil {
		return err
	}
	if _, ok := d.mock.File(id); !ok {
		return fmt.Errorf("the mock has no File %s", id)
	}
	d.say("apply", "greeting.txt is the File "+id)
	return nil
}

func (d *demo) nothingToDo(ctx context.Context) error {
	if _, err := d.run(ctx, 0, "plan", "-detailed-exitcode"); err != nil {
		return err
	}
	d.say("plan", "nothing to do")
	return nil
}

func (d *demo) planReplacement(ctx context.Context) error {
	if err := os.WriteFile(d.data, []byte("Hello again, world.\n"), 0o600); err != nil {
		return err
	}
	d.say("greeting.txt", "its content was changed")
	// Exit status 2 is Terraform's for a plan with changes.
	out, err := d.run(ctx, 2, "plan", "-detailed-exitcode", "-out=changed.tfplan")
	if err != nil {
		return err
	}
	for line := range strings.Lines(out) {
		if strings.Contains(line, "must be replaced") || strings.Contains(line, "forces replacement") {
			d.say("plan", strings.Join(strings.Fields(line), " "))
		}
	}
	return nil
}

func (d *demo) replace(ctx context.Context) error {
	before, err := d.fileID(ctx)
	if err != nil {
		return err
	}
	if _, err := d.run(ctx, 0, "apply", "changed.tfplan"); err != nil {
		return err
	}
	after, err := d.fileID(ctx)
	if err != nil {
		return err
	}
	if before == after {
		return errors.New("the File was not replaced")
	}
	if _, ok := d.mock.File(before); ok {
		return errors.New("the old File was not deleted")
	}
	d.say("apply", "replaced by the File "+after)
	return nil
}

func (d *demo) destroy(ctx context.Context) error {
	if _, err := d.run(ctx, 0, "destroy", "-auto-approve"); err != nil {
		return err
	}
	if left := d.mock.Files(); len(left) > 0 {
		return fmt.Errorf("destroy left %d Files", len(left))
	}
	d.say("destroy", "the File is deleted")
	return nil
}

func (d *demo) fileID(ctx context.Context) (string, error) {
	out, err := d.run(ctx, 0, "output", "-raw", "file_id")
	return strings.TrimSpace(out), err
}

// run runs the CLI and returns its output; another exit status than want is an error.
func (d *demo) run(ctx context.Context, want int, args ...string) (string, error) {
	cmd := d.Command(ctx, append(args, "-no-color")...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	// An exit status is checked below; any other error means that the CLI didn't run.
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return "", err
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		return "", fmt.Errorf("%s %s: exit status %d, expected %d\n%s%s",
			filepath.Base(d.CLI), args[0], got, want, out, stderr.String())
	}
	return string(out), nil
}

// journal prints what the mock saw.
func (d *demo) journal() {
	d.say("Requests", "as the mock saw them")
	for _, r := range d.mock.Journal() {
		size := ""
		if r.PartBytes > 0 {
			size = fmt.Sprintf("  %d bytes", r.PartBytes)
		}
		fmt.Fprintf(d.out, "    %d  %-6s %s%s\n", r.Status, r.Method, r.Path, size)
	}
}

func (d *demo) say(what, outcome string) {
	fmt.Fprintf(d.out, "%-14s %s\n", what, outcome)
}
