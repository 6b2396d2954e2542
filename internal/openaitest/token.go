// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Identity is a workload that gets access tokens from POST /oauth/token, in
// exchange for the token that its platform gives it (RFC 8693, in JSON). The
// zero value gets none.
type Identity struct {
	// ProviderID and ServiceAccountID are registered at OpenAI.
	ProviderID, ServiceAccountID string
	// SubjectToken is the platform's token, see SetSubjectToken.
	SubjectToken string
	// Lifetime is how long an access token is valid by the server's clock, in
	// whole seconds; an hour if it is 0.
	Lifetime time.Duration
}

// accessTokenPrefix begins the access tokens, so that tests can search for them.
const accessTokenPrefix = "mock-access-"

// SetSubjectToken replaces the subject token that is accepted.
func (s *Server) SetSubjectToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.opts.Identity.SubjectToken; old != "" {
		s.former = append(s.former, old)
	}
	s.opts.Identity.SubjectToken = token
}

// Secrets are the key and all tokens that were accepted so far.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := append(slices.Collect(maps.Keys(s.tokens)), s.former...)
	all = append(all, s.opts.APIKey)
	if token := s.opts.Identity.SubjectToken; token != "" {
		all = append(all, token)
	}
	return all
}

// RevokeTokens ends the validity of all access tokens issued so far.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.former = slices.AppendSeq(s.former, maps.Keys(s.tokens))
	clear(s.tokens)
}

// credential says what r carries in Authorization, as the journal notes it; it is empty if there is nothing.
func (s *Server) credential(r *http.Request) string {
	values := r.Header.Values("Authorization")
	if len(values) == 0 {
		return ""
	}
	bearer, ok := strings.CutPrefix(values[0], "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(values) > 1 || !ok:
	case bearer == s.opts.APIKey:
		return "present"
	case s.now().Before(s.tokens[bearer]):
		return "token"
	}
	return "wrong"
}

// exchangeToken is POST /oauth/token.
func (x *exchange) exchangeToken() (answer, error) {
	if x.fieldErr != nil {
		return oauthError("invalid_request", x.fieldErr.message), nil
	}
	f := &fields{m: x.fields}
	f.only("grant_type", "subject_token", "subject_token_type", "identity_provider_id", "service_account_id")
	if grant := f.text("grant_type"); grant != "urn:ietf:params:oauth:grant-type:token-exchange" {
		return oauthError("unsupported_grant_type", grant), nil
	}
	switch kind := f.text("subject_token_type"); kind {
	case "urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token":
	default:
		return oauthError("invalid_request", "subject_token_type "+kind), nil
	}
	subject, provider, account := f.text("subject_token"), f.text("identity_provider_id"), f.text("service_account_id")
	switch {
	case f.err != nil:
		return oauthError("invalid_request", f.err.message), nil
	case x.r.Header.Get("Authorization") != "" || x.r.URL.RawQuery != "":
		return oauthError("invalid_request", "Authorization and a query have no place here."), nil
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	want := x.s.opts.Identity
	switch {
	case provider != want.ProviderID || account != want.ServiceAccountID:
		return oauthError("invalid_client", provider+" "+account), nil
	case subject != want.SubjectToken:
		// No client should show this to anyone.
		return oauthError("invalid_grant", "Unknown subject token "+subject), nil
	}
	life := want.Lifetime
	if life == 0 {
		life = time.Hour
	}
	token := hexID(accessTokenPrefix)
	x.s.tokens[token] = x.s.now().Add(life)
	return jsonAnswer(http.StatusOK, map[string]any{ //nolint:gosec // G101: RFC 8693 names it so.
		"access_token":      token,
		"issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
		"token_type":        "Bearer",
		"expires_in":        int(life / time.Second),
	}), nil
}

// oauthError is a refusal in OAuth's form (RFC 6749, section 5.2).
func oauthError(code, description string) answer {
	return jsonAnswer(http.StatusBadRequest, map[string]any{"error": code, "error_description": description})
}
