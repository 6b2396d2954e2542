// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
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

// requiredProviders completes the configurations in testdata, which
// terraform-plugin-testing takes without it.
const requiredProviders = `terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}
`

// Project is a directory with a configuration, worked on by real CLI processes
// with the provider as a process of its own: for what terraform-plugin-testing
// doesn't show, which is warnings, saved plans, signals, the environment, and
// the state as it is on disk.
type Project struct {
	*terraformcli.Project

	// TB is the test that the project belongs to, which fails with it.
	TB testing.TB

	// Mock is where the provider sends its requests.
	Mock *openaitest.Server

	printed []*Buffer  // By the processes so far.
	samples [][]string // Of files that the test made, each in all of its forms.

	// All configurations and values of variables so far.
	configured, values string
}

// New makes a project of the configuration in the directory testdata/name,
// with these values of its variables, against mock. Without TF_ACC it skips the
// test; with it, and without a CLI, it fails.
func New(tb testing.TB, mock *openaitest.Server, name string, v Variables) *Project {
	tb.Helper()
	p := NewEmpty(tb, mock)
	p.Configure(name)
	p.Set(v)
	return p
}

// NewEmpty is [New] without a configuration but for the provider's source.
func NewEmpty(tb testing.TB, mock *openaitest.Server) *Project {
	tb.Helper()
	found, binary := Programs(tb)
	dir := tb.TempDir()
	env := append([]string{"HOME=" + dir, "OPENAI_BASE_URL=" + mock.URL(), "OPENAI_API_KEY=" + mock.APIKey()}, cheapProcesses...)
	project, err := terraformcli.NewProject(dir, found, providerIn(tb, dir, binary), env...)
	if err != nil {
		tb.Fatal(err)
	}
	p := &Project{Project: project, TB: tb, Mock: mock}
	p.Setenv("TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(dir, TraceLog))
	tb.Cleanup(func() {
		var printed strings.Builder
		for _, b := range p.printed {
			printed.WriteString(b.String())
		}
		p.wantSecret(printed.String())
	})
	p.Write("required_providers.tf", requiredProviders)
	return p
}

// Programs returns the CLI, and the provider that all tests share. Without TF_ACC it skips the
// test; with it, and without a CLI, it fails.
func Programs(tb testing.TB) (cli, provider string) {
	tb.Helper()
	if os.Getenv(resource.EnvTfAcc) == "" {
		tb.Skipf("needs a CLI, which is run with %s=1 only", resource.EnvTfAcc)
	}
	found, err := terraformcli.Find(tb.Context(), filepath.Join(os.TempDir(), "terraform-provider-openai-cli"), tb.Output())
	if err != nil {
		tb.Fatal(err)
	}
	return found, build(tb, terraformcli.ProviderBinary, modulePath)
}

// cheapProcesses keeps the many short-lived processes of a test run from making
// certificates, and from most of their garbage collection.
var cheapProcesses = []string{"TF_DISABLE_PLUGIN_TLS=1", "GOGC=400"}

// Configure makes the files in the directory testdata/name the configuration.
func (p *Project) Configure(name string) {
	p.TB.Helper()
	dir := filepath.Join("testdata", name)
	entries, err := os.ReadDir(dir)
	if err != nil {
		p.TB.Fatal(err)
	}
	for _, entry := range entries {
		p.Copy(filepath.Join(dir, entry.Name()), entry.Name())
	}
}

// Copy copies a file into the project's directory, under another name.
func (p *Project) Copy(path, name string) {
	p.TB.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		p.TB.Fatal(err)
	}
	p.Write(name, string(content))
}

// Set replaces the values of the configuration's variables.
func (p *Project) Set(v Variables) {
	p.TB.Helper()
	p.WriteJSON("terraform.tfvars.json", Join(v))
}

// Setenv sets variables, as "NAME=value", of the processes that start from now on.
func (p *Project) Setenv(variables ...string) {
	// Of two with the same name the last one counts.
	p.Env = append(p.Env, variables...)
}

// Write makes a file in the project's directory and returns its path.
func (p *Project) Write(name, content string) string {
	p.TB.Helper()
	path := filepath.Join(p.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		p.TB.Fatal(err)
	}
	Rewrite(p.TB, path, content)
	switch {
	case strings.HasSuffix(name, "plan"): // Made elsewhere.
	case strings.HasSuffix(name, ".tfvars.json"):
		p.values += content
	case slices.Contains(configurations[:], filepath.Ext(name)):
		p.configured += content
	default:
		p.sample(content)
	}
	return path
}

// configurations are the ends of names of files that aren't for an upload.
var configurations = [...]string{".tf", ".json", ".tfrc", ".tfstate", ".hcl", ".sh"}

// WriteJSON makes a file in the project's directory of value, as variables and
// configurations in JSON are.
func (p *Project) WriteJSON(name string, value any) {
	p.TB.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		p.TB.Fatal(err)
	}
	p.Write(name, string(content))
}

