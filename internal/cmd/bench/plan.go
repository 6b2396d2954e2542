// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/upload"
)

// measureSmallFiles counts what 300 files of 4 KiB cost in one apply.
func measureSmallFiles(ctx context.Context, l *lab) ([]row, error) {
	const count, requests, spare = 300, 3, 4
	mock, err := startMock(ctx)
	if err != nil {
		return nil, err
	}
	defer mock.Close()
	paths := make([]string, count)
	for i := range paths {
		if paths[i], err = l.sparse(fmt.Sprintf("small-%d", i), 4<<10); err != nil {
			return nil, err
		}
	}
	p, err := l.project(ctx, mock.URL(), "", paths...)
	if err != nil {
		return nil, err
	}
	if err := p.apply(ctx, "apply, 300 files of 4 KiB"); err != nil {
		return nil, err
	}
	asked := float64(len(mock.Journal())) / count
	connections := float64(mock.Connections())
	return []row{
		{
			figure: "300 files of 4 KiB: requests a file", ours: number(asked),
			value: asked, relation: exactly, bound: requests,
		},
		{
			figure: "300 files of 4 KiB: connections", ours: number(connections), against: "8 slots + 4",
			value: connections, relation: atMost, bound: upload.DefaultSlots + spare,
		},
	}, nil
}

// quietBound is what a quiet plan over large files may take of one over small
// files.
const quietBound = 1.2

// measurePlan compares quiet plans. The large files are sparse but for their
// begin, so hashing them is as cheap as can be.
func measurePlan(ctx context.Context, l *lab) ([]row, error) {
	mock, err := startMock(ctx)
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
	plan := func(what, extra string, paths []string) (func() (float64, error), error) {
		p, err := l.applied(ctx, mock, extra, paths)
		return func() (float64, error) {
			// Exit status 2, for a plan with changes, is an error here.
			took, err := p.run(ctx, what, "plan", "-detailed-exitcode", "-input=false")
			return took.wall, err
		}, err
	}
	planLarge, err := plan("plan, 4 files of 1 GiB", "", large)
	if err != nil {
		return nil, err
	}
	planSmall, err := plan("plan, 4 files of 1 KiB", "", small)
	if err != nil {
		return nil, err
	}
	planHashing, err := plan("plan, 4 files of 1 GiB, filesha256()", "content_sha256 = filesha256(each.value)", large)
	if err != nil {
		return nil, err
	}
	medians, err := alternate(l.n, planLarge, planSmall, planHashing)
	if err != nil {
		return nil, err
	}
	return []row{
		{
			figure: "quiet plan, 4 × 1 GiB / 4 × 1 KiB", ours: seconds(medians[0]), against: seconds(medians[1]),
			value: medians[0] / medians[1], unit: "×", relation: atMost, bound: quietBound,
		},
		{
			figure: "quiet plan, 4 × 1 GiB / with filesha256()", ours: seconds(medians[0]), against: seconds(medians[2]),
			value: medians[0] / medians[2], unit: "×",
		},
	}, nil
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

// applied returns a project whose files are uploaded.
func (l *lab) applied(ctx context.Context, mock *openaitest.Server, extra string, paths []string) (*project, error) {
	p, err := l.project(ctx, mock.URL(), extra, paths...)
	if err != nil {
		return nil, err
	}
	return p, p.apply(ctx, "apply, to plan again")
}
