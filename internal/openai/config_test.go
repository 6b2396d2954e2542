// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

func TestCheckBaseURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name           string
		plain, allowed bool
	}{
		{DefaultBaseURL, true, true},
		{"https://api.test", true, true},
		{"https://api.test:8443/a/b/", true, true},
		{"HTTPS://API.test/v1", true, true},
		{"https://[2001:db8::1]/v1", true, true},
		{"http://localhost:8080/v1", true, true},
		{"http://LOCALHOST./v1", true, true},
		{"http://127.0.0.1/v1", true, true},
		{"http://127.8.9.1:1/v1", true, true},
		{"http://[::1]:8080/v1", true, true},
		{"http://[::ffff:127.0.0.1]/v1", true, true},
		{"http://api.test/v1", false, true},
		{"http://10.0.0.1/v1", false, true},
		{"http://0.0.0.0/v1", false, true},
		{"http://2130706433/v1", false, true},
		{"http://localhost.evil.test/v1", false, true},
		{"http://127.0.0.1.evil.test/v1", false, true},
		{"http://[2001:db8::1]/v1", false, true},
		{"http://user:hunter2@localhost/", false, false},
		{"https://user:hunter2@api.test/", false, false},
		{"https://hunter2@api.test/", false, false},
		{"https://@api.test/", false, false},
		{"https://api.test/v1?hunter2=1", false, false},
		{"https://api.test/v1?", false, false},
		{"https://api.test/v1#hunter2", false, false},
		{"https://api.test/v1#", false, false},
		{"https:///v1", false, false},
		{"https://:443/v1", false, false},
		{"https:api.test/v1", false, false},
		{"https://u:hunter2@[::1/v1", false, false},
		{"https://u:hunter2@a:port/v1", false, false},
		{"api.test/v1", false, false},
		{"//api.test/v1", false, false},
		{"/v1", false, false},
		{"ftp://api.test/v1", false, false},
		{"file:///etc/passwd", false, false},
		{"unix:///run/x", false, false},
		{"\u0020https://api.test", false, false},
		{"https://api.test\n", false, false},
		{"https://api.test/%zz", false, false},
		{"", false, false},
	} {
		for allow, ok := range map[bool]bool{false: tt.plain, true: tt.allowed} {
			err := CheckBaseURL(tt.name, allow)
			if (err == nil) != ok {
				t.Errorf("%q, http allowed %t: %v", tt.name, allow, err)
			}
			if err == nil {
				continue
			}
			wantConfigError(t, err, "base_url")
			if strings.Contains(everyText(err), "hunter2") {
				t.Errorf("%q is quoted in %q", tt.name, err)
			}
		}
	}
}

func wantConfigError(t *testing.T, err error, field string) {
	t.Helper()
	bad, ok := errors.AsType[*ConfigError](err)
	if !ok || bad.Field != field || bad.Error() == "" {
		t.Errorf("got %v (%T), want a *ConfigError for %s", err, err, field)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, []byte("-----BEGIN NONSENSE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		config Config
		field  string
	}{
		{"http", Config{BaseURL: "http://api.test"}, "base_url"},
		{"key with \\n", Config{APIKey: "hunter2\n"}, "api_key"},
		{"key not ASCII", Config{APIKey: "hunter2é"}, "api_key"},
		{"organization", Config{Organization: "hunter2\r\nX: y"}, "organization"},
		{"project", Config{Project: " hunter2"}, "project"},
		{"no CA file", Config{CACertFile: filepath.Join(dir, "absent.pem")}, "ca_cert_file"},
		{"CA directory", Config{CACertFile: dir}, "ca_cert_file"},
		{"CA not PEM", Config{CACertFile: empty}, "ca_cert_file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := New(tt.config)
			wantConfigError(t, err, tt.field)
			if strings.Contains(everyText(err), "hunter2") {
				t.Errorf("the value is quoted in %q", err)
			}
		})
	}
}

