// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package contract_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/contract"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// packagesVariable names the folder where "make contract" installs the packages of testdata/npm.
const packagesVariable = "CONTRACT_NPM"

// packages is that folder. Without it, the test is skipped.
func packages(t *testing.T) string {
	t.Helper()
	dir := os.Getenv(packagesVariable)
	if dir == "" {
		t.Skipf("needs the npm packages, which \"make contract\" installs; %s is not set", packagesVariable)
	}
	return dir
}

// TestNode runs the official client for Node.
func TestNode(t *testing.T) {
	t.Parallel()
	dir := packages(t)
	mock := openaitest.Start(t, openaitest.Options{Wrap: contract.Check(t, contract.OfClients()...)})
	out, err := exec.CommandContext(t.Context(), "node", filepath.Join(dir, "drive.mjs"), mock.URL(), mock.APIKey()).CombinedOutput() //nolint:gosec // G204: the tests choose the program.
	if err != nil || !strings.HasSuffix(string(out), "done\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestGuideClients runs the guide's examples of clients.
func TestGuideClients(t *testing.T) {
	t.Parallel()
	dir := packages(t)
	for _, tt := range []struct {
		name, program string
		args          []string
	}{
		{"go", "go", []string{"run", "../../examples/guides/mock/client.go"}},
		{"node", "node", []string{filepath.Join(dir, "client.mjs")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := openaitest.Start(t, openaitest.Options{Wrap: contract.Check(t)})
			cmd := exec.CommandContext(t.Context(), tt.program, tt.args...) //nolint:gosec // G204: the tests choose the program.
			cmd.Env = append(os.Environ(), "OPENAI_BASE_URL="+mock.URL(), "OPENAI_API_KEY="+mock.APIKey())
			out, err := cmd.CombinedOutput()
			files := mock.Files()
			if err != nil || len(files) != 1 || !strings.HasSuffix(string(out), files[0].ID+"\n") || string(files[0].Content) != "Some text." {
				t.Errorf("%v, %+v\n%s", err, files, out)
			}
		})
	}
}

// process is a foreign server.
type process struct {
	acctest.Buffer // What it has printed so far.

	url string
}

// freePort is a port on which nobody listens at the moment.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String()) // A listener's address has one.
	return port
}

// serve starts a foreign server, and waits until it takes connections on port. It is
// interrupted when the test ends.
func serve(t *testing.T, port, name string, args ...string) *process {
	t.Helper()
	p := &process{url: "http://127.0.0.1:" + port}
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &p.Buffer, &p.Buffer
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // It was interrupted.
	}()
	t.Cleanup(func() {
		_ = cmd.Cancel()
		<-ended
	})
	acctest.Eventually(t, name+" takes connections", func() bool {
		select {
		case <-ended:
			t.Fatalf("%s ended:\n%s", name, p.String())
		default:
		}
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	return p
}

// size is that of a local file, of several parts.
const size = 3<<20 + 1

// project has a file of text to upload to url.
func project(t *testing.T, mock *openaitest.Server, url string, more acctest.Variables) *acctest.Project {
	t.Helper()
	p := acctest.New(t, mock, "upload", nil)
	path := p.Write("a.txt", strings.Repeat("a line of text\n", size/15))
	p.Set(acctest.Vars(mock, acctest.Variables{"base_url": acctest.String(url), "path": acctest.String(path)}, more))
	return p
}

// wantLife applies, replaces and destroys an upload.
func wantLife(t *testing.T, p *acctest.Project) {
	t.Helper()
	p.Apply()
	p.WantPlan(acctest.NoOp, "-detailed-exitcode")
	p.Write("a.txt", strings.Repeat("another line of text\n", size/21))
	p.Apply().WantText("1 added, 0 changed, 1 destroyed")
	if files := p.Mock.Files(); len(files) != 1 || string(files[0].Content) != p.Read("a.txt") {
		t.Errorf("%d Files, or other content", len(files))
	}
	p.Destroy().WantSuccess()
	if files := p.Mock.Files(); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
}

// TestAccSteady shows each request to Stainless's server too, while the mock answers: the
// examples of that one have the same ID for everything.
func TestAccSteady(t *testing.T) {
	t.Parallel()
	dir := packages(t)
	port := freePort(t)
	steady := serve(t, port, filepath.Join(dir, "node_modules/.bin/steady"), "-p", port, "--host", "127.0.0.1", "--log-format", "json", "testdata/uploads-openapi.yaml")
	var mu sync.Mutex
	var problems []string
	requests := 0
	show := func(r *http.Request, body []byte) {
		answer := mirrored(t, steady.url+strings.TrimPrefix(r.URL.RequestURI(), "/v1"), r, body)
		mu.Lock()
		defer mu.Unlock()
		requests++
		for i := 1; answer.Get("X-Steady-Error-"+strconv.Itoa(i)+"-Code") != ""; i++ {
			problems = append(problems, r.Method+" "+r.URL.Path+": "+answer.Get("X-Steady-Error-"+strconv.Itoa(i)+"-Message"))
		}
		if answer.Get("X-Steady-Request-Valid") != "true" && len(problems) == 0 {
			problems = append(problems, r.Method+" "+r.URL.Path+": not validated")
		}
	}
	mock := openaitest.Start(t, openaitest.Options{Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			show(r, body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, r)
		})
	}})
	p := project(t, mock, mock.URL(), nil)
	wantLife(t, p)
	if len(problems) > 0 || requests < 14 {
		t.Errorf("%d requests; violations:\n%s", requests, strings.Join(problems, "\n"))
	}
	// Something that is wrong is seen.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL()+"/uploads", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	show(r, []byte(`{"filename":1}`))
	if len(problems) == 0 {
		t.Error("a wrong request isn't reported")
	}
}

// mirrored sends a copy of r to url and returns the headers of the answer.
func mirrored(t *testing.T, url string, r *http.Request, body []byte) http.Header {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.Method, url, bytes.NewReader(body)) //nolint:gosec // G704: the tests choose the server.
	if err != nil {
		t.Error(err)
		return nil
	}
	req.Header = r.Header.Clone()
	req.Header.Del("Expect")
	res, err := http.DefaultClient.Do(req) //nolint:gosec // G704: see above.
	if err != nil {
		t.Error(err)
		return nil
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body) // Only the headers count.
	return res.Header
}

// TestAccPrism has Stoplight's validating proxy between the provider and the mock. It changes
// bytes of parts that aren't ASCII, and takes at most 10 MB.
func TestAccPrism(t *testing.T) {
	t.Parallel()
	dir := packages(t)
	mock := openaitest.Start(t)
	port := freePort(t)
	prism := serve(t, port, filepath.Join(dir, "node_modules/.bin/prism"), "proxy", "-p", port, "-h", "127.0.0.1", "testdata/uploads-openapi.yaml", mock.URL())
	p := project(t, mock, prism.url, nil)
	wantLife(t, p)
	if found := violations(prism); len(found) > 0 || !strings.Contains(prism.String(), "/parts") {
		t.Errorf("violations:\n%s\nin\n%s", strings.Join(found, "\n"), prism)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, prism.url+"/uploads", strings.NewReader(`{"filename":1}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	acctest.Eventually(t, "a wrong request is reported", func() bool { return len(violations(prism)) > 0 })
}

// violations are the lines that Prism printed of requests.
func violations(prism *process) []string {
	var found []string
	lines := bufio.NewScanner(strings.NewReader(prism.String()))
	for lines.Scan() {
		if strings.Contains(lines.Text(), "Violation: request") {
			found = append(found, lines.Text())
		}
	}
	return found
}