// Read returns the content of a file in the project's directory, nothing if
// there is no such file.
func (p *Project) Read(name string) string {
	p.TB.Helper()
	content, err := os.ReadFile(filepath.Join(p.Dir, name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		p.TB.Fatal(err)
	}
	return string(content)
}

// Remove removes a file from the project's directory.
func (p *Project) Remove(name string) {
	p.TB.Helper()
	Remove(p.TB, filepath.Join(p.Dir, name))
}

// Process is a running CLI.
type Process struct {
	project *Project
	cmd     *exec.Cmd
	output  *Buffer
	done    chan struct{}
}

// Start starts the CLI in a process group of its own.
func (p *Project) Start(args ...string) *Process {
	p.TB.Helper()
	return p.StartWithInput(nil, args...)
}

// StartWithInput is Start for a CLI that asks questions: input has the answers.
func (p *Project) StartWithInput(input io.Reader, args ...string) *Process {
	tb := p.TB
	tb.Helper()
	// Killed by the test's end only: the tests send their own signals.
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	tb.Cleanup(cancel)
	cmd := p.Command(ctx, args...)
	cmd.Stdin = input
	output := &Buffer{}
	cmd.Stdout, cmd.Stderr = output, output
	// "show" prints a plan or a state, which are looked at themselves.
	if len(args) == 0 || args[0] != "show" {
		p.printed = append(p.printed, output)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	proc := &Process{project: p, cmd: cmd, output: output, done: make(chan struct{})}
	tb.Cleanup(func() { terraformcli.KillGroup(cmd) })
	go func() {
		defer close(proc.done)
		// The exit status is read from ProcessState.
		_ = cmd.Wait()
	}()
	return proc
}

// Signal signals the CLI and its children, as a terminal does.
func (p *Process) Signal(sig os.Signal) {
	p.project.TB.Helper()
	if err := terraformcli.SignalGroup(p.cmd, sig); err != nil {
		p.project.TB.Fatal(err)
	}
}

// SignalCLI signals the CLI alone.
func (p *Process) SignalCLI(sig os.Signal) {
	p.project.TB.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.project.TB.Fatal(err)
	}
}

// Wait waits for the CLI to end, for at most five minutes.
func (p *Process) Wait() Outcome {
	tb := p.project.TB
	tb.Helper()
	select {
	case <-p.done:
	case <-time.After(5 * time.Minute):
		tb.Fatalf("the CLI didn't end; it printed:\n%s", p.output.String())
	}
	return Outcome{tb: tb, Output: p.output.String(), ExitCode: p.cmd.ProcessState.ExitCode()}
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
// that their tests share, unless "make test" has built one for all packages.
func Main(m *testing.M) {
	var dir string
	var err error
	if os.Getenv(binaryDir) == "" {
		if dir, err = os.MkdirTemp("", "terraform-provider-openai-"); err == nil {
			err = os.Setenv(binaryDir, dir)
		}
	}
	// For the processes of terraform-plugin-testing.
	for _, variable := range cheapProcesses {
		name, value, _ := strings.Cut(variable, "=")
		err = errors.Join(err, os.Setenv(name, value))
	}
	code := 1
	if err == nil {
		code = m.Run()
	}
	if dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// builds are the providers that the tests of a process share, by package.
var builds = struct {
	sync.Mutex

	done map[string]func() (string, error)
}{done: map[string]func() (string, error){}}

// build builds the provider in a package and returns the binary's path.
func build(tb testing.TB, name, pkg string) string {
	tb.Helper()
	builds.Lock()
	once, ok := builds.done[pkg]
	if !ok {
		once = sync.OnceValues(func() (string, error) {
			if os.Getenv(binaryDir) == "" {
				return "", errors.New("the package's TestMain has to be acctest.Main")
			}
			built := filepath.Join(os.Getenv(binaryDir), name)
			if _, err := os.Stat(built); err == nil && pkg == modulePath { //nolint:gosec // G703: the tests choose the path.
				return built, nil
			}
			dir, err := os.MkdirTemp(os.Getenv(binaryDir), "") //nolint:usetesting // Tests after this one use it.
			if err != nil {
				return "", err
			}
			return terraformcli.Build(context.Background(), dir, name, pkg)
		})
		builds.done[pkg] = once
	}
	builds.Unlock()
	binary, err := once()
	if err != nil {
		tb.Fatal(err)
	}
	return binary
}

// Source is the full address of a provider, where the CLI under test looks for it.
func Source(namespace, name string) string {
	return cmp.Or(os.Getenv("TF_ACC_PROVIDER_HOST"), "registry.terraform.io") + "/" + namespace + "/" + name
}

// AddProvider builds the stand-in for another provider in this package's
// testdata/standIn, and lets the project use it.
func (p *Project) AddProvider(namespace, name, standIn string) {
	p.TB.Helper()
	binary := build(p.TB, "terraform-provider-"+name+terraformcli.ExeSuffix, modulePath+"/internal/acctest/testdata/"+standIn)
	const overrides = "dev_overrides {\n"
	added := strconv.Quote(Source(namespace, name)) + " = " + strconv.Quote(filepath.ToSlash(filepath.Dir(binary))) + "\n"
	p.Write("cli.tfrc", strings.Replace(p.Read("cli.tfrc"), overrides, overrides+added, 1))
}

// Buffer is a strings.Builder for two goroutines.
type Buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

var _ io.Writer = (*Buffer)(nil)

// Write implements io.Writer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what was written so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
