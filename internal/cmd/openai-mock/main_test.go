// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/buildinfo"
)

// program is a running mock.
type program struct {
	url     string
	control string
	stop    context.CancelFunc
	done    chan error
	// stderr and rest may be read once done has delivered.
	stderr *bytes.Buffer
	rest   chan string
}

// start runs the program and waits for its line.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, w := io.Pipe()
	p := &program{stop: cancel, done: make(chan error, 1), stderr: &bytes.Buffer{}, rest: make(chan string, 1)}
	go func() {
		err := run(ctx, args, w, p.stderr)
		_ = w.Close()
		p.done <- err
	}()
	out := bufio.NewReader(r)
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatalf("no line: %v, %v, %s", err, <-p.done, p.stderr)
	}
	if !regexp.MustCompile(`^https?://127\.0\.0\.1:\d+/v1\n$`).MatchString(line) {
		t.Fatalf("line: %q", line)
	}
	p.url = strings.TrimSpace(line)
	if slices.Contains(args, "-control") {
		if line, err = out.ReadString('\n'); err != nil || !regexp.MustCompile(`^http://127\.0\.0\.1:\d+\n$`).MatchString(line) {
			t.Fatalf("line: %q, %v", line, err)
		}
		p.control = strings.TrimSpace(line)
	}
	go func() {
		more, _ := io.ReadAll(out) // the pipe ends with the program
		p.rest <- string(more)
	}()
	return p
}

// end stops the program.
func (p *program) end(t *testing.T) {
	t.Helper()
	p.stop()
	if err := <-p.done; err != nil {
		t.Fatal(err)
	}
	if more := <-p.rest; more != "" {
		t.Errorf("more on stdout: %q", more)
	}
}

// send makes a request and returns its status and JSON.
func send(t *testing.T, method, url, key, contentType, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", contentType)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var m map[string]any
	if err := json.NewDecoder(res.Body).Decode(&m); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, m
}

// upload makes an Upload of three bytes with one Part and returns its ID.
func upload(t *testing.T, url, key string) string {
	t.Helper()
	status, m := send(t, http.MethodPost, url+"/uploads", key, "application/json",
		`{"filename":"a.txt","purpose":"user_data","bytes":3,"mime_type":"text/plain"}`)
	id, ok := m["id"].(string)
	if !ok || status != http.StatusOK {
		t.Fatalf("%d %v", status, m)
	}
	status, m = send(t, http.MethodPost, url+"/uploads/"+id+"/parts", key, "multipart/form-data; boundary=b",
		"--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"x\"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--b--\r\n")
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, m)
	}
	return id
}

func TestRunWithDirAndJournal(t *testing.T) {
	t.Parallel()
	dir, journal := filepath.Join(t.TempDir(), "content"), filepath.Join(t.TempDir(), "journal")
	p := start(t, "-addr", "127.0.0.1:0", "-dir", dir, "-journal", journal, "-latency", "20ms", "-bandwidth", "1000000")
	began := time.Now()
	id := upload(t, p.url, "sk-mock")
	if took := time.Since(began); took < 40*time.Millisecond {
		t.Errorf("two answers took %s", took)
	}
	if status, _ := send(t, http.MethodGet, p.url+"/files", "sk-other", "", ""); status != http.StatusUnauthorized {
		t.Errorf("a wrong key: %d", status)
	}
	p.end(t)
	entries, err := os.ReadDir(filepath.Join(dir, "content"))
	if err != nil || len(entries) != 1 {
		t.Errorf("kept: %v, %v", entries, err)
	}
	again := start(t, "-dir", dir)
	if status, m := send(t, http.MethodPost, again.url+"/uploads/"+id+"/cancel", "sk-mock", "", ""); status != http.StatusOK || m["status"] != "cancelled" {
		t.Errorf("after a restart: %d %v", status, m)
	}
	again.end(t)
	raw, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	want := []struct {
		op     string
		status float64
	}{{"create_upload", 200}, {"add_part", 200}, {"list_files", 401}}
	if len(lines) != len(want) {
		t.Fatalf("journal: %s", raw)
	}
	for i, line := range lines {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil || m["op"] != want[i].op || m["status"] != want[i].status {
			t.Errorf("line %d: %s", i, line)
		}
		if i < 2 && m["upload_id"] != id {
			t.Errorf("line %d: %s", i, line)
		}
	}
	if strings.Contains(string(raw), "sk-") {
		t.Error("the journal tells a key")
	}
}

func TestRunRemovesItsFolder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	p := start(t, "-api-key", "sk-mine")
	upload(t, p.url, "sk-mine")
	during, err := os.ReadDir(os.TempDir())
	if err != nil || len(during) != 1 {
		t.Errorf("while it runs: %v, %v", during, err)
	}
	p.end(t)
	if after, err := os.ReadDir(os.TempDir()); err != nil || len(after) != 0 {
		t.Errorf("afterwards: %v, %v", after, err)
	}
}

