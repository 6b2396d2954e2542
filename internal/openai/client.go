// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package openai is the HTTP client of the OpenAI Uploads and Files API: parts
// streamed with an exact length, typed errors that keep what the service said,
// and limits on what a peer may do. What holds for every call:
//
//   - [Config] alone decides; of the environment, only the proxy variables count.
//   - HTTP/1.1, so that parallel parts have connections of their own, and no redirects.
//   - An upload's calls leave retries to the engine. The File calls retry.
//   - A request whose token is refused is sent once more, if there is another token.
//   - No Idempotency-Key is sent, so net/http repeats a POST or DELETE by itself
//     only where a pooled connection was found closed before a byte was written.
//   - Any error of a request is, or wraps, an [*Error]. None contains the API key or a token.
package openai

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

var (
	_ engine.Backend = (*Client)(nil)
	_ engine.Faulty  = (*Error)(nil)
)

// Client is safe for concurrent use. Make one with [New].
type Client struct {
	config     Config
	baseURL    string // Without a slash at its end.
	credential credential
	transport  http.RoundTripper
	timeout    time.Duration
	observe    func(RequestEvent)
	reads      reads
}

// RequestEvent is one request that has ended, without headers and bodies.
type RequestEvent struct {
	Method    string
	Path      string // Escaped and without the query.
	Status    int    // 0 if no answer came.
	Duration  time.Duration
	RequestID string // The service's X-Request-ID, empty if it gave none.
}

// limits are how long the client waits; tests shorten them.
type limits struct {
	expect  time.Duration // How long to wait for "100 Continue".
	request time.Duration // Bounds one attempt of a File call.
}

func defaultLimits() limits { return limits{expect: 5 * time.Second, request: time.Minute} }

// New returns a client. An error is a [*ConfigError]. A missing API key is only
// an error of the calls, [ErrNoAPIKey].
func New(config Config) (*Client, error) {
	return newClient(config, defaultLimits(), http.ProxyFromEnvironment)
}

func newClient(config Config, limits limits, proxy proxyFunc) (*Client, error) {
	baseURL, err := config.check()
	if err != nil {
		return nil, err
	}
	roots, err := rootCAs(config.CACertFile)
	if err != nil {
		return nil, err
	}
	observe := config.Observe
	if observe == nil {
		observe = func(RequestEvent) {}
	}
	client := &Client{
		config:     config,
		baseURL:    baseURL,
		credential: apiKey(config.APIKey),
		transport:  newTransport(config.Slots, roots, limits, proxy),
		timeout:    limits.request,
		observe:    observe,
		reads:      reads{turn: make(chan struct{}, 1), groups: map[string]*readGroup{}},
	}
	if config.WorkloadIdentity != nil {
		if client.credential, err = newIdentity(*config.WorkloadIdentity, client.transport, observe); err != nil {
			return nil, err
		}
	}
	return client, nil
}

// Endpoint returns, in a clause, the base URL, organization and project that
// requests are sent to.
func (c *Client) Endpoint() string {
	own := "the API key's own"
	if c.config.WorkloadIdentity != nil {
		own = "the service account's own"
	}
	return fmt.Sprintf("%s (organization: %s, project: %s)", c.baseURL, cmp.Or(c.config.Organization, own), cmp.Or(c.config.Project, own))
}
