// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// errUsage means that the flags were wrong; the reason has been printed.
var errUsage = errors.New("wrong usage")

// config is what the flags say.
type config struct {
	addr, ca              string
	control, controlToken string
	seed, journal         string
	version               bool
	options               openaitest.Options
	faults                []openaitest.Fault
}

// parse reads the flags. What is wrong with them goes to stderr.
func parse(args []string, stderr io.Writer) (config, error) {
	var c config
	fs := flag.NewFlagSet("openai-mock", flag.ContinueOnError)
	fs.SetOutput(stderr)
	o := &c.options
	fs.StringVar(&c.addr, "addr", "127.0.0.1:0", "listen on this `host:port`; port 0 takes a free one, host 0.0.0.0 all interfaces")
	fs.StringVar(&c.ca, "tls", "", "serve https with a self-signed certificate, and write it to this `file` for clients to trust")
	fs.StringVar(&o.APIKey, "api-key", "sk-mock", "accept this API `key` and no other")
	fs.StringVar(&o.Identity.ProviderID, "identity-provider-id", "", "exchange a platform's token for an access token, at /oauth/token, with this `ID`")
	fs.StringVar(&o.Identity.ServiceAccountID, "service-account-id", "", "and this `ID`")
	fs.StringVar(&o.Identity.SubjectToken, "subject-token", "", "accept this `token` of the platform there")
	fs.DurationVar(&o.Identity.Lifetime, "token-lifetime", 0, "how long an access token is valid (default 1h)")
	fs.StringVar(&o.Dir, "dir", "", "keep Files, Uploads, content, journal and clock in this `folder`, and go on from what is there (default: a temporary one, removed at the end)")
	fs.StringVar(&c.seed, "seed", "", "begin with the files in this `folder`, as Files with purpose user_data; those in folders in it have the folder's name as purpose")
	fs.StringVar(&c.journal, "journal", "", "write each request that has ended to this `file`, as a line of JSON")
	faults := fs.String("faults", "", "inject the faults in this `file`, a JSON array")
	fs.StringVar(&c.control, "control", "", "serve the control endpoint (faults, clock, journal) on this loopback `host:port`")
	fs.StringVar(&c.controlToken, "control-token", "", "accept this `token` there")
	fs.Int64Var(&o.BytesPerSecond, "bandwidth", 0, "read each connection at this many `bytes` a second (0: no limit)")
	fs.DurationVar(&o.Latency, "latency", 0, "wait this long before each answer")
	fs.BoolVar(&o.Discard, "discard", false, "keep no content: sizes are checked, md5 isn't, and content can't be read back")
	fs.IntVar(&o.Processing, "processing", 0, "refuse this `number` of deletions of each new File with 409")
	fs.BoolVar(&c.version, "version", false, "print the version")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, err
		}
		return c, errUsage
	}
	o.TLS = c.ca != ""
	problem := c.problem(fs.Args())
	if problem == "" && *faults != "" {
		var err error
		if c.faults, err = readFaults(*faults); err != nil {
			problem = err.Error()
		}
	}
	if problem != "" {
		fmt.Fprintln(stderr, "openai-mock:", problem)
		return c, errUsage
	}
	return c, nil
}

// problem says what is wrong with the flags, if anything.
func (c config) problem(rest []string) string {
	o := c.options
	switch {
	case len(rest) > 0:
		return fmt.Sprintf("unexpected argument %q", rest[0])
	case o.APIKey == "":
		return "-api-key can't be empty"
	case o.Discard && o.Dir != "":
		return "-discard and -dir exclude each other"
	case o.BytesPerSecond < 0 || o.Latency < 0 || o.Processing < 0 || o.Identity.Lifetime < 0:
		return "-bandwidth, -latency, -processing and -token-lifetime can't be negative"
	case (o.Identity.ProviderID == "") != (o.Identity.SubjectToken == "") || (o.Identity.ServiceAccountID == "") != (o.Identity.SubjectToken == ""):
		return "-identity-provider-id, -service-account-id and -subject-token go together"
	case (c.control == "") != (c.controlToken == ""):
		return "-control and -control-token go together"
	case c.control != "" && !isLoopback(c.control):
		return "-control takes a loopback address, such as 127.0.0.1:0"
	}
	return ""
}

// isLoopback reports whether an address can be reached from this machine only.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

func readFaults(name string) ([]openaitest.Fault, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	faults, err := openaitest.ParseFaults(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return faults, nil
}
