// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// modulePath is built for tests that need the provider as a process.
const modulePath = "github.com/upload-backed/terraform-provider-openai"

// Project is a directory with a configuration, worked on by real CLI processes
// with the provider as a process of its own.
type Project struct{ *terraformcli.Project }

// NewProject makes a project of the given configuration against mock. Without
// TF_ACC it skips the test; with it, and without a CLI, it fails.
func NewProject(tb testing.TB, mock *openaitest.Server, hcl string) *Project {
	tb.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		tb.Skipf("needs a CLI, which is run with %s=1 only", resource.EnvTfAcc)
	}
	found, err := terraformcli.Find(tb.Context(), filepath.Join(os.TempDir(), "terraform-provider-openai-cli"))
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	p, err := terraformcli.NewProject(dir, found, providerIn(tb, dir, providerBinary(tb)),
		"HOME="+dir, "OPENAI_BASE_URL="+mock.URL(), "OPENAI_API_KEY="+mock.APIKey())
	if err != nil {
		tb.Fatal(err)
	}
	write(tb, filepath.Join(dir, "main.tf"), hcl)
	return &Project{p}
}

// Outcome is how a CLI process ended.
type Outcome struct {
	// Output is what it printed to both streams.
	Output string

	// ExitCode is -1 for a process that was killed.
	ExitCode int
}

// Run runs the CLI to its end.
func (p *Project) Run(tb testing.TB, args ...string) Outcome {
	tb.Helper()
	return p.Start(tb, args...).Wait(tb)
}

// MustRun runs the CLI and fails the test unless it succeeds.
func (p *Project) MustRun(tb testing.TB, args ...string) Outcome {
	tb.Helper()
	out := p.Run(tb, args...)
	if out.ExitCode != 0 {
		tb.Fatalf("%s: exit status %d\n%s", strings.Join(args, " "), out.ExitCode, out.Output)
	}
	return out
}

// Process is a running CLI.
type Process struct {
	cmd    *exec.Cmd
	dir    string
	output *buffer
	done   chan struct{}
}

// Start starts the CLI in a process group of its own.
func (p *Project) Start(tb testing.TB, args ...string) *Process {
	tb.Helper()
	return p.StartWithInput(tb, nil, args...)
}

// StartWithInput is Start for a CLI that asks: input is what is answered.
func (p *Project) StartWithInput(tb testing.TB, input io.Reader, args ...string) *Process {
	tb.Helper()
	// Killed by the test's end only: the tests send their own signals.
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	tb.Cleanup(cancel)
	cmd := p.Command(ctx, args...)
	cmd.Stdin = input
	output := &buffer{}
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	proc := &Process{cmd: cmd, dir: p.Dir, output: output, done: make(chan struct{})}
	tb.Cleanup(func() { terraformcli.KillGroup(cmd) })
	go func() {
		defer close(proc.done)
		// The exit status is read from ProcessState.
		_ = cmd.Wait()
	}()
	return proc
}

// Signal signals the CLI and its children, as a terminal does.
func (p *Process) Signal(tb testing.TB, sig os.Signal) {
	tb.Helper()
	if err := terraformcli.SignalGroup(p.cmd, sig); err != nil {
		tb.Fatal(err)
	}
}

// SignalCLI signals the CLI alone.
func (p *Process) SignalCLI(tb testing.TB, sig os.Signal) {
	tb.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		tb.Fatal(err)
	}
}

// Wait waits for the CLI to end, for at most five minutes.
func (p *Process) Wait(tb testing.TB) Outcome {
	tb.Helper()
	select {
	case <-p.done:
	case <-time.After(5 * time.Minute):
		tb.Fatalf("the CLI didn't end; it printed:\n%s", p.output.String())
	}
	return Outcome{Output: p.output.String(), ExitCode: p.cmd.ProcessState.ExitCode()}
}

// Output is what the CLI has printed so far.
func (p *Process) Output() string { return p.output.String() }

// Eventually waits until condition holds, for at most two minutes.
func Eventually(tb testing.TB, what string, condition func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !condition(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("waited in vain until %s", what)
		}
	}
}

// binaryDir names the variable that says where the provider is built.
const binaryDir = "ACCTEST_BINARY_DIR"

// Main is the TestMain of packages that make projects: it removes the provider
// that their tests share.
func Main(m *testing.M) {
	dir, err := os.MkdirTemp("", "terraform-provider-openai-")
	if err == nil {
		err = os.Setenv(binaryDir, dir)
	}
	code := 1
	if err == nil {
		code = m.Run()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// builtProvider is the binary that all tests of a process share.
var builtProvider = sync.OnceValues(func() (string, error) {
	dir := os.Getenv(binaryDir)
	if dir == "" {
		return "", errors.New("the package's TestMain has to be acctest.Main")
	}
	return terraformcli.Build(context.Background(), dir, terraformcli.ProviderBinary, modulePath)
})

func providerBinary(tb testing.TB) string {
	tb.Helper()
	binary, err := builtProvider()
	if err != nil {
		tb.Fatal(err)
	}
	return binary
}

// buffer is a strings.Builder for two goroutines.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

var _ io.Writer = (*buffer)(nil)

// Write implements io.Writer.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what was written so far.
func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func write(tb testing.TB, path, content string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		tb.Fatal(err)
	}
}
