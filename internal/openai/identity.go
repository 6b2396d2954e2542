// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/openai/openai-go/v3/auth"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// exchangeLimit bounds getting an access token, the subject token included. It is
// renewed renewBefore its end; were that longer than its life, each request would renew it.
const (
	exchangeLimit = 30 * time.Second
	renewBefore   = 2 * time.Minute
)

// WorkloadIdentity is who a process is to its platform. OpenAI exchanges the platform's
// subject token for an access token. Exactly one of TokenFile, Azure and GCP is set.
type WorkloadIdentity struct {
	IdentityProviderID string // As registered at OpenAI, like ServiceAccountID.
	ServiceAccountID   string

	TokenFile string // Read anew for every exchange, because Kubernetes replaces it.
	Azure     *auth.AzureManagedIdentityTokenProviderConfig
	GCP       *auth.GCPIDTokenProviderConfig
}

// credential authenticates requests.
type credential interface {
	// token returns a bearer token to send: another one than rejected, which the
	// service has refused, if there is one.
	token(ctx context.Context, rejected string) (string, error)
}

// apiKey is the credential that never changes.
type apiKey string

func (k apiKey) token(context.Context, string) (string, error) {
	if k == "" {
		return "", ErrNoAPIKey
	}
	return string(k), nil
}

// TokenError is why there is no access token for a request. It contains no token. It doesn't unwrap
// its reason: that may be a deadline of the exchange, which must not be mistaken for the caller's.
type TokenError struct {
	Source string // "token_file", "azure" or "gcp" if that gave no subject token; else OpenAI gave no access token.
	Status int    // The status that OpenAI's token endpoint refused with, or 0.
	Err    error  // The reason.

	class engine.Class
	wait  time.Duration
}

// Error returns the reason.
func (e *TokenError) Error() string { return "no access token: " + e.Err.Error() }

// identity is the credential of a workload identity. The SDK keeps an access token, renews it
// in the background from renewBefore its end, and lets parallel requests share an exchange.
type identity struct {
	config  auth.WorkloadIdentity
	source  string // As in TokenError, and
	subject string // as errors call it.

	transport http.RoundTripper
	observe   func(RequestEvent)

	mu    sync.Mutex
	cache *auth.WorkloadIdentityAuth
}

// newIdentity returns a [*ConfigError] if w is incomplete.
func newIdentity(w WorkloadIdentity, transport http.RoundTripper, observe func(RequestEvent)) (*identity, error) {
	i := &identity{transport: transport, observe: observe}
	i.config = auth.WorkloadIdentity{
		IdentityProviderID: w.IdentityProviderID, ServiceAccountID: w.ServiceAccountID, RefreshBufferSeconds: int(renewBefore.Seconds()),
	}
	switch {
	case w.Azure != nil:
		i.source, i.subject = "azure", "Azure's metadata server"
		i.config.Provider = auth.AzureManagedIdentityTokenProvider(w.Azure)
	case w.GCP != nil:
		i.source, i.subject = "gcp", "Google's metadata server"
		i.config.Provider = auth.GCPIDTokenProvider(w.GCP)
	default:
		i.source, i.subject = "token_file", fmt.Sprintf("the token file %q", w.TokenFile)
		i.config.Provider = auth.K8sServiceAccountTokenProvider(w.TokenFile)
	}
	if _, err := i.fresh(nil); err != nil {
		return nil, &ConfigError{"workload_identity", err}
	}
	return i, nil
}

// token implements credential. An exchange isn't cancelled with the request that
// began it, because others may wait for it.
func (i *identity) token(ctx context.Context, rejected string) (string, error) {
	var token string
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeLimit)
		defer cancel()
		token, err = i.exchange(ctx, rejected)
	}()
	select {
	case <-done:
		return token, err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (i *identity) exchange(ctx context.Context, rejected string) (string, error) {
	i.mu.Lock()
	cache := i.cache
	i.mu.Unlock()
	token, err := cache.GetToken(ctx, i)
	if err == nil && token == rejected {
		if cache, err = i.fresh(cache); err == nil {
			token, err = cache.GetToken(ctx, i)
		}
	}
	if err != nil {
		return "", i.explain(err)
	}
	return token, nil
}

// fresh replaces the cache unless that has happened since it was stale: the SDK
// can't be told that the token in it was refused.
func (i *identity) fresh(stale *auth.WorkloadIdentityAuth) (*auth.WorkloadIdentityAuth, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.cache != stale {
		return i.cache, nil
	}
	var err error
	i.cache, err = auth.NewWorkloadIdentityAuth(i.config)
	return i.cache, err
}

// explain says where a token is missing, and whether it is worth asking again.
func (i *identity) explain(err error) *TokenError {
	if refused, ok := errors.AsType[*TokenError](err); ok {
		return refused
	}
	failed, ok := errors.AsType[*auth.SubjectTokenProviderError](err)
	if !ok {
		return &TokenError{Err: fmt.Errorf("OpenAI's token endpoint: %w", err), class: classifyTransport(err)}
	}
	class := engine.Final
	// A metadata server that can't be reached may just be starting, as in a new pod.
	if i.source != "token_file" && failed.Cause != nil {
		class = engine.Retryable
	}
	return &TokenError{Source: i.source, Err: fmt.Errorf("%s gave no subject token: %w", i.subject, err), class: class}
}

// Do implements auth.HTTPDoer: it sends an exchange. The SDK reports most refusals as text; here
// they have a type.
func (i *identity) Do(req *http.Request) (*http.Response, error) {
	event := RequestEvent{Method: req.Method, Path: req.URL.EscapedPath()}
	started := time.Now()
	defer func() {
		event.Duration = time.Since(started)
		i.observe(event)
	}()
	res, err := i.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	event.Status = res.StatusCode
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer res.Body.Close()
	refusal := statusText(res.StatusCode)
	if code := errorCode(res.Body); code != "" {
		refusal += " (" + code + ")"
	}
	failed := &TokenError{Status: res.StatusCode, Err: errors.New("OpenAI's token endpoint answered " + refusal), class: engine.Final}
	if retryableStatus(res.StatusCode) {
		failed.class, failed.wait = engine.Retryable, retryAfter(res.Header, time.Now())
	}
	return nil, failed
}

// errorCode returns a refusal's code, such as "invalid_grant", in OAuth's form or the API's.
// The rest isn't fit to be shown, as it may quote the subject token.
func errorCode(body io.Reader) string {
	raw, _ := io.ReadAll(io.LimitReader(body, maxAnswer)) // Half an answer has no code.
	var refusal Error
	refusal.decodeRefusal(raw, "")
	code := cmp.Or(refusal.Code, refusal.Message)
	if len(code) > maxDetail || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return ""
	}
	return code
}
