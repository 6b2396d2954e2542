// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

// How long an upload may take, relative to common tools: the whole apply compared
// with tools that do the same work at once, the engine with the slower of md5sum
// and curl, and the client with curl, both over TLS.
const (
	applyBound  = 0.85
	engineBound = 1.10
	tlsBound    = 0.9
)

// tool returns a measurement of a program's time.
func (l *lab) tool(ctx context.Context, name string, args ...string) func() (float64, error) {
	return func() (float64, error) {
		took, err := l.run(ctx, l.dir, nil, name, args...)
		if err == nil {
			l.say(filepath.Base(name)+" "+args[0], took)
		}
		return took.wall, err
	}
}

// engine returns a measurement of the time of the upload process.
func (l *lab) engine(ctx context.Context, what, url, path string, flags ...string) func() (float64, error) {
	return func() (float64, error) {
		took, err := l.upload(ctx, what, url, path, flags...)
		return took.wall, err
	}
}

// apply returns a measurement of a first apply's time.
func (l *lab) apply(ctx context.Context, what, url, path string) func() (float64, error) {
	return func() (float64, error) {
		p, err := l.project(ctx, url, path)
		if err != nil {
			return 0, err
		}
		took, err := p.run(ctx, what, "apply", "-auto-approve", "-input=false")
		return took.wall, err
	}
}

// putting returns curl's arguments for sending files, at once if there are several.
func putting(url string, paths ...string) []string {
	args := []string{"-sSZ"}
	for _, path := range paths {
		args = append(args, "-o", "/dev/null", "-T", path, url+"/")
	}
	return args
}

