// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
)

// What the provider's process may hold in memory.
const (
	flatBound = 1.15
	oneBound  = 40
	tenBound  = 64
)

// errNoMemory means that this system doesn't tell what a process holds.
var errNoMemory = errors.New("only Linux tells a process's peak (VmHWM)")

// measureMemory looks at the provider's process, as a real CLI runs it, while it
// uploads files of several sizes. The files are sparse.
func measureMemory(ctx context.Context, l *lab) ([]row, error) {
	flat := row{figure: "peak memory, 4 GiB file / 4 MiB file", unit: "×", relation: atMost, bound: flatBound}
	one := row{figure: "peak memory, one file of 8 GB", unit: " MiB", relation: below, bound: oneBound}
	ten := row{figure: "peak memory, ten files of 8 GB at once", unit: " MiB", relation: below, bound: tenBound}
	rows := func() []row { return []row{flat, one, ten} }
	if !tellsPeak {
		flat.why, one.why, ten.why = errNoMemory.Error(), errNoMemory.Error(), errNoMemory.Error()
		return rows(), nil
	}

	url, stop, err := l.startSink(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	peak := func(what string, size int64, count int) func() (float64, error) {
		return func() (float64, error) { return l.peakOf(ctx, url, what, size, count) }
	}
	medians, err := alternate(l.n,
		peak("4 GiB", l.full(4<<30, 512<<20), 1),
		peak("4 MiB", 4<<20, 1),
		peak("8 GB", l.full(8_000_000_000, 1_000_000_000), 1),
	)
	if err != nil {
		return nil, err
	}
	flat.ours, flat.against, flat.value = mebibytes(medians[0]), mebibytes(medians[1]), medians[0]/medians[1]
	one.ours, one.value = mebibytes(medians[2]), medians[2]/(1<<20)

	// Once: it takes minutes, and is no ratio.
	bytes, err := l.peakOf(ctx, url, "ten times 8 GB", l.full(8_000_000_000, 500_000_000), 10)
	if err != nil {
		return nil, err
	}
	ten.ours, ten.value = mebibytes(bytes), bytes/(1<<20)
	return rows(), nil
}

// peakOf applies count new files of size bytes and returns the most memory that
// a provider's process had resident meanwhile.
func (l *lab) peakOf(ctx context.Context, url, what string, size int64, count int) (float64, error) {
	paths := make([]string, count)
	for i := range paths {
		path, err := l.sparse(fmt.Sprintf("memory-%d", i), size)
		if err != nil {
			return 0, err
		}
		defer l.remove(path)
		paths[i] = path
	}
	p, err := l.project(ctx, url, "", paths...)
	if err != nil {
		return 0, err
	}
	stop := watchPeak(p.binary)
	err = p.apply(ctx, "apply, "+what)
	bytes := stop()
	switch {
	case err != nil:
		return 0, err
	case bytes == 0:
		return 0, errors.New("the provider's process was not found")
	}
	fmt.Fprintf(l.log, "  %-40s %8s\n", "peak, "+what, mebibytes(float64(bytes)))
	return float64(bytes), nil
}
