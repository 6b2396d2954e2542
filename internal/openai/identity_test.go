// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openai/openai-go/v3/auth"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

const testSubject = "eyJ.subject-of-the-test.sig"

// issuer is OpenAI's token endpoint, as the transport of exchanges. Its n-th
// token, from 1, is "access-<n>" unless answer says otherwise.
type issuer struct {
	tb     testing.TB
	answer func(n int) (status int, body string, err error)

	mu       sync.Mutex
	subjects []string // The subject tokens that it was given.
}

// RoundTrip implements http.RoundTripper.
func (i *issuer) RoundTrip(req *http.Request) (*http.Response, error) {
	if got := req.Method + " " + req.URL.String(); got != "POST https://auth.openai.com/oauth/token" || req.Header.Get("Authorization") != "" {
		i.tb.Errorf("exchange: %s, %v", got, req.Header)
	}
	var body map[string]string
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil || body["identity_provider_id"] != "idp" || body["service_account_id"] != "sa" {
		i.tb.Errorf("exchange: %v %v", body, err)
	}
	i.mu.Lock()
	i.subjects = append(i.subjects, body["subject_token"])
	n := len(i.subjects)
	i.mu.Unlock()
	status, text := http.StatusOK, fmt.Sprintf(`{"access_token":"access-%d","expires_in":3600}`, n)
	if i.answer != nil {
		var err error
		if status, text, err = i.answer(n); err != nil {
			return nil, err
		}
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Retry-After": {"7"}}, Body: io.NopCloser(strings.NewReader(text)),
	}, nil
}

// issued is how many exchanges there were.
func (i *issuer) issued() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.subjects)
}

// withToken returns the identity of a token file.
func (i *issuer) withToken(content string) (id *identity, file string) {
	i.tb.Helper()
	file = filepath.Join(i.tb.TempDir(), "token")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		i.tb.Fatal(err)
	}
	return i.identity(WorkloadIdentity{TokenFile: file}), file
}

func (i *issuer) identity(w WorkloadIdentity) *identity {
	i.tb.Helper()
	w.IdentityProviderID, w.ServiceAccountID = "idp", "sa"
	id, err := newIdentity(w, i, func(RequestEvent) {})
	if err != nil {
		i.tb.Fatal(err)
	}
	return id
}

func wantToken(t *testing.T, id *identity, rejected, want string) {
	t.Helper()
	got, err := id.token(t.Context(), rejected)
	if err != nil || got != want {
		t.Errorf("token %q, %v, want %q", got, err, want)
	}
}

// TestTokenLife follows an access token of an hour in virtual time.
func TestTokenLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		issuer := &issuer{tb: t}
		id, file := issuer.withToken(" " + testSubject + "\n")
		wantToken(t, id, "", "access-1")
		time.Sleep(57 * time.Minute)
		wantToken(t, id, "", "access-1")
		equal(t, "exchanges", issuer.issued(), 1)
		if err := os.WriteFile(file, []byte("next"), 0o600); err != nil {
			t.Fatal(err)
		}
		// Renewed in the background.
		time.Sleep(2 * time.Minute)
		wantToken(t, id, "", "access-1")
		synctest.Wait()
		wantToken(t, id, "", "access-2")
		// Renewed because it has expired.
		time.Sleep(61 * time.Minute)
		wantToken(t, id, "", "access-3")
		equal(t, "subject tokens", strings.Join(issuer.subjects, " "), testSubject+" next next")
	})
}

// TestTokenLife_short doesn't exchange a token with each request.
func TestTokenLife_short(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		issuer := &issuer{tb: t, answer: func(n int) (int, string, error) {
			return http.StatusOK, fmt.Sprintf(`{"access_token":"access-%d","expires_in":900}`, n), nil
		}}
		id, _ := issuer.withToken(testSubject)
		for range 12 {
			wantToken(t, id, "", "access-1")
			time.Sleep(time.Minute)
		}
		equal(t, "exchanges", issuer.issued(), 1)
	})
}

// TestTokenShared asks for tokens in parallel: one exchange does.
func TestTokenShared(t *testing.T) {
	t.Parallel()
	issuer := &issuer{tb: t}
	id, _ := issuer.withToken(testSubject)
	for n, rejected := range []string{"", "access-1"} {
		var wait sync.WaitGroup
		for range 16 {
			wait.Go(func() { wantToken(t, id, rejected, fmt.Sprintf("access-%d", n+1)) })
		}
		wait.Wait()
		equal(t, "exchanges", issuer.issued(), n+1)
	}
	// A token that another request has replaced already.
	wantToken(t, id, "access-1", "access-2")
	equal(t, "exchanges", issuer.issued(), 2)
}

