// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

const mebibyte = 1 << 20

// binaryBound is the maximum size of the stripped program in MB.
const binaryBound = 21

// measureBinary looks at the size of the provider.
func measureBinary(ctx context.Context, l *lab) ([]row, error) {
	dir, _, err := l.provider(ctx)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(filepath.Join(dir, terraformcli.ProviderBinary))
	if err != nil {
		return nil, err
	}
	size := float64(info.Size()) / 1_000_000
	return []row{{figure: "size of the stripped program", value: size, unit: " MB", relation: atMost, bound: binaryBound}}, nil
}

// What the provider's process may hold in memory, in MiB.
const (
	oneBound = 28
	tenBound = 36
)

// measureMemory looks at the provider's process, as a real CLI runs it, while it
// uploads one file and ten at once, and at others that send a file. The files are
// sparse.
func measureMemory(ctx context.Context, l *lab) ([]row, error) {
	one := row{figure: "peak memory, one file of 8 GB", unit: " MiB", relation: atMost, bound: oneBound}
	ten := row{figure: "peak memory, ten files of 8 GB at once", unit: " MiB", relation: atMost, bound: tenBound}
	url, stop, err := l.startSink(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	large, medium := l.full(8_000_000_000, 1_000_000_000), int64(500_000_000)
	sdk, err := l.copyOfSelf()
	if err != nil {
		return nil, err
	}
	curl, err := exec.LookPath("curl")
	if err != nil {
		one.why, ten.why = "there is no curl on PATH", "there is no curl on PATH"
		return []row{one, ten}, nil
	}
	medians, err := alternate(l.n,
		l.peakOfApply(ctx, url, large, 1),
		l.peakOf(ctx, curl, large, func(path string) []string { return putting(url, path) }),
		l.peakOf(ctx, sdk, medium, func(path string) []string { return []string{sdkCommand, url, path} }),
	)
	if err != nil {
		return nil, err
	}
	one.value = medians[0]
	one.panel = panel{title: "Peak memory (shorter is better)", unit: " MiB", bars: []bar{
		{"this provider, a file of 8 GB", medians[0]},
		{"curl -T, a file of 8 GB", medians[1]},
		{"the SDK's Files.New, a file of 500 MB", medians[2]},
	}}
	// Measured once: it takes minutes, and isn't a ratio.
	if ten.value, err = l.peakOfApply(ctx, url, large, 10)(); err != nil {
		return []row{one}, err
	}
	return []row{one, ten}, nil
}

// copyOfSelf copies this program, as a process is found by its program.
func (l *lab) copyOfSelf() (string, error) {
	path := filepath.Join(l.dir, "sdk")
	from, err := os.Open(l.self)
	if err != nil {
		return "", err
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	return path, errors.Join(err, to.Close())
}

// peakOf measures the memory of a program that sends a new file of size bytes.
func (l *lab) peakOf(ctx context.Context, name string, size int64, args func(path string) []string) func() (float64, error) {
	return func() (float64, error) {
		path, err := l.sparse("memory", size)
		if err != nil {
			return 0, err
		}
		defer l.remove(path)
		return l.watched(name, func() error {
			_, err := l.run(ctx, l.dir, nil, name, args(path)...)
			return err
		})
	}
}

// peakOfApply measures the memory of the provider while count new files of size
// bytes are applied.
func (l *lab) peakOfApply(ctx context.Context, url string, size int64, count int) func() (float64, error) {
	return func() (float64, error) {
		p, remove, err := l.many(ctx, url, size, count)
		if err != nil {
			return 0, err
		}
		defer remove()
		return l.watched(p.binary, func() error { return p.apply(ctx, fmt.Sprintf("apply, %d × %d MB", count, size/1_000_000)) })
	}
}

// watched returns the most memory, in MiB, that a process of a program had
// resident while work went on.
func (l *lab) watched(program string, work func() error) (float64, error) {
	took, err := l.observed(program, work)
	return float64(took.peak) / mebibyte, err
}

// observed returns what the processes of a program used while work went on.
func (l *lab) observed(program string, work func() error) (used, error) {
	stop := watch(program)
	err := work()
	took := stop()
	switch {
	case err != nil:
		return used{}, err
	case took.peak == 0:
		return used{}, fmt.Errorf("no process of %s was found", filepath.Base(program))
	}
	fmt.Fprintf(l.log, "  %-40s %8.1f MiB, CPU %.3f s\n", filepath.Base(program), float64(took.peak)/mebibyte, took.cpu.Seconds())
	return took, nil
}

// many returns a project of count new sparse files of size bytes, and removes
// them at the end.
func (l *lab) many(ctx context.Context, url string, size int64, count int) (p *project, remove func(), err error) {
	paths := make([]string, count)
	for i := range paths {
		if paths[i], err = l.sparse(fmt.Sprintf("one-of-many-%d", i), size); err != nil {
			return nil, nil, err
		}
	}
	p, err = l.project(ctx, url, "", paths...)
	return p, func() {
		for _, path := range paths {
			l.remove(path)
		}
	}, err
}
