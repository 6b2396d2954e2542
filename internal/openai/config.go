// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"cmp"
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

// Residencies are the names that [ResidencyURL] takes.
func Residencies() []string { return []string{"global", "us", "eu", "ae", "au", "in", "jp"} }

// ResidencyURL returns the base URL of the API for data in a region.
func ResidencyURL(region string) string {
	if region == "global" {
		return DefaultBaseURL
	}
	return "https://" + region + ".api.openai.com/v1"
}

// Config is the whole configuration of a [Client].
type Config struct {
	APIKey       string // Sent as a bearer token, unless there is a WorkloadIdentity.
	Organization string // Sent as the API's header unless empty.
	Project      string // Likewise.
	UserAgent    string // Replaces Go's unless empty.
	BaseURL      string // The API's root; empty means [DefaultBaseURL]. See [CheckBaseURL].
	AllowHTTP    bool   // Permits plain http to a host that isn't this machine.
	CACertFile   string // A PEM bundle trusted in addition to the system's. Empty: none.
	MaxRetries   int    // How often a File call is sent again.
	Slots        int    // The number of parts in flight, for which buffers are kept.

	// WorkloadIdentity gets the tokens that are sent instead of APIKey. Optional.
	WorkloadIdentity *WorkloadIdentity

	// Observe is called after every request, from several goroutines at once. Optional.
	Observe func(RequestEvent)
}

// ConfigError is a [Config] that can't be used. Its text doesn't name the field.
type ConfigError struct {
	Field string // The field's name in configuration, as in "base_url".
	Err   error
}

// Error returns the reason.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *ConfigError) Unwrap() error { return e.Err }

// check returns the base URL without a slash at its end.
func (c Config) check() (string, error) {
	raw := cmp.Or(c.BaseURL, DefaultBaseURL)
	if err := CheckBaseURL(raw, c.AllowHTTP); err != nil {
		return "", err
	}
	for _, header := range [][2]string{
		{"api_key", c.APIKey}, {"organization", c.Organization}, {"project", c.Project}, {"user_agent", c.UserAgent},
	} {
		if !validHeader(header[1]) {
			return "", &ConfigError{header[0], errors.New("the value can't be sent in an HTTP header: " +
				"it contains a line break, a leading or trailing space, or a character outside ASCII")}
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
// with a host and without userinfo, query and fragment. Plain http, over which
// the API key would be readable in transit, is accepted for a loopback host or
// when allowHTTP is set. The error contains nothing of raw that may be secret.
func CheckBaseURL(raw string, allowHTTP bool) error {
	u, err := url.Parse(raw)
	var reason string
	switch {
	case err != nil:
		// The parser's error quotes the URL, and so a password in it.
		reason = "the base URL can't be parsed"
	case u.Scheme != "https" && u.Scheme != "http":
		reason = "the base URL must begin with https://"
	case u.User != nil:
		reason = "the base URL must not contain a user name or password: the API key is all that authenticates"
	case u.Opaque != "" || u.Hostname() == "":
		reason = "the base URL has no host"
	case u.RawQuery != "" || u.ForceQuery:
		reason = "the base URL must not contain a query"
	case strings.Contains(raw, "#"):
		reason = "the base URL must not contain a fragment"
	case u.Scheme == "http" && !allowHTTP && !loopback(u.Hostname()):
		reason = fmt.Sprintf("over http:// the API key would go to %s unencrypted: use https://, or set allow_http", u.Host)
	default:
		return nil
	}
	return &ConfigError{"base_url", errors.New(reason)}
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
