// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// The variables that make the demo of a test's process: the folder with the provider, which is
// built if that is empty, and faults in JSON.
const (
	asProgram  = "DEMO_PROVIDER"
	withFaults = "DEMO_FAULTS"
)

// TestMain is the demo in processes of [start], and else removes the provider that the tests share.
func TestMain(m *testing.M) {
	provider, ok := os.LookupEnv(asProgram)
	if !ok {
		acctest.Main(m)
	}
	o := options{provider: provider}
	if text := os.Getenv(withFaults); text != "" {
		var err error
		if o.faults, err = openaitest.ParseFaults([]byte(text)); err != nil {
			panic(err)
		}
	}
	os.Exit(program(o, os.Stdout, os.Stderr))
}

// running is the demo as a process.
type running struct {
	tb     testing.TB
	cmd    *exec.Cmd
	output acctest.Buffer
	temp   string // Its temporary folder.
	began  time.Time
}

// start starts the demo in the folder dir, with more variables.
func start(tb testing.TB, dir string, env ...string) *running {
	tb.Helper()
	r := &running{tb: tb, temp: tb.TempDir(), began: time.Now()}
	r.cmd = exec.CommandContext(tb.Context(), os.Args[0]) //nolint:gosec // G204: this program.
	r.cmd.Dir = dir
	r.cmd.Env = append(append(os.Environ(), "TMPDIR="+r.temp), env...)
	r.cmd.Stdout, r.cmd.Stderr = &r.output, &r.output
	if err := r.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return r
}

// startWithCLI starts the demo with the CLI and the provider that all tests share, and with more
// variables.
func startWithCLI(tb testing.TB, env ...string) (r *running, cli string) {
	tb.Helper()
	found, provider := acctest.Programs(tb)
	cli = standIn(tb, filepath.Base(found), "exec '"+found+`' "$@"`)
	return start(tb, "../../..", append(env, terraformcli.EnvPath+"="+cli, asProgram+"="+filepath.Dir(provider))...), cli
}

// standIn makes a program that notes its process ID, and then runs a script.
func standIn(tb testing.TB, name, script string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	text := "#!/bin/sh\necho $$ >>'" + path + ".pids'\n" + script + "\n"
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // G306: a program.
		tb.Fatal(err)
	}
	return path
}

// pids are the processes of a stand-in so far.
func pids(path string) []string {
	text, _ := os.ReadFile(path + ".pids") // It may not have run yet.
	return strings.Fields(string(text))
}

// wait waits for the end with this exit status, and returns the output. Nothing may be left of
// the temporary folder, nor of the processes of the stand-ins and their children.
func (r *running) wait(status int, standIns ...string) string {
	r.tb.Helper()
	_ = r.cmd.Wait() // The exit status is checked.
	if got := r.cmd.ProcessState.ExitCode(); got != status {
		r.tb.Errorf("exit status %d, want %d:\n%s", got, status, &r.output)
	}
	if left, err := os.ReadDir(r.temp); err != nil || len(left) > 0 {
		r.tb.Errorf("temporary files are left: %v, %v", left, err)
	}
	for _, path := range standIns {
		for _, text := range pids(path) {
			pid, err := strconv.Atoi(text)
			if err != nil {
				r.tb.Fatal(err)
			}
			acctest.Eventually(r.tb, "the group "+text+" is gone", func() bool { return errors.Is(syscall.Kill(-pid, 0), syscall.ESRCH) })
		}
	}
	if strings.Contains(r.output.String(), "\x1b") {
		r.tb.Errorf("escape sequences: %q", &r.output)
	}
	return r.output.String()
}

// interrupt does what Ctrl-C does, and waits for the end.
func (r *running) interrupt(standIns ...string) string {
	r.tb.Helper()
	at := time.Now()
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		r.tb.Fatal(err)
	}
	out := r.wait(statusInterrupted, standIns...)
	if took := time.Since(at); took > time.Minute || !strings.HasSuffix(out, "\n\ndemo: interrupted\n") {
		r.tb.Errorf("after %s:\n%s", took, out)
	}
	return out
}

// TestAccDemo compares what is printed with testdata/plain.txt.
func TestAccDemo(t *testing.T) {
	t.Parallel()
	r, cli := startWithCLI(t)
	got := r.wait(0, cli)
	// What differs from run to run, and from CLI to CLI.
	for _, v := range []struct{ pattern, name string }{
		{`CLI: (Terraform|OpenTofu) \d+\.\d+\.\S+, \S+`, "CLI: NAME"},
		{`\$ ` + regexp.QuoteMeta(filepath.Base(cli)), "$ CLI"},
		{`http://127\.0\.0\.1:\d+/v1`, "URL"},
		{`file-[A-Za-z0-9]{22}`, "FILE"},
		{`upload_[0-9a-f]{32}`, "UPLOAD"},
		{`\|[ =]{30}\|`, "|BAR|"},
		{`\d+\.\d\d s`, "TIME"},
		{`\b\d+ ms`, "TIME"},
	} {
		got = regexp.MustCompile(v.pattern).ReplaceAllLiteralString(got, v.name)
	}
	want, err := os.ReadFile("testdata/plain.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("printed was:\n%s", got)
	}
}

