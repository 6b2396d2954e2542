// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package openai is the HTTP client of the OpenAI Uploads and Files API: parts
// streamed with an exact length, typed errors that keep what the service said,
// and limits on what a peer may do.
//
// [Client] implements upload.Backend. What holds for every
// call:
//
//   - [Config] alone decides; of the environment, only the proxy variables count.
//   - HTTP/1.1, so that parallel parts have connections of their own. Redirects
//     are never followed.
//   - An upload's calls send one request each and leave retries to the engine.
//     The File calls retry.
//   - No Idempotency-Key is sent, so net/http repeats a POST or DELETE by itself
//     only where a pooled connection was found closed before a byte was written.
//   - Any error of a request is, or wraps, an [*Error]. None contains the API key.
package openai

import (
	"fmt"
	"net/http"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/upload"
)

var (
	_ upload.Backend = (*Client)(nil)
	_ upload.Faulty  = (*Error)(nil)
)

// Client is safe for concurrent use. Make one with [New].
type Client struct {
	config    Config
	baseURL   string // Without a slash at its end.
	transport http.RoundTripper
	timeout   time.Duration
	observe   func(RequestEvent)
}

// RequestEvent is one request that has ended, without headers and bodies.
type RequestEvent struct {
	Method string
	// Path is the request's, escaped and without the query.
	Path string
	// Status is 0 if no answer came.
	Status   int
	Duration time.Duration
	// RequestID is the service's X-Request-ID, empty if it gave none.
	RequestID string
}

// limits are how long the client waits; tests shorten them.
type limits struct {
	// expect is how long to wait for "100 Continue".
	expect time.Duration
	// request bounds one attempt of a File call.
	request time.Duration
}

func defaultLimits() limits {
	return limits{expect: 5 * time.Second, request: time.Minute}
}

// New returns a client. An error is a [*ConfigError]. A missing API key is
// none: it is an error, [ErrNoAPIKey], of the calls.
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
	return &Client{
		config:    config,
		baseURL:   baseURL,
		transport: newTransport(config.Slots, roots, limits, proxy),
		timeout:   limits.request,
		observe:   observe,
	}, nil
}

// Endpoint returns, in a clause, the base URL that is asked, and for which
// organization and project.
func (c *Client) Endpoint() string {
	or := func(value string) string {
		if value == "" {
			return "the API key's own"
		}
		return value
	}
	return fmt.Sprintf("%s (organization: %s, project: %s)", c.baseURL, or(c.config.Organization), or(c.config.Project))
}
