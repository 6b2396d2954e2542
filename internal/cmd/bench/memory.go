// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
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
// uploads one file and ten at once. The files are sparse.
func measureMemory(ctx context.Context, l *lab) ([]row, error) {
	url, stop, err := l.startSink(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	size := l.full(8_000_000_000, 1_000_000_000)
	medians, err := alternate(l.n, l.peakOfApply(ctx, url, size, 1))
	if err != nil {
		return nil, err
	}
	one := row{figure: "peak memory, one file of 8 GB", value: medians[0], unit: " MiB", relation: atMost, bound: oneBound}
	// Measured once: it takes minutes, and isn't a ratio.
	peak, err := l.peakOfApply(ctx, url, size, 10)()
	if err != nil {
		return []row{one}, err
	}
	return []row{one, {figure: "peak memory, ten files of 8 GB at once", value: peak, unit: " MiB", relation: atMost, bound: tenBound}}, nil
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
	p, err = l.project(ctx, url, paths...)
	return p, func() {
		for _, path := range paths {
			l.remove(path)
		}
	}, err
}
