// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command openai-mock serves a strict stand-in for OpenAI's Uploads and Files
// API (see internal/openaitest) until it is interrupted.
//
// Its base URL is the one line that it prints on stdout. Content is kept in a
// temporary folder that is removed when the program ends, unless -dir or
// -discard says otherwise.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

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

// errUsage means that the flags were wrong; the reason has been printed.
var errUsage = errors.New("wrong usage")

// config is what the flags say.
type config struct {
	addr    string
	journal string
	options openaitest.Options
}

// parse reads the flags. What is wrong with them goes to stderr.
func parse(args []string, stderr io.Writer) (config, error) {
	var c config
	fs := flag.NewFlagSet("openai-mock", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&c.addr, "addr", "127.0.0.1:0", "listen on this `host:port`; port 0 takes a free one")
	fs.StringVar(&c.options.APIKey, "api-key", "sk-mock", "accept this API `key` and no other")
	fs.StringVar(&c.options.Dir, "dir", "", "keep content in this `folder` and leave it there (default: a temporary one, removed at the end)")
	fs.StringVar(&c.journal, "journal", "", "write each request that has ended to this `file`, as a line of JSON")
	fs.Int64Var(&c.options.BytesPerSecond, "bandwidth", 0, "read each connection at this many `bytes` a second (0: no limit)")
	fs.DurationVar(&c.options.Latency, "latency", 0, "wait this long before each answer")
	fs.BoolVar(&c.options.Discard, "discard", false, "keep no content: sizes are checked, md5 isn't, and content can't be read back")
	fs.IntVar(&c.options.Processing, "processing", 0, "refuse this `number` of deletions of each new File with 409")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return c, err
		}
		return c, errUsage
	}
	problem := ""
	switch {
	case fs.NArg() > 0:
		problem = fmt.Sprintf("unexpected argument %q", fs.Arg(0))
	case c.options.APIKey == "":
		problem = "-api-key can't be empty"
	case c.options.Discard && c.options.Dir != "":
		problem = "-discard and -dir exclude each other"
	case c.options.BytesPerSecond < 0 || c.options.Latency < 0 || c.options.Processing < 0:
		problem = "-bandwidth, -latency and -processing can't be negative"
	}
	if problem != "" {
		fmt.Fprintln(stderr, "openai-mock:", problem)
		return c, errUsage
	}
	return c, nil
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	c, err := parse(args, stderr)
	if err != nil {
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
	default:
		if err := os.MkdirAll(c.options.Dir, 0o700); err != nil {
			return err
		}
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
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.addr)
	if err != nil {
		return err
	}
	s := openaitest.New(c.options)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	// The listener takes connections already, so the URL is valid from here on.
	if _, err := fmt.Fprintf(stdout, "http://%s/v1\n", l.Addr()); err != nil {
		s.Close()
		return errors.Join(err, <-served)
	}
	select {
	case err := <-served:
		s.Close()
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	s.Shutdown(ending)
	return <-served
}
