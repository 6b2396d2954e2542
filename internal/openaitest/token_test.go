// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// goodExchange is an exchange as RFC 8693 and the official clients have it.
const goodExchange = `{"grant_type":"urn:ietf:params:oauth:grant-type:token-exchange","subject_token":"subject",` +
	`"subject_token_type":"urn:ietf:params:oauth:token-type:jwt","identity_provider_id":"idp_1","service_account_id":"sa_1"}`

func identityServer(t *testing.T) (*openaitest.Server, *client) {
	t.Helper()
	s := openaitest.Start(t, openaitest.Options{Identity: openaitest.Identity{
		ProviderID: "idp_1", ServiceAccountID: "sa_1", SubjectToken: "subject", Lifetime: time.Minute,
	}})
	return s, newClient(t, s)
}

// exchange sends body to the token endpoint, which isn't below the API's root.
func (c *client) exchange(body string, header ...string) reply {
	c.tb.Helper()
	req := c.request(c.tb.Context(), http.MethodPost, "", strings.NewReader(body),
		append([]string{"Authorization: ", "Content-Type: application/json"}, header...)...)
	req.URL.Path = "/oauth/token"
	r, err := c.try(req)
	if err != nil {
		c.tb.Fatal(err)
	}
	return r
}

func TestExchange(t *testing.T) {
	t.Parallel()
	s, c := identityServer(t)
	r := c.exchange(goodExchange)
	c.want(r, http.StatusOK)
	token, ok := r.body["access_token"].(string)
	if !ok || r.body["token_type"] != "Bearer" || r.body["expires_in"] != 60.0 {
		t.Fatalf("answer: %s", r.raw)
	}
	if body := only(t, s, openaitest.OpExchangeToken).Body; body["subject_token"] != nil || body["service_account_id"] != "sa_1" {
		t.Errorf("journal: %v", body)
	}
	want := func(status int, noted string) {
		t.Helper()
		s.ResetJournal()
		c.want(c.do(http.MethodGet, "/files", nil, "Authorization: Bearer "+token), status)
		if got := only(t, s, openaitest.OpListFiles).Header.Get("Authorization"); got != noted {
			t.Errorf("noted as %q, want %q", got, noted)
		}
	}
	want(http.StatusOK, "token")
	s.Advance(61 * time.Second)
	want(http.StatusUnauthorized, "wrong")
	token, _ = c.exchange(goodExchange).body["access_token"].(string)
	want(http.StatusOK, "token")
	s.RevokeTokens()
	want(http.StatusUnauthorized, "wrong")
	s.SetSubjectToken("next")
	c.want(c.exchange(goodExchange), http.StatusBadRequest)
	c.want(c.exchange(strings.Replace(goodExchange, `"subject"`, `"next"`, 1)), http.StatusOK)
	for _, secret := range []string{"subject", "next", token} {
		if !slices.Contains(s.Secrets(), secret) {
			t.Errorf("%q isn't among the secrets", secret)
		}
	}
}

func TestExchangeRefused(t *testing.T) {
	t.Parallel()
	_, c := identityServer(t)
	for _, tt := range []struct {
		name, old, changed string
		header             []string
		code               string
	}{
		{"other subject", `"subject"`, `"other"`, nil, "invalid_grant"},
		{"other provider", "idp_1", "idp_2", nil, "invalid_client"},
		{"other account", "sa_1", "sa_2", nil, "invalid_client"},
		{"other grant", "grant-type:token-exchange", "grant-type:jwt-bearer", nil, "unsupported_grant_type"},
		{"other type", "token-type:jwt", "token-type:saml2", nil, "invalid_request"},
		{"no account", `,"service_account_id":"sa_1"`, "", nil, "invalid_request"},
		{"a field more", `{`, `{"scope":"all",`, nil, "invalid_request"},
		{"no JSON", goodExchange, "grant_type=x", nil, "invalid_request"},
		{"the key comes along", "", "", []string{"Authorization: Bearer " + c.s.APIKey()}, "invalid_request"},
		{"a form", "", "", []string{"Content-Type: application/x-www-form-urlencoded"}, "invalid_request"},
	} {
		r := c.exchange(strings.Replace(goodExchange, tt.old, tt.changed, 1), tt.header...)
		if r.status != http.StatusBadRequest || r.body["error"] != tt.code {
			t.Errorf("%s: %d %s, want %s", tt.name, r.status, r.raw, tt.code)
		}
	}
	// Without an identity there are no tokens.
	none := newClient(t, openaitest.Start(t))
	none.want(none.exchange(goodExchange), http.StatusBadRequest)
}
