// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command openai-mock serves a strict stand-in for OpenAI's Uploads and Files
// API (see internal/openaitest) until it is interrupted.
//
// Its base URL is the first line that it prints on stdout; with -control, the URL
// of the control endpoint is the second. Without -dir, what it keeps is in a
// temporary folder that is removed when the program ends.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/buildinfo"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// version is set by a release.
var version string

// grace is how long requests in flight may take to end after an interruption.
const grace = time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "openai-mock:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	c, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if c.version {
		_, err := fmt.Fprintln(stdout, "openai-mock", buildinfo.Version(version))
		return err
	}
	switch {
	case c.options.Discard:
		fmt.Fprintln(stderr, "openai-mock: content is discarded: md5 isn't checked, content can't be read back")
	case c.options.Dir == "":
		made, merr := os.MkdirTemp("", "openai-mock-")
		if merr != nil {
			return merr
		}
		defer func() { err = errors.Join(err, os.RemoveAll(made)) }()
		c.options.Dir = made
	}
	if c.journal != "" {
		f, err := os.OpenFile(c.journal, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		// A journal that can't be written is no reason to answer differently.
		enc := json.NewEncoder(f)
		c.options.Log = func(r openaitest.Request) { _ = enc.Encode(r) }
	}
	s, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	stopControl, err := c.serveControl(ctx, s, stdout)
	if err != nil {
		return err
	}
	defer stopControl()
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	s.Shutdown(ending)
	return nil
}

// listen returns a server with all that the flags say. It serves.
func (c config) listen(ctx context.Context) (*openaitest.Server, error) {
	s, err := openaitest.Listen(ctx, c.addr, c.options)
	if err != nil {
		return nil, err
	}
	err = s.Err()
	if err == nil && c.seed != "" {
		err = s.Seed(os.DirFS(c.seed))
	}
	for _, f := range c.faults {
		s.Inject(f)
	}
	if err == nil && c.ca != "" {
		err = os.WriteFile(c.ca, s.CertPEM(), 0o644) //nolint:gosec // It is public.
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// serveControl serves the control endpoint, if it is wanted, and prints all URLs.
func (c config) serveControl(ctx context.Context, s *openaitest.Server, stdout io.Writer) (stop func(), err error) {
	stop = func() {}
	urls := s.URL() + "\n"
	if c.control != "" {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.control)
		if err != nil {
			return stop, err
		}
		srv := &http.Server{Handler: s.Control(c.controlToken), ReadHeaderTimeout: time.Minute}
		stop = func() { _ = srv.Close() } // Nothing that it does takes time.
		go func() { _ = srv.Serve(l) }()  // It ends with Close.
		urls += "http://" + l.Addr().String() + "\n"
	}
	// The listeners take connections already, so the URLs are valid from here on.
	if _, err := io.WriteString(stdout, urls); err != nil {
		stop()
		return func() {}, err
	}
	return stop, nil
}