// TestTokenCancelled cancels the request that began an exchange for which another one waits.
func TestTokenCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan struct{})
		issuer := &issuer{tb: t, answer: func(int) (int, string, error) {
			<-answer
			return http.StatusOK, `{"access_token":"access"}`, nil
		}}
		id, _ := issuer.withToken(testSubject)
		ctx, cancel := context.WithCancel(t.Context())
		var wait sync.WaitGroup
		wait.Go(func() {
			if _, err := id.token(ctx, ""); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
		synctest.Wait()
		wait.Go(func() { wantToken(t, id, "", "access") })
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(answer)
		wait.Wait()
		equal(t, "exchanges", issuer.issued(), 1)
	})
}

// TestTokenRefused has an exchange fail.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status int
		body   string
		err    error
		text   string
		class  engine.Class
		wait   time.Duration
	}{
		{"OAuth's form", 400, `{"error":"invalid_grant","error_description":"` + testSubject + `"}`, nil, "400 Bad Request (invalid_grant)", engine.Final, 0},
		{"the API's form", 401, `{"error":{"message":"` + testSubject + `","code":"token_expired"}}`, nil, "401 Unauthorized (token_expired)", engine.Final, 0},
		{"no code", 401, `{"error":"` + testSubject + `"}`, nil, "answered 401 Unauthorized", engine.Final, 0},
		{"page", 403, "<html>" + testSubject, nil, "answered 403 Forbidden", engine.Final, 0},
		{"redirect", 307, "", nil, "307 Temporary Redirect", engine.Final, 0},
		{"throttled", 429, "", nil, "429 Too Many Requests", engine.Retryable, 7 * time.Second},
		{"down", 503, testSubject, nil, "503 Service Unavailable", engine.Retryable, 7 * time.Second},
		{"no token", 200, `{}`, nil, "missing 'access_token'", engine.Retryable, 0},
		{"success as a page", 200, "<html>" + testSubject, nil, "failed to decode", engine.Retryable, 0},
		{"reset", 0, "", errors.New("reset"), "failed to exchange token: reset", engine.Retryable, 0},
		{"certificate", 0, "", &tls.CertificateVerificationError{Err: errors.New("unknown authority")}, "unknown authority", engine.Final, 0},
		{"late", 0, "", context.DeadlineExceeded, "deadline exceeded", engine.Retryable, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := answering(t, http.StatusOK, pending)
			c := client(t, api.URL)
			issuer := &issuer{tb: t, answer: func(int) (int, string, error) { return tt.status, tt.body, tt.err }}
			c.credential, _ = issuer.withToken(testSubject)
			err := create(t, c)
			wantUnsent(t, err, tt.class)
			equal(t, "wait", asError(t, err).Fault().Wait, tt.wait)
			if text := everyText(err); !strings.Contains(text, tt.text) || strings.Contains(text, testSubject) {
				t.Errorf("got %q, want %q in it", text, tt.text)
			}
			if errors.Is(err, context.DeadlineExceeded) {
				t.Error("mistaken for a deadline of the caller")
			}
			equal(t, "exchanges", issuer.issued(), 1)
			equal(t, "requests", len(api.all()), 0)
		})
	}
}

// platform is one that gives no token.
type platform struct{ err error }

func (p platform) TokenType() auth.SubjectTokenType { return auth.SubjectTokenTypeID }

func (p platform) GetToken(context.Context, auth.HTTPDoer) (string, error) { return "", p.err }

// TestNoSubjectToken has no token to exchange.
func TestNoSubjectToken(t *testing.T) {
	t.Parallel()
	issuer := &issuer{tb: t}
	absent := filepath.Join(t.TempDir(), "absent")
	noFile := issuer.identity(WorkloadIdentity{TokenFile: absent})
	emptyFile, empty := issuer.withToken(" \n")
	metadata := func(w WorkloadIdentity, cause error) *identity {
		id := issuer.identity(w)
		id.config.Provider = platform{&auth.SubjectTokenProviderError{Provider: "the SDK's name", Message: "no luck", Cause: cause}}
		id.cache = nil
		if _, err := id.fresh(nil); err != nil {
			t.Fatal(err)
		}
		return id
	}
	azure := WorkloadIdentity{Azure: &auth.AzureManagedIdentityTokenProviderConfig{}}
	gcp := WorkloadIdentity{GCP: &auth.GCPIDTokenProviderConfig{}}
	for _, tt := range []struct {
		name   string
		id     *identity
		source string
		text   string
		class  engine.Class
	}{
		{"no file", noFile, "token_file", absent, engine.Final},
		{"empty file", emptyFile, "token_file", fmt.Sprintf("the token file %q gave no subject token", empty), engine.Final},
		{"Azure unreachable", metadata(azure, errors.New("no route to host")), "azure", "Azure's metadata server gave no subject token", engine.Retryable},
		{"Azure refuses", metadata(azure, nil), "azure", "no luck", engine.Final},
		{"Google unreachable", metadata(gcp, context.DeadlineExceeded), "gcp", "Google's metadata server gave no subject token", engine.Retryable},
		{"Google refuses", metadata(gcp, nil), "gcp", "no luck", engine.Final},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := answering(t, http.StatusOK, pending)
			c := client(t, api.URL)
			c.credential = tt.id
			err := create(t, c)
			wantUnsent(t, err, tt.class)
			failed, ok := errors.AsType[*TokenError](err)
			if !ok || failed.Source != tt.source || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v", err)
			}
			equal(t, "requests", len(api.all()), 0)
		})
	}
	equal(t, "exchanges", issuer.issued(), 0)
}

