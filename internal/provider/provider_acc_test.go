// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bufio"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

// arguments are those of the provider.
type arguments map[string]any

// project is a project with one small upload.
func project(tb testing.TB, mock *openaitest.Server, a arguments) *acctest.Project {
	tb.Helper()
	p := acctest.New(tb, mock, "upload", nil)
	configure(p, a)
	p.Write("data.txt", "content")
	return p
}

// configure makes a the provider's arguments.
func configure(p *acctest.Project, a arguments) {
	p.TB.Helper()
	all := arguments{"max_retries": 0}
	maps.Copy(all, a)
	p.WriteJSON("provider.tf.json", map[string]any{"provider": map[string]any{"openai": all}})
}

// addKey adds a resource whose output is the mock's key, and the argument that takes it.
func addKey(p *acctest.Project) {
	p.TB.Helper()
	configure(p, arguments{"api_key": "${terraform_data.key.output}"})
	p.WriteJSON("key.tf.json", map[string]any{
		"resource": map[string]any{"terraform_data": map[string]any{"key": map[string]any{"input": p.Mock.APIKey()}}},
	})
}

// wantSilence checks that nobody connected to the mock.
func wantSilence(tb testing.TB, mock *openaitest.Server) {
	tb.Helper()
	if n := mock.Connections(); n != 0 {
		tb.Errorf("%d connections", n)
	}
}

func TestAccProvider_noKey(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		arguments arguments
	}{
		{"unset", nil},
		{"null", arguments{"api_key": nil}},
		{"emptyArgument", arguments{"api_key": ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, tt.arguments)
			// Set but empty counts as unset.
			p.Setenv("OPENAI_API_KEY=")
			p.WantPlan(acctest.Create)
			p.TryApply().WantFailure("No OpenAI API key", "api_key", "OPENAI_API_KEY", "Nothing was sent")
			wantSilence(t, mock)
		})
	}
}

// TestAccProvider_keyFromResource makes the key during apply.
func TestAccProvider_keyFromResource(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, nil)
	addKey(p)
	p.Setenv("OPENAI_API_KEY=")
	p.Apply().WantText("2 added")
	p.Plan().WantText("No changes")
	if n := len(mock.Files()); n != 1 {
		t.Errorf("%d Files", n)
	}
	p.Destroy().WantSuccess()
	if n := len(mock.Files()); n != 0 {
		t.Errorf("%d Files after destroy", n)
	}
}

// TestAccProvider_keyUnknownLater has a File that must be asked for before the
// new key is known.
func TestAccProvider_keyUnknownLater(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, nil)
	p.Apply()
	mock.ResetJournal()
	addKey(p)
	p.TryApply().WantFailure("Provider configuration not known yet", "api_key", "-target", "-refresh=false")
	if journal := mock.Journal(); len(journal) != 0 {
		t.Errorf("requests: %+v", journal)
	}
	p.Apply("-target=terraform_data.key").WantText("1 added")
	p.Apply().WantText("0 added, 0 changed, 0 destroyed")
}

func TestAccProvider_baseURLRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, url, text string }{
		{"http", "http://api.example.com/v1", "Over http:// the API key would go to api.example.com unencrypted: use https://, or set allow_http"},
		{"userinfo", "https://user:hidden@api.example.com/v1", "must not contain a user name or password"},
		{"query", "https://api.example.com/v1?a=hidden", "must not contain a query"},
		{"fragment", "https://api.example.com/v1#hidden", "must not contain a fragment"},
		{"scheme", "ftp://api.example.com", "must begin with https://"},
		{"relative", "api.example.com/v1", "must begin with https://"},
		{"host", "https:///v1", "has no host"},
		{"garbage", "https://hidden:%zz", "can't be parsed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, arguments{"base_url": tt.url})
			out := p.Run("validate", "-no-color").WantFailure("Unusable base_url", tt.text)
			// What can be secret is in the excerpt of the configuration, but not in the message.
			_, message, found := strings.Cut(out.Output, tt.url)
			if !found || strings.Contains(message, "hidden") {
				t.Errorf("the message quotes the URL:\n%s", out.Output)
			}
			configure(p, nil)
			p.Setenv("OPENAI_BASE_URL=" + tt.url)
			p.TryApply().WantFailure(tt.text).WantText("the environment variable OPENAI_BASE_URL").WantNoText("hidden")
			wantSilence(t, mock)
		})
	}
}

// TestAccProvider_keyRefused says where a key comes from that can't be sent.
func TestAccProvider_keyRefused(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := project(t, mock, nil)
	p.Setenv("OPENAI_API_KEY=sk-hidden\n")
	p.TryApply().WantFailure("Unusable api_key", "line break").WantText("the environment variable OPENAI_API_KEY").WantNoText("hidden")
	wantSilence(t, mock)
}

// TestAccProvider_allowHTTP reaches another host over http, through a proxy,
// as there is none that isn't this machine.
func TestAccProvider_allowHTTP(t *testing.T) {
	t.Parallel()
	proxy := newProxy(t)
	p := project(t, acctest.Mock(t), arguments{"base_url": "http://api.example.com/v1", "allow_http": true})
	p.Setenv("HTTP_PROXY=" + proxy.url())
	p.TryApply().WantFailure("403 Forbidden")
	if heads := proxy.requests(); len(heads) == 0 || !strings.HasPrefix(heads[0], "POST http://api.example.com/v1/uploads ") {
		t.Errorf("the proxy got %q", heads)
	}
}

