// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// What this provider may take of what the SDK's way takes, and of what the whole buffer takes: time on
// limited connections, time on loopback, where its two hashes show, and memory.
const (
	limitedSDKBound, limitedBufferBound   = 0.25, 0.25
	loopbackSDKBound, loopbackBufferBound = 2, 1
	peakSDKBound, peakBufferBound         = 0.15, 0.05
)

// measureUpload compares three ways to upload a file of 1 GiB. Ours is all that a user waits for: the
// CLI starts, plans and applies, and the provider hashes the content. The others are bare clients, which
// only send. The memory is that of the process that sends, on limited connections.
func measureUpload(ctx context.Context, l *lab) ([]row, error) {
	path, err := l.written("upload", l.full(1<<30, 256<<20))
	if err != nil {
		return nil, err
	}
	defer l.remove(path)
	limited, peaks, err := l.uploads(ctx, path, "-rate", "20000000", "-latency", "50ms")
	if err != nil {
		return nil, err
	}
	loopback, _, err := l.uploads(ctx, path)
	if err != nil {
		return nil, err
	}
	return slices.Concat(
		versus("apply of 1 GiB at 20 MB/s and 50 ms each", limitedSDKBound, limitedBufferBound,
			panel{title: "Time with 20 MB/s and 50 ms for each connection", unit: " s"}, limited),
		versus("apply of 1 GiB on loopback", loopbackSDKBound, loopbackBufferBound,
			panel{title: "Time on loopback, without a limit", unit: " s"}, loopback),
		versus("peak memory, 1 GiB", peakSDKBound, peakBufferBound,
			panel{title: "Peak memory of the process that sends", unit: " MiB"}, peaks),
	), nil
}

// versus compares ours, the first of values, with that of each other client, and draws all.
func versus(figure string, sdkBound, bufferBound float64, p panel, values []float64) []row {
	p.bars = []bar{
		{"this provider: terraform apply, hashing included", values[0]},
		{"official Go SDK: Uploads, 64 MiB parts in turn", values[1]},
		{"whole-buffer provider: one POST /files", values[2]},
	}
	return []row{
		row{figure: figure + " / SDK, parts in turn", unit: "×", relation: atMost, bound: sdkBound, panel: p}.in(p.unit, values[0], values[1]),
		row{figure: figure + " / whole buffer", unit: "×", relation: atMost, bound: bufferBound}.in(p.unit, values[0], values[2]),
	}
}

// uploads measures the clients' times in seconds and the peaks of their memory in MiB: this provider,
// the SDK, the whole buffer. The flags are the server's.
func (l *lab) uploads(ctx context.Context, path string, flags ...string) (times, peaks []float64, err error) {
	provider, _, err := l.provider(ctx)
	if err != nil {
		return nil, nil, err
	}
	other, err := l.copyOfSelf()
	if err != nil {
		return nil, nil, err
	}
	url, stop, err := l.startSink(ctx, flags...)
	if err != nil {
		return nil, nil, err
	}
	defer stop()
	var seen [3][]float64
	times, err = alternate(l.n,
		l.watching(filepath.Join(provider, terraformcli.ProviderBinary), l.apply(ctx, "apply of 1 GiB", url, path), &seen[0]),
		l.watching(other, l.tool(ctx, other, sdkCommand, url, path), &seen[1]),
		l.watching(other, l.tool(ctx, other, bufferCommand, url, path), &seen[2]),
	)
	if err != nil {
		return nil, nil, err
	}
	for _, of := range seen {
		peaks = append(peaks, median(of))
	}
	return times, peaks, nil
}

// watching is measure, which also appends the peak of a program's memory to peaks.
func (l *lab) watching(program string, measure func() (float64, error), peaks *[]float64) func() (float64, error) {
	return func() (took float64, err error) {
		peak, err := l.watched(program, func() (err error) {
			took, err = measure()
			return err
		})
		*peaks = append(*peaks, peak)
		return took, err
	}
}

// copyOfSelf copies this program, as a process is found by its program.
func (l *lab) copyOfSelf() (string, error) {
	program, err := os.ReadFile(l.self)
	if err != nil {
		return "", err
	}
	path := filepath.Join(l.dir, "client")
	return path, os.WriteFile(path, program, 0o700)
}