func TestRunDiscard(t *testing.T) {
	t.Parallel()
	p := start(t, "-discard")
	upload(t, p.url, "sk-mock")
	p.end(t)
	if !strings.Contains(p.stderr.String(), "md5 isn't checked") {
		t.Errorf("stderr: %q", p.stderr)
	}
}

func TestRunRefusesFlags(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-faults", "none.json"},
		{"-control", "127.0.0.1:0"},
		{"-control-token", "x"},
		{"-control", "0.0.0.0:0", "-control-token", "x"},
		{"-control", "localhost:0", "-control-token", "x"},
		{"-subject-token", "x"},
		{"-identity-provider-id", "x", "-subject-token", "x"},
		{"-nonsense"},
		{"argument"},
		{"-api-key", ""},
		{"-discard", "-dir", "x"},
		{"-bandwidth", "-1"},
		{"-latency", "soon"},
	} {
		var stdout, stderr bytes.Buffer
		if err := run(t.Context(), args, &stdout, &stderr); !errors.Is(err, errUsage) {
			t.Errorf("%v: %v", args, err)
		}
		if stdout.Len() > 0 || stderr.Len() == 0 {
			t.Errorf("%v: stdout %q, stderr %q", args, &stdout, &stderr)
		}
	}
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &stderr); !errors.Is(err, flag.ErrHelp) || !strings.Contains(stderr.String(), "-journal") {
		t.Errorf("help: %v, %q", err, &stderr)
	}
	if err := run(t.Context(), []string{"-addr", "127.0.0.1:notaport"}, io.Discard, io.Discard); err == nil {
		t.Error("an address that isn't one was taken")
	}
}

func TestRunWithSeedFaultsAndControl(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	faults := filepath.Join(t.TempDir(), "faults.json")
	for name, content := range map[string]string{filepath.Join(dir, "a.txt"): "abc", faults: `[{"op":"list_files","status":503}]`} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, "-addr", "0.0.0.0:0", "-seed", dir, "-faults", faults, "-control", "127.0.0.1:0", "-control-token", "sesame")
	list := func(want int) map[string]any {
		t.Helper()
		status, m := send(t, http.MethodGet, p.url+"/files", "sk-mock", "", "")
		if status != want {
			t.Errorf("%d %v, want %d", status, m, want)
		}
		return m
	}
	list(http.StatusServiceUnavailable)
	if m := list(http.StatusOK); len(m["data"].([]any)) != 1 { //nolint:forcetypeassert // A list has it.
		t.Errorf("%v", m)
	}
	status, m := send(t, http.MethodPost, p.control+"/clock", "sesame", "application/json", `{"advance":"1h"}`)
	if now, err := time.Parse(time.RFC3339Nano, m["now"].(string)); err != nil || status != http.StatusOK || time.Until(now) < 50*time.Minute { //nolint:forcetypeassert // It has it.
		t.Errorf("%d %v, %v", status, m, err)
	}
	p.end(t)
}

// TestRunWithTLS trusts the certificate that the program wrote, and exchanges a token.
func TestRunWithTLS(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	p := start(t, "-tls", ca, "-identity-provider-id", "idp", "-service-account-id", "sa", "-subject-token", "subject")
	certificate, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.TrimSuffix(p.url, "/v1")+"/oauth/token", strings.NewReader(
		`{"grant_type":"urn:ietf:params:oauth:grant-type:token-exchange","subject_token_type":"urn:ietf:params:oauth:token-type:jwt",`+
			`"subject_token":"subject","identity_provider_id":"idp","service_account_id":"sa"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(p.url, "https://") {
		t.Errorf("status %d from %s", res.StatusCode, p.url)
	}
	client.CloseIdleConnections()
	p.end(t)
}

func TestVersion(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"-version"}, &stdout, io.Discard); err != nil || stdout.String() != "openai-mock "+buildinfo.Version(version)+"\n" {
		t.Errorf("%q, %v", &stdout, err)
	}
}

// The program itself ends cleanly on both signals.
func TestSignals(t *testing.T) {
	t.Parallel()
	bin := filepath.Join(t.TempDir(), "openai-mock")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, tt := range []struct {
		name   string
		signal syscall.Signal
	}{{"interrupt", syscall.SIGINT}, {"terminate", syscall.SIGTERM}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tmp := t.TempDir()
			cmd := exec.CommandContext(t.Context(), bin)
			cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(stdout).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			upload(t, strings.TrimSpace(line), "sk-mock")
			if err := cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("it ended with %v", err)
			}
			if left, err := os.ReadDir(tmp); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}