func TestDefaultBaseURL(t *testing.T) {
	t.Parallel()
	got, err := Config{}.check()
	if err != nil || got != DefaultBaseURL {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestBaseURLPaths(t *testing.T) {
	t.Parallel()
	server := answering(t, http.StatusOK, theFile)
	for _, path := range []string{"", "/", "/v1", "/v1/", "/v1//", "/a%2Fb/v1"} {
		c, err := New(Config{APIKey: testKey, BaseURL: server.URL + path})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.GetFile(t.Context(), "file-1"); err != nil {
			t.Errorf("%q: %v", path, err)
		}
		requests := server.all()
		equal(t, "URI", requests[len(requests)-1].uri, strings.TrimRight(path, "/")+"/files/file-1")
	}
}

func TestEnvironmentIsIgnored(t *testing.T) {
	server := answering(t, http.StatusOK, pending)
	other := answering(t, http.StatusOK, pending)
	t.Setenv("OPENAI_API_KEY", "sk-environment")
	for _, tt := range []struct{ name, value string }{
		{"OPENAI_ADMIN_KEY", "sk-admin"},
		{"OPENAI_BASE_URL", other.URL},
		{"OPENAI_ORG_ID", "org-environment"},
		{"OPENAI_PROJECT_ID", "proj_environment"},
		{"OPENAI_WEBHOOK_SECRET", "whsec"},
		{"OPENAI_CUSTOM_HEADERS", "X-Custom: yes\nAuthorization: Bearer sk-custom\nIdempotency-Key: k"},
	} {
		t.Setenv(tt.name, tt.value)
	}
	c, err := New(Config{APIKey: testKey, BaseURL: server.URL + "/v1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range uploadCalls() {
		if err := call.send(t.Context(), c, "upload_1"); err != nil {
			t.Errorf("%s: %v", call.name, err)
		}
	}
	_, _ = c.GetFile(t.Context(), "file-1")
	for _, r := range server.all() {
		equal(t, "Authorization", strings.Join(r.header["Authorization"], ","), "Bearer "+testKey)
		for _, name := range []string{"Openai-Organization", "Openai-Project", "X-Custom", "Idempotency-Key"} {
			if r.header.Values(name) != nil {
				t.Errorf("%s: %s is sent: %q", r.uri, name, r.header.Values(name))
			}
		}
	}
	equal(t, "requests", len(server.all()), 5)
	equal(t, "requests to OPENAI_BASE_URL", len(other.all()), 0)
}

// tlsServer offers HTTP/2, which the client mustn't take.
func tlsServer(t *testing.T) (server *httptest.Server, caFile string) {
	t.Helper()
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Request-Id", r.Proto)
		answer(w, http.StatusOK, partAdded)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	bundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(caFile, bundle, 0o600); err != nil {
		t.Fatal(err)
	}
	return server, caFile
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server, caFile := tlsServer(t)
	var event RequestEvent
	c := client(t, server.URL, func(c *Config, _ *limits) {
		c.CACertFile = caFile
		c.Observe = func(e RequestEvent) { event = e }
	})
	if _, err := c.AddPart(t.Context(), "upload_1", zeros(1<<20)); err != nil {
		t.Fatal(err)
	}
	equal(t, "protocol", event.RequestID, "HTTP/1.1")
}

func TestTLSRefused(t *testing.T) {
	t.Parallel()
	server, caFile := tlsServer(t)
	plain := answering(t, http.StatusOK, pending)
	for _, tt := range []struct{ name, root, caFile, text string }{
		{"unknown authority", server.URL, "", "certificate"},
		{"another host", strings.Replace(server.URL, "127.0.0.1", "localhost", 1), caFile, "certificate"},
		{"no TLS", strings.Replace(plain.URL, "http:", "https:", 1), "", "TLS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := create(t, client(t, tt.root, func(c *Config, _ *limits) { c.CACertFile = tt.caFile }))
			wantUnsent(t, err, engine.Final)
			if !strings.Contains(err.Error(), tt.text) {
				t.Error(err)
			}
		})
	}
	equal(t, "requests", len(plain.all()), 0)
}

func TestProxy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		root   string
		status int
		body   string
		ok     bool
		want   int
		class  engine.Class
	}{
		{"http", "http://api.test", 200, pending, true, 0, 0},
		{"http refused", "http://api.test", 407, "<html>", false, 407, engine.Final},
		{"CONNECT unknown", "https://api.test", 407, "", false, 0, engine.Final},
		{"CONNECT forbidden", "https://api.test", 403, "", false, 0, engine.Final},
		{"CONNECT unavailable", "https://api.test", 502, "", false, 0, engine.Retryable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := answering(t, tt.status, tt.body)
			via := func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
			c, err := newClient(Config{APIKey: testKey, BaseURL: tt.root + "/v1", AllowHTTP: true}, defaultLimits(), via)
			if err != nil {
				t.Fatal(err)
			}
			err = create(t, c)
			r := proxy.only(t)
			if tt.ok {
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "request", r.method+" "+r.uri, "POST http://api.test/v1/uploads")
				return
			}
			wantFault(t, err, tt.want, tt.class, false)
			equal(t, "unsent", asError(t, err).Fault().Delivery == engine.NotSent, tt.want == 0)
			if strings.HasPrefix(tt.root, "https") {
				equal(t, "request", r.method+" "+r.uri, "CONNECT api.test:443")
				equal(t, "key shown to the proxy", r.header.Get("Authorization"), "")
			}
		})
	}
}

// The variables are read once in a process, so this takes one of its own.
func TestProxyVariables(t *testing.T) {
	t.Parallel()
	const child = "OPENAI_CLIENT_TEST_PROXY"
	if os.Getenv(child) != "" {
		c, err := New(Config{APIKey: testKey, BaseURL: "http://api.test/v1", AllowHTTP: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := create(t, c); err != nil {
			t.Fatal(err)
		}
		return
	}
	proxy := answering(t, http.StatusOK, pending)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxyVariables$") //nolint:gosec // G204: this very test.
	cmd.Env = append(os.Environ(), child+"=1", "HTTP_PROXY="+proxy.URL, "http_proxy=", "NO_PROXY=", "no_proxy=")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	equal(t, "request", proxy.only(t).uri, "http://api.test/v1/uploads")
}