// measureApply compares a whole apply of 1 GiB, less what a file of one byte
// takes, with the tools that do the same work: hash it twice, and send it in eight
// parts, all at once.
func measureApply(ctx context.Context, l *lab) ([]row, error) {
	const parts = 8
	compared := row{
		figure: "apply of 1 GiB / openssl md5, sha256 and curl -Z at once", unit: "×", relation: atMost, bound: applyBound,
	}
	for _, name := range []string{"curl", "openssl"} {
		if _, err := exec.LookPath(name); err != nil {
			compared.why = "there is no " + name + " on PATH"
			return []row{compared}, nil
		}
	}
	size := l.full(1<<30, 256<<20)
	path, err := l.written("apply", size)
	if err != nil {
		return nil, err
	}
	defer l.remove(path)
	byteLong, err := l.written("apply-byte", 1)
	if err != nil {
		return nil, err
	}
	split := make([]string, parts)
	for i := range split {
		if split[i], err = l.written(fmt.Sprintf("apply-part-%d", i), size/parts); err != nil {
			return nil, err
		}
		defer l.remove(split[i])
	}
	url, stop, err := l.startSink(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	medians, err := alternate(l.n,
		l.apply(ctx, "apply of 1 GiB", url, path),
		l.apply(ctx, "apply of a byte", url, byteLong),
		atOnce(
			l.tool(ctx, "openssl", "dgst", "-md5", path),
			l.tool(ctx, "openssl", "dgst", "-sha256", path),
			l.tool(ctx, "curl", putting(url, split...)...),
		),
	)
	if err != nil {
		return nil, err
	}
	return []row{compared.in(" s", medians[0]-medians[1], medians[2])}, nil
}

// atOnce measures all at the same time, and returns the slowest.
func atOnce(measures ...func() (float64, error)) func() (float64, error) {
	return func() (float64, error) {
		var running sync.WaitGroup
		times, failures := make([]float64, len(measures)), make([]error, len(measures))
		for i, measure := range measures {
			running.Go(func() { times[i], failures[i] = measure() })
		}
		running.Wait()
		for _, err := range failures {
			if err != nil {
				return 0, err
			}
		}
		return slices.Max(times), nil
	}
}

// measureLoopback compares the engine with md5sum and curl, on one file and one
// server that throws the content away.
func measureLoopback(ctx context.Context, l *lab) ([]row, error) {
	compared := row{figure: "engine, 1 GiB with hashes / slower of md5sum, curl -T", unit: "×", relation: atMost, bound: engineBound}
	for _, name := range []string{"curl", "md5sum"} {
		if _, err := exec.LookPath(name); err != nil {
			compared.why = "there is no " + name + " on PATH"
			return []row{compared}, nil
		}
	}
	path, err := l.written("loopback", l.full(1<<30, 256<<20))
	if err != nil {
		return nil, err
	}
	defer l.remove(path)
	url, stop, err := l.startSink(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	medians, err := alternate(l.n,
		l.engine(ctx, "engine", url, path), l.tool(ctx, "md5sum", path), l.tool(ctx, "curl", putting(url, path)...))
	if err != nil {
		return nil, err
	}
	return []row{compared.in(" s", medians[0], max(medians[1], medians[2]))}, nil
}

// measureTLS compares the client alone, without hashes, with curl over TLS.
func measureTLS(ctx context.Context, l *lab) ([]row, error) {
	compared := row{figure: "client, 1 GiB over TLS without hashes / curl -T", unit: "×", relation: atMost, bound: tlsBound}
	if _, err := exec.LookPath("curl"); err != nil {
		compared.why = "there is no curl on PATH"
		return []row{compared}, nil
	}
	path, err := l.written("tls", l.full(1<<30, 256<<20))
	if err != nil {
		return nil, err
	}
	defer l.remove(path)
	certificate := filepath.Join(l.dir, "tls.pem")
	url, stop, err := l.startSink(ctx, "-certificate", certificate)
	if err != nil {
		return nil, err
	}
	defer stop()
	medians, err := alternate(l.n,
		l.engine(ctx, "client over TLS", url, path, "-client-only", "-ca", certificate),
		l.tool(ctx, "curl", append(putting(url, path), "--cacert", certificate)...))
	if err != nil {
		return nil, err
	}
	return []row{compared.in(" s", medians[0], medians[1])}, nil
}

// slotsBound is how many times faster eight slots must be than one.
const slotsBound = 7.7

// measureSlots compares eight connections with one, where the line gives each
// the same.
func measureSlots(ctx context.Context, l *lab) ([]row, error) {
	path, err := l.sparse("slots", l.full(1_024_000_000, 256_000_000))
	if err != nil {
		return nil, err
	}
	defer l.remove(path)
	url, stop, err := l.startSink(ctx, "-rate", "20000000", "-latency", "50ms")
	if err != nil {
		return nil, err
	}
	defer stop()
	medians, err := alternate(l.n,
		l.engine(ctx, "8 slots", url, path, "-slots", "8"), l.engine(ctx, "1 slot", url, path, "-slots", "1"))
	if err != nil {
		return nil, err
	}
	compared := row{
		figure: "8 slots / 1 slot, at 20 MB/s and 50 ms each",
		unit:   "× faster", relation: atLeast, bound: slotsBound,
	}.in(" s", medians[0], medians[1])
	compared.value = 1 / compared.value
	return []row{compared}, nil
}

// slowBound is how many times as long an upload may take with one more, slow
// connection as without it.
const slowBound = 1.3

// measureSlowConnection looks at how long eight fast connections take for 64
// parts, and with a ninth that is slow for one part more.
func measureSlowConnection(ctx context.Context, l *lab) ([]row, error) {
	const part, fast = 8_000_000, 8
	alone, err := l.sparse("fast", 8*fast*part)
	if err != nil {
		return nil, err
	}
	defer l.remove(alone)
	beside, err := l.sparse("slow", (8*fast+1)*part)
	if err != nil {
		return nil, err
	}
	defer l.remove(beside)
	upload := func(what, path string, slots int, flags ...string) func() (float64, error) {
		return func() (float64, error) {
			// Anew each time, as only a server's first connection is slow.
			url, stop, err := l.startSink(ctx, append([]string{"-rate", "20000000"}, flags...)...)
			if err != nil {
				return 0, err
			}
			defer stop()
			return l.engine(ctx, what, url, path, "-slots", strconv.Itoa(slots), "-part-size", strconv.Itoa(part))()
		}
	}
	medians, err := alternate(l.n,
		upload("8 fast connections and a slow one", beside, fast+1, "-slow", "1000000"),
		upload("8 fast connections", alone, fast),
	)
	if err != nil {
		return nil, err
	}
	return []row{row{
		figure: "one connection at 1 MB/s beside 8 at 20 MB/s / without it", unit: "×", relation: atMost, bound: slowBound,
	}.in(" s", medians[0], medians[1])}, nil
}

// fairBound is the share of the whole time after which the first of ten uploads must be
// completed.
const fairBound = 0.15

// measureFairness applies ten files over one line, once: it takes minutes.
func measureFairness(ctx context.Context, l *lab) ([]row, error) {
	url, stop, err := l.startSink(ctx, "-line", "20000000")
	if err != nil {
		return nil, err
	}
	defer stop()
	p, remove, err := l.many(ctx, url, l.full(200_000_000, 20_000_000), 10)
	if err != nil {
		return nil, err
	}
	defer remove()
	if err := p.apply(ctx, "apply of ten files on one line"); err != nil {
		return nil, err
	}
	completed, err := completions(ctx, url)
	if err != nil {
		return nil, err
	}
	if len(completed) != 10 {
		return nil, fmt.Errorf("%d of 10 uploads were completed", len(completed))
	}
	return []row{row{
		figure: "ten files of 200 MB at 20 MB/s in all: first / last completed", unit: "×", relation: atMost, bound: fairBound,
	}.in(" s", completed[0], completed[9])}, nil
}

// completions asks the server when uploads were completed, in seconds after the
// first request.
func completions(ctx context.Context, url string) (seconds []float64, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/completions", http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	err = json.NewDecoder(res.Body).Decode(&seconds)
	return seconds, err
}
