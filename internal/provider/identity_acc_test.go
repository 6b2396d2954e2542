// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const (
	subjectToken = "eyJ.subject-of-the-platform.first"  //nolint:gosec // G101: it opens nothing.
	nextSubject  = "eyJ.subject-of-the-platform.second" //nolint:gosec // G101: likewise.
	mib          = 1 << 20
)

// withIdentity starts a mock that gives access tokens for subjectToken.
func withIdentity(tb testing.TB, lifetime time.Duration, o openaitest.Options) *openaitest.Server {
	tb.Helper()
	o.Identity = openaitest.Identity{
		ProviderID: "idp_123", ServiceAccountID: "sa_456", SubjectToken: subjectToken, Lifetime: lifetime,
	}
	o.TLS = true
	return acctest.Mock(tb, o)
}

// workloadIdentity is the argument for source.
func workloadIdentity(source arguments) arguments {
	all := arguments{"identity_provider_id": "idp_123", "service_account_id": "sa_456"}
	maps.Copy(all, source)
	return all
}

// keyless is a project that authenticates with the token in the file "token". There is a key in the
// environment, too, which is wrong. It uploads content in parts of 1 MiB.
func keyless(tb testing.TB, mock *openaitest.Server, content string, more arguments) (*acctest.Project, *tunnel) {
	tb.Helper()
	a := arguments{
		"workload_identity": workloadIdentity(arguments{"token_file": "token"}),
		"ca_cert_file":      "ca.pem", "part_size": mib, "max_concurrent_parts": 1, "max_retries": 3,
	}
	maps.Copy(a, more)
	p := project(tb, mock, a)
	p.Write("data.txt", content)
	p.Write("token", subjectToken+"\n")
	p.Write("ca.pem", string(mock.CertPEM()))
	proxy := newTunnel(tb, mock)
	// The key isn't used, so it needn't be usable.
	p.Setenv("OPENAI_API_KEY=sk-wrong\n", "HTTPS_PROXY="+proxy.URL)
	return p, proxy
}

// TestAccIdentity_expiry uploads a file while the access tokens end and the platform
// replaces its own.
func TestAccIdentity_expiry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		options openaitest.Options
		life    time.Duration // Of an access token, as the client knows it.
		fault   openaitest.Fault
		more    arguments
		least   int // The number of exchanges during apply,
		most    int // 0 for any.
	}{
		// The service refuses the third part, and has read it,
		{"refused", openaitest.Options{}, 0, openaitest.Fault{Status: http.StatusUnauthorized}, nil, 2, 2},
		// or not even that, so that the answer may be lost.
		{
			"refusedEarly",
			openaitest.Options{},
			0,
			openaitest.Fault{Status: http.StatusUnauthorized, Early: true, AfterBytes: 64 << 10},
			nil, 2, 2,
		},
		{"parallel", openaitest.Options{BytesPerSecond: 4 * mib}, 0, openaitest.Fault{}, arguments{"max_concurrent_parts": 4}, 2, 2},
		// Tokens end by themselves, but not between an exchange and the request that follows.
		{"shortLived", openaitest.Options{BytesPerSecond: 700_000}, 3 * time.Second, openaitest.Fault{}, nil, 3, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := withIdentity(t, tt.life, tt.options)
			content := acctest.Pattern(6*mib+9, 3)
			p, proxy := keyless(t, mock, content, tt.more)
			tt.fault.Op, tt.fault.Skip = openaitest.OpAddPart, 2
			tt.fault.Hook = func(openaitest.Request) {
				p.Write("token", nextSubject)
				mock.SetSubjectToken(nextSubject)
				mock.RevokeTokens()
			}
			if tt.life == 0 {
				mock.Inject(tt.fault)
			}
			p.Apply().WantText("1 added")
			files := mock.Files()
			if len(files) != 1 || !bytes.Equal(files[0].Content, []byte(content)) {
				t.Errorf("%d Files, or other content", len(files))
			}
			if n := len(mock.Requests(openaitest.OpExchangeToken)); n < tt.least || tt.most > 0 && n > tt.most {
				t.Errorf("%d exchanges, want %d to %d", n, tt.least, tt.most)
			}
			for _, r := range mock.Requests(openaitest.OpAddPart) {
				if sent := r.Header.Get("Authorization"); sent != "token" && r.Status != http.StatusUnauthorized {
					t.Errorf("a part with the status %d was sent with the %s credential", r.Status, sent)
				}
			}
			p.WantPlan(acctest.NoOp, "-detailed-exitcode")
			p.Destroy().WantSuccess()
			if hosts := proxy.hosts(); !slices.Equal(slices.Compact(hosts), []string{"auth.openai.com:443"}) {
				t.Errorf("the proxy was asked for %q", hosts)
			}
		})
	}
}