// TestAccProvider_proxyRefuses has a proxy that sees where the provider wants
// to go, and lets nothing out. An empty OPENAI_BASE_URL counts as unset.
func TestAccProvider_proxyRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, variable, connect string }{
		{"defaultURL", "OPENAI_BASE_URL=", "CONNECT api.openai.com:443 "},
		{"otherURL", "OPENAI_BASE_URL=https://api.example.com/v1", "CONNECT api.example.com:443 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := newProxy(t)
			mock := acctest.Mock(t, openaitest.Options{APIKey: "sk-not-for-proxies"}) //nolint:gosec // G101: it opens nothing.
			p := project(t, mock, nil)
			p.Setenv(tt.variable, "HTTPS_PROXY="+strings.Replace(proxy.url(), "://", "://name:password-of-the-proxy@", 1))
			out := p.TryApply().WantFailure("the proxy refused to connect: 403 Forbidden", "Nothing is left at OpenAI")
			heads := proxy.requests()
			if len(heads) != 1 || !strings.HasPrefix(heads[0], tt.connect) {
				t.Errorf("the proxy got %q", heads)
			}
			for _, secret := range []string{mock.APIKey(), "password-of-the-proxy"} {
				if strings.Contains(strings.Join(heads, "")+out.Output, secret) {
					t.Errorf("%s was given away:\n%q\n%s", secret, heads, out.Output)
				}
			}
		})
	}
}

// TestAccProvider_precedence sets everything twice: what is configured wins.
func TestAccProvider_precedence(t *testing.T) {
	t.Parallel()
	mock, other := acctest.Mock(t), acctest.Mock(t)
	variables := []string{"OPENAI_ORG_ID=org-environment", "OPENAI_PROJECT_ID=proj-environment"}
	inherited := project(t, mock, nil)
	inherited.Setenv(variables...)
	inherited.Apply().WantText("1 added")
	wantHeaders(t, mock, "org-environment", "proj-environment")
	mock.ResetJournal()
	configured := project(t, other, arguments{
		"base_url": mock.URL() + "/", "api_key": mock.APIKey(), "organization": "org-configured", "project": "proj-configured",
	})
	configured.Setenv(append(variables, "OPENAI_API_KEY=sk-wrong", "OPENAI_CUSTOM_HEADERS=X-Custom: yes")...)
	configured.Apply().WantText("1 added")
	wantHeaders(t, mock, "org-configured", "proj-configured")
	wantSilence(t, other)
	mock.ResetJournal()
	plain := project(t, mock, nil)
	plain.Apply().WantText("1 added")
	wantHeaders(t, mock, "", "")
}

// wantHeaders checks the headers of all requests.
func wantHeaders(t *testing.T, mock *openaitest.Server, organization, project string) {
	t.Helper()
	journal := mock.Journal()
	if len(journal) < 3 {
		t.Errorf("%d requests", len(journal))
	}
	for _, r := range journal {
		if got := r.Header.Get("OpenAI-Organization"); got != organization {
			t.Errorf("%s: organization %q", r.Op, got)
		}
		if got := r.Header.Get("OpenAI-Project"); got != project {
			t.Errorf("%s: project %q", r.Op, got)
		}
		if got := r.Header.Get("User-Agent"); !strings.HasPrefix(got, "terraform-provider-openai/dev terraform/1.") {
			t.Errorf("%s: user agent %q", r.Op, got)
		}
		if got := r.Header.Get("X-Custom"); got != "" {
			t.Errorf("%s: a header from the environment: %q", r.Op, got)
		}
	}
}

// TestAccProvider_values checks what can't be configured.
func TestAccProvider_values(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		value any
		text  string
	}{
		{"max_retries", 21, "max_retries value must be between 0 and 20"},
		{"max_concurrent_parts", 0, "max_concurrent_parts value must be between 1 and 64"},
		{"part_size", 1048575, "part_size value must be between 1048576 and 67108864"},
		{"ca_cert_file", "", "ca_cert_file string length must be at least 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// A provider that nothing uses isn't validated.
			p := project(t, acctest.Mock(t), arguments{tt.name: tt.value})
			p.Run("validate", "-no-color").WantFailure(tt.text)
		})
	}
}

func TestAccProvider_certificateFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, text string }{
		{"missing", "none.pem", "none.pem: no such file or directory"},
		{"noCertificate", "data.txt", "The CA bundle data.txt contains no certificate in PEM form"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t, openaitest.Options{TLS: true})
			p := project(t, mock, arguments{"ca_cert_file": tt.file})
			p.TryApply().WantFailure("Unusable ca_cert_file", tt.text)
			wantSilence(t, mock)
		})
	}
}

// proxy is an HTTP proxy that refuses everything.
type proxy struct {
	address string

	mu    sync.Mutex
	heads []string
}

func newProxy(t *testing.T) *proxy {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: listener.Addr().String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.refuse(conn) })
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
	return p
}

// refuse notes a request's line and headers as they came.
func (p *proxy) refuse(conn net.Conn) {
	defer conn.Close()
	var head strings.Builder
	for reader := bufio.NewReader(conn); ; {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		if head.WriteString(line); line == "\r\n" {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heads = append(p.heads, head.String())
	answer := http.Response{StatusCode: http.StatusForbidden, ProtoMajor: 1, ProtoMinor: 1, Close: true}
	// The client may have gone.
	_ = answer.Write(conn)
}

func (p *proxy) url() string { return "http://" + p.address }

func (p *proxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.heads)
}