// TestTokenRejected has the service refuse access tokens.
func TestTokenRejected(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		key      string // Used instead of an identity, if set.
		rejected int    // How many requests are answered with 401.
		issue    string // What every exchange gives, if set.
		sent     string
		status   int
	}{
		{"renewed", "", 1, "", "Bearer access-1 Bearer access-2", 0},
		{"renewed in vain", "", 2, "", "Bearer access-1 Bearer access-2", http.StatusUnauthorized},
		{"the same again", "", 1, `{"access_token":"same"}`, "Bearer same", http.StatusUnauthorized},
		{"key", testKey, 1, "", "Bearer " + testKey, http.StatusUnauthorized},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
				if n <= tt.rejected {
					answer(w, http.StatusUnauthorized, `{"error":{"message":"Bad token: `+strings.Fields(tt.sent)[2*n-1]+`"}}`)
					return
				}
				answer(w, http.StatusOK, partAdded)
			})
			c := client(t, api.URL)
			issuer := &issuer{tb: t}
			if tt.issue != "" {
				issuer.answer = func(int) (int, string, error) { return http.StatusOK, tt.issue, nil }
			}
			if tt.key == "" {
				c.credential, _ = issuer.withToken(testSubject)
			}
			_, err := c.AddPart(t.Context(), "upload_1", textPart("the content"))
			var sent []string
			for _, r := range api.all() {
				sent = append(sent, r.header.Get("Authorization"))
				if !strings.Contains(r.body, "\r\n\r\nthe content\r\n") {
					t.Errorf("the part isn't whole: %q", r.body)
				}
			}
			equal(t, "sent", strings.Join(sent, " "), tt.sent)
			if tt.status == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantFault(t, err, tt.status, engine.Final, true)
			if last := strings.TrimPrefix(sent[len(sent)-1], "Bearer "); !strings.Contains(err.Error(), "Bad token: [credential]") ||
				strings.Contains(everyText(err), last) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestTokenLost has a token refused that can't be renewed: that is what the error says.
func TestTokenLost(t *testing.T) {
	t.Parallel()
	api := answering(t, http.StatusUnauthorized, `{"error":{"message":"expired"}}`)
	c := client(t, api.URL)
	issuer := &issuer{tb: t, answer: func(n int) (int, string, error) {
		if n > 1 {
			return http.StatusServiceUnavailable, "", nil
		}
		return http.StatusOK, `{"access_token":"access"}`, nil
	}}
	c.credential, _ = issuer.withToken(testSubject)
	err := create(t, c)
	wantUnsent(t, err, engine.Retryable)
	if !strings.Contains(err.Error(), "OpenAI's token endpoint answered 503") {
		t.Error(err)
	}
	equal(t, "requests", len(api.all()), 1)
}

// TestIdentityIncomplete has a configuration that the SDK doesn't take.
func TestIdentityIncomplete(t *testing.T) {
	t.Parallel()
	_, err := New(Config{WorkloadIdentity: &WorkloadIdentity{ServiceAccountID: "sa", TokenFile: "token"}})
	wantConfigError(t, err, "workload_identity")
}

func TestResidencyURL(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"global": "https://api.openai.com/v1",
		"us":     "https://us.api.openai.com/v1",
		"eu":     "https://eu.api.openai.com/v1",
		"ae":     "https://ae.api.openai.com/v1",
		"au":     "https://au.api.openai.com/v1",
		"in":     "https://in.api.openai.com/v1",
		"jp":     "https://jp.api.openai.com/v1",
	}
	equal(t, "regions", len(Residencies()), len(want))
	for _, region := range Residencies() {
		equal(t, region, ResidencyURL(region), want[region])
		if err := CheckBaseURL(ResidencyURL(region), false); err != nil {
			t.Error(err)
		}
	}
}