// TestAccIdentity_retriedOnce has the service refuse every access token.
func TestAccIdentity_retriedOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		op   openaitest.Op
		want map[openaitest.Op]int
	}{
		{"create", openaitest.OpCreateUpload, map[openaitest.Op]int{openaitest.OpCreateUpload: 2, openaitest.OpExchangeToken: 2}},
		{"part", openaitest.OpAddPart, map[openaitest.Op]int{
			openaitest.OpCreateUpload: 1, openaitest.OpAddPart: 2, openaitest.OpCancelUpload: 1, openaitest.OpExchangeToken: 2,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := withIdentity(t, 0, openaitest.Options{})
			p, _ := keyless(t, mock, "content", nil)
			mock.Inject(openaitest.Fault{Op: tt.op, Times: -1, Status: http.StatusUnauthorized})
			p.TryApply().WantFailure("401 Unauthorized", "with workload_identity, check that its service account still exists")
			acctest.WantRequests(t, mock, tt.want)
		})
	}
}

// TestAccIdentity_secrets looks for tokens in everything that a run writes.
func TestAccIdentity_secrets(t *testing.T) {
	t.Parallel()
	mock := withIdentity(t, 0, openaitest.Options{})
	p, _ := keyless(t, mock, "content", nil)
	p.Setenv("TF_LOG_PATH=")
	want := func(where, text string) {
		t.Helper()
		for _, secret := range []string{subjectToken, "mock-access-"} {
			if _, after, found := strings.Cut(text, secret); found {
				t.Errorf("%s contains %q, before %.80q", where, secret, after)
			}
		}
	}
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: http.StatusUnauthorized})
	want("plan's log", p.Plan().Output)
	want("the plan as JSON", p.MustRun("show", "-json", "plan.bin").Output)
	want("the plan", p.PlanFile())
	out := p.ApplyPlan().WantSuccess()
	want("apply's log", out.Output)
	want("the state", p.Read("terraform.tfstate"))
	// Otherwise the log may just be missing.
	if !strings.Contains(out.Output, "path=/oauth/token") {
		t.Errorf("no exchange is logged:\n%s", out.Output)
	}
	// The mock quotes the token that it refuses.
	mock.SetSubjectToken(nextSubject)
	want("the failure's log", p.Destroy().WantFailure("400 Bad Request (invalid_grant)").Output)
}

// TestAccIdentity_noToken can't get an access token. Nothing is sent to the API.
func TestAccIdentity_noToken(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		token     string // The file's content, which is removed if it is empty.
		fault     openaitest.Fault
		exchanges int
		texts     []string
	}{
		{"absent", "", openaitest.Fault{}, 0, []string{`the token file "token"`, "no such file", "Check workload_identity.token_file"}},
		{"empty", "\n", openaitest.Fault{}, 0, []string{`the token file "token"`, "is empty", "Check workload_identity.token_file"}},
		{"refused", "another", openaitest.Fault{}, 1, []string{"400 Bad Request (invalid_grant)", "identity_provider_id and service_account_id"}},
		{"down", subjectToken, openaitest.Fault{Times: -1, Status: http.StatusServiceUnavailable}, 2, []string{"503 Service Unavailable"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := withIdentity(t, 0, openaitest.Options{})
			p, _ := keyless(t, mock, "content", arguments{"max_retries": 1})
			if p.Write("token", tt.token); tt.token == "" {
				p.Remove("token")
			}
			tt.fault.Op = openaitest.OpExchangeToken
			if tt.fault.Status != 0 {
				mock.Inject(tt.fault)
			}
			p.WantPlan(acctest.Create)
			p.TryApply().WantFailure(append([]string{"no access token"}, tt.texts...)...).WantText("Nothing is left at OpenAI")
			want := map[openaitest.Op]int{}
			if tt.exchanges > 0 {
				want[openaitest.OpExchangeToken] = tt.exchanges
			}
			acctest.WantRequests(t, mock, want)
		})
	}
}

// TestAccIdentity_unknown has an identity that a resource makes known.
func TestAccIdentity_unknown(t *testing.T) {
	t.Parallel()
	mock := withIdentity(t, 0, openaitest.Options{})
	const output = "${terraform_data.key.output}"
	for _, tt := range []struct {
		name  string
		value any
	}{
		{"partly", workloadIdentity(arguments{"token_file": output})},
		{"wholly", output},
	} {
		p, _ := keyless(t, mock, "content", arguments{"workload_identity": tt.value})
		var input any = "token"
		if tt.value == output {
			input = workloadIdentity(arguments{"token_file": "token"})
		}
		p.WriteJSON("key.tf.json", map[string]any{
			"resource": map[string]any{"terraform_data": map[string]any{"key": map[string]any{"input": input}}},
		})
		p.Apply().WantText("2 added")
		p.MustRun("state", "rm", "terraform_data.key")
		p.TryApply().WantFailure("Provider configuration not known yet", "workload_identity", "-target")
	}
}