// TestAccDemo_interrupted presses Ctrl-C while Terraform applies.
func TestAccDemo_interrupted(t *testing.T) {
	t.Parallel()
	r, cli := startWithCLI(t)
	acctest.Eventually(t, "an apply has locked the state", func() bool {
		locked, _ := filepath.Glob(filepath.Join(r.temp, "*", ".terraform.tfstate.lock.info")) // The pattern is right.
		return len(locked) > 0 && strings.Contains(r.output.String(), " apply\n")
	})
	if out := r.interrupt(cli); !strings.Contains(out, "\n2. ") || strings.Contains(out, "\n3. ") {
		t.Errorf("not in the second scene:\n%s", out)
	}
}

// TestAccDemo_unexpected has a mock that does something wrong.
func TestAccDemo_unexpected(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, faults string
		texts        []string
	}{
		{"CLI fails", `[{"op":"complete_upload","times":-1,"set":{"file":{"bytes":1}}}]`, []string{
			"demo: scene 2, A large file goes up in parallel parts: ", " apply: expected exit status 0, got 1:\n", "1 bytes",
		}},
		{"a request too many", `[{"op":"get_file","status":500}]`, []string{
			"demo: scene 3, A file that was only touched changes nothing: this isn't so: 3 requests for 2 Files",
			"expected: 2 requests for 2 Files, 2 of them reads\n", "there is: 3 requests for 2 Files, 3 of them reads\n",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, cli := startWithCLI(t, withFaults+"="+tt.faults)
			rest := r.wait(statusFailed, cli)
			for _, text := range tt.texts {
				_, after, found := strings.Cut(rest, text)
				if !found {
					t.Fatalf("%q isn't in what was printed, or not in this order:\n%s", text, &r.output)
				}
				rest = after
			}
		})
	}
}

// TestInterruptedBuild presses Ctrl-C while a stand-in for Go builds.
func TestInterruptedBuild(t *testing.T) {
	t.Parallel()
	cli := standIn(t, "terraform", `echo '{"terraform_version":"1.2.3"}'`)
	build := standIn(t, "go", `touch "$GOTMPDIR/left"; sleep 100 & wait`)
	r := start(t, "../../..", terraformcli.EnvPath+"="+cli, asProgram+"=", "PATH="+filepath.Dir(build)+":"+os.Getenv("PATH"))
	acctest.Eventually(t, "Go builds", func() bool { return len(pids(build)) > 0 })
	if out := r.interrupt(cli, build); !strings.HasSuffix(out, "\nCLI: Terraform 1.2.3, "+cli+"\nbuilding the provider…\n\ndemo: interrupted\n") {
		t.Errorf("printed was:\n%s", out)
	}
}

// TestInterruptedInstall presses Ctrl-C while a network is silent.
func TestInterruptedInstall(t *testing.T) {
	t.Parallel()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	r := start(t, t.TempDir(), terraformcli.EnvPath+"=", asProgram+"=", "PATH=", "HTTPS_PROXY=http://"+silent.Addr().String())
	acctest.Eventually(t, "Terraform is installed", func() bool { return strings.Contains(r.output.String(), "installing") })
	if out := r.interrupt(); !strings.HasSuffix(out, "\ninstalling Terraform into .tools…\n\ndemo: interrupted\n") {
		t.Errorf("printed was:\n%s", out)
	}
}

// TestNoCLI has neither a CLI nor a network.
func TestNoCLI(t *testing.T) {
	t.Parallel()
	r := start(t, t.TempDir(), terraformcli.EnvPath+"=", asProgram+"=", "PATH=", "HTTPS_PROXY=http://127.0.0.1:1")
	out := r.wait(statusFailed)
	_, said, _ := strings.Cut(out, "installing Terraform into .tools…\n\ndemo: neither terraform nor tofu was found on PATH")
	if took := time.Since(r.began); took > 20*time.Second || strings.Contains(out, "building") ||
		!strings.HasSuffix(said, "; install Terraform or OpenTofu, or set "+terraformcli.EnvPath+" to the path of one\n") || strings.Count(said, "\n") != 1 {
		t.Errorf("after %s:\n%s", took, out)
	}
}
