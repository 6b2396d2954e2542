// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"fmt"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// quietBound is how many times as long a quiet plan over large files may take
// as one over small files.
const quietBound = 1.2

// measurePlan compares quiet plans. The large files are sparse except at the
// beginning, so hashing them is as cheap as possible.
func measurePlan(ctx context.Context, l *lab) ([]row, error) {
	mock, err := openaitest.Listen(ctx, "127.0.0.1:0", openaitest.Options{APIKey: benchKey, Discard: true})
	if err != nil {
		return nil, err
	}
	defer mock.Close()
	large, err := l.four("large", l.full(1<<30, 128<<20))
	if err != nil {
		return nil, err
	}
	small, err := l.four("small", 1<<10)
	if err != nil {
		return nil, err
	}
	plan := func(what string, paths []string) (func() (float64, error), error) {
		p, err := l.project(ctx, mock.URL(), paths...)
		if err != nil {
			return nil, err
		}
		return func() (float64, error) {
			// Exit status 2, for a plan with changes, is an error here.
			took, err := p.run(ctx, what, "plan", "-detailed-exitcode", "-input=false")
			return took.wall, err
		}, p.apply(ctx, "apply, to plan again")
	}
	planLarge, err := plan("plan, 4 files of 1 GiB", large)
	if err != nil {
		return nil, err
	}
	planSmall, err := plan("plan, 4 files of 1 KiB", small)
	if err != nil {
		return nil, err
	}
	medians, err := alternate(l.n, planLarge, planSmall)
	if err != nil {
		return nil, err
	}
	quiet := row{figure: "quiet plan, 4 × 1 GiB / 4 × 1 KiB", unit: "×", relation: atMost, bound: quietBound}
	return []row{quiet.in(" s", medians[0], medians[1])}, nil
}

// four makes four files of size bytes.
func (l *lab) four(name string, size int64) ([]string, error) {
	paths := make([]string, 4)
	for i := range paths {
		var err error
		if paths[i], err = l.sparse(fmt.Sprintf("plan-%s-%d", name, i), size); err != nil {
			return nil, err
		}
	}
	return paths, nil
}