// TestAccIdentity_validate checks what the configuration alone shows.
func TestAccIdentity_validate(t *testing.T) {
	t.Parallel()
	file := arguments{"token_file": "token"}
	for _, tt := range []struct {
		name      string
		arguments arguments
		text      string // Empty if the configuration is right.
	}{
		{"azure", arguments{"workload_identity": workloadIdentity(arguments{"azure": arguments{"resource": "api://a"}})}, ""},
		{"azureIdentity", arguments{"workload_identity": workloadIdentity(arguments{"azure": arguments{"resource": "api://a", "client_id": "a"}})}, ""},
		{"azureManagement", arguments{"workload_identity": workloadIdentity(arguments{"azure": arguments{}})}, `attribute "resource" is required`},
		{"gcp", arguments{"workload_identity": workloadIdentity(arguments{"gcp": arguments{"audience": "a"}})}, ""},
		{"nullKey", arguments{"workload_identity": workloadIdentity(file), "api_key": nil}, ""},
		{"residency", arguments{"data_residency": "eu"}, ""},
		{
			"key",
			arguments{"workload_identity": workloadIdentity(file), "api_key": "sk-configured"},
			`Attribute "api_key" cannot be specified when "workload_identity" is specified`,
		},
		{"noSource", arguments{"workload_identity": workloadIdentity(nil)}, "Exactly one of token_file, azure and gcp says where the platform's token comes from. Set one of them."},
		{
			"twoSources",
			arguments{"workload_identity": workloadIdentity(arguments{"token_file": "token", "gcp": arguments{}})},
			"token_file and gcp are set: remove all but one.",
		},
		{
			"twoIdentities",
			arguments{"workload_identity": workloadIdentity(arguments{"azure": arguments{"resource": "api://a", "client_id": "a", "object_id": "b"}})},
			`"workload_identity.azure.object_id" cannot be specified when "workload_identity.azure.client_id" is specified`,
		},
		{"emptyFile", arguments{"workload_identity": workloadIdentity(arguments{"token_file": ""})}, "string length must be at least 1"},
		{"noAccount", arguments{"workload_identity": arguments{"identity_provider_id": "a", "token_file": "b"}}, `"service_account_id" is required`},
		{"noRegion", arguments{"data_residency": "kr"}, `data_residency value must be one of: ["global" "us" "eu" "ae" "au" "in" "jp"]`},
		{
			"twoURLs",
			arguments{"data_residency": "eu", "base_url": "https://example.com/v1"},
			`Attribute "base_url" cannot be specified when "data_residency" is specified`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, tt.arguments)
			if out := p.Run("validate", "-no-color"); tt.text == "" {
				out.WantSuccess()
				p.WantPlan(acctest.Create)
			} else {
				out.WantFailure(tt.text).WantNoText("sk-configured\" is")
			}
			wantSilence(t, mock)
		})
	}
}

// TestAccProvider_dataResidency uploads to a region, though the environment names another URL.
func TestAccProvider_dataResidency(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ region, host string }{{"global", "api.openai.com:443"}, {"eu", "eu.api.openai.com:443"}} {
		t.Run(tt.region, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t, openaitest.Options{TLS: true})
			p := project(t, mock, arguments{"data_residency": tt.region, "ca_cert_file": "ca.pem"})
			p.Write("ca.pem", string(mock.CertPEM()))
			proxy := newTunnel(t, mock)
			p.Setenv("HTTPS_PROXY=" + proxy.URL)
			p.Apply().WantText("1 added")
			p.WantPlan(acctest.NoOp, "-detailed-exitcode")
			if hosts := proxy.hosts(); !slices.Equal(slices.Compact(hosts), []string{tt.host}) {
				t.Errorf("the proxy was asked for %q, want %s", hosts, tt.host)
			}
		})
	}
}

// tunnel is a proxy that connects to a mock, whichever host it is asked for.
type tunnel struct {
	*httptest.Server

	mu    sync.Mutex
	asked []string
}

func newTunnel(tb testing.TB, mock *openaitest.Server) *tunnel {
	tb.Helper()
	address := strings.TrimSuffix(strings.TrimPrefix(mock.URL(), "https://"), "/v1")
	t := &tunnel{}
	t.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.mu.Lock()
		t.asked = append(t.asked, r.Host)
		t.mu.Unlock()
		server, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", address)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer server.Close()
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer client.Close()
		_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(server, client)
			_ = server.Close() // Ends the other direction.
		}()
		_, _ = io.Copy(client, server)
	}))
	tb.Cleanup(t.Close)
	return t
}

// hosts are those that the proxy was asked for, in order.
func (t *tunnel) hosts() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.asked)
}
