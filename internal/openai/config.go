// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
)

// DefaultBaseURL is the API of OpenAI itself.
const DefaultBaseURL = "https://api.openai.com/v1"

// Config is all that a [Client] goes by.
type Config struct {
	// APIKey is sent as a bearer token.
	APIKey string

	// Organization and Project are sent as the API's headers unless empty.
	Organization string
	Project      string

	// UserAgent replaces Go's unless empty.
	UserAgent string

	// BaseURL is the API's root; empty means [DefaultBaseURL]. See [CheckBaseURL].
	BaseURL string

	// AllowHTTP permits plain http to a host that isn't this machine.
	AllowHTTP bool

	// CACertFile is a PEM bundle trusted in addition to the system's. Empty: none.
	CACertFile string

	// MaxRetries is how often a File call is sent again.
	MaxRetries int

	// Slots is the number of parts in flight that the connection pool is sized
	// for; zero means 8.
	Slots int

	// Observe is called after every request, from several goroutines at once. Optional.
	Observe func(RequestEvent)
}

// ConfigError is a [Config] that can't be used. Its text doesn't name the field.
type ConfigError struct {
	// Field is the field's name in configuration, as in "base_url".
	Field string
	Err   error
}

// Error returns the reason.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *ConfigError) Unwrap() error { return e.Err }

// check returns the base URL without a slash at its end.
func (c Config) check() (string, error) {
	raw := c.BaseURL
	if raw == "" {
		raw = DefaultBaseURL
	}
	if err := CheckBaseURL(raw, c.AllowHTTP); err != nil {
		return "", err
	}
	for _, header := range []struct{ field, value string }{
		{"api_key", c.APIKey},
		{"organization", c.Organization},
		{"project", c.Project},
		{"user_agent", c.UserAgent},
	} {
		if !validHeader(header.value) {
			return "", &ConfigError{header.field, errors.New("the value can't be sent in an HTTP header: " +
				"it contains a line break, a space at an end or a character outside of ASCII")}
		}
	}
	return strings.TrimRight(raw, "/"), nil
}

func validHeader(value string) bool {
	for _, c := range []byte(value) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return strings.TrimSpace(value) == value
}

// CheckBaseURL returns a [*ConfigError] unless raw is an absolute https URL
// with a host and without userinfo, query and fragment. Plain http, in which
// the API key would be readable on its way, is accepted for a loopback host or
// when allowHTTP is set. The error contains nothing of raw that may be secret.
func CheckBaseURL(raw string, allowHTTP bool) error {
	reason := checkBaseURL(raw, allowHTTP)
	if reason == "" {
		return nil
	}
	return &ConfigError{"base_url", errors.New(reason)}
}

func checkBaseURL(raw string, allowHTTP bool) string {
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's error quotes the URL, and so a password in it.
		return "the base URL can't be parsed"
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return "the base URL must begin with https://"
	case u.User != nil:
		return "the base URL must not contain a user name or password: the API key is all that authenticates"
	case u.Opaque != "" || u.Hostname() == "":
		return "the base URL has no host"
	case u.RawQuery != "" || u.ForceQuery:
		return "the base URL must not contain a query"
	case strings.Contains(raw, "#"):
		return "the base URL must not contain a fragment"
	case u.Scheme == "http" && !allowHTTP && !loopback(u.Hostname()):
		return fmt.Sprintf("over http:// the API key would go to %s unencrypted: use https://, or set allow_http", u.Host)
	}
	return ""
}

func loopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// rootCAs returns the system's roots and those in file, or nil, which stands
// for the system's, if there is no file.
func rootCAs(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, &ConfigError{"ca_cert_file", fmt.Errorf("reading the CA bundle: %w", err)}
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, &ConfigError{"ca_cert_file", fmt.Errorf("loading the system's certificates to add to: %w", err)}
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, &ConfigError{"ca_cert_file", fmt.Errorf("the CA bundle %s contains no certificate in PEM form", file)}
	}
	return roots, nil
}
