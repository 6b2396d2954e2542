// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// What a thousand files may take.
const (
	quietRequests    = 10                      // Of a plan.
	applyRequests    = 3                       // For each file: create, one part, complete.
	applyConnections = engine.DefaultSlots + 4 // Create and complete hold no slot.
	manyBound        = 40                      // MiB.
	linearBound      = 1.2                     // A file among many, compared with one among a tenth.
	peerBound        = 1.5                     // A file in a plan, compared with hashicorp/local's.
)

// smallFile is the size of each of many files.
const smallFile = 4 << 10

// counted uploads the files in a folder. %d is how many, %s the folder.
const counted = `terraform {
  required_providers {
    openai = {
      source = "registry.terraform.io/upload-backed/openai"
    }
  }
}

resource "openai_upload" "bench" {
  count   = %d
  path    = "${%s}/${count.index}"
  purpose = "user_data"
}
`

// phases are what is measured of many files, in this order.
func phases() [][]string {
	return [][]string{
		{"apply", "-auto-approve", "-input=false"},
		// Exit status 2, for a plan with changes, is an error here.
		{"plan", "-detailed-exitcode", "-input=false"},
		{"destroy", "-auto-approve", "-input=false"},
	}
}

// measureScale looks at the provider and at the service while many small files are applied, planned
// again and destroyed. What a file takes is the provider's CPU time: the CLI's own grows with the
// square of the resources in a state.
func measureScale(ctx context.Context, l *lab) ([]row, error) {
	many := int(l.full(1000, 100))
	dir, err := l.small(many)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	mock, err := openaitest.Listen(ctx, "127.0.0.1:0", openaitest.Options{APIKey: benchKey, Discard: true})
	if err != nil {
		return nil, err
	}
	defer mock.Close()
	var measured [3][]phase
	for i, count := range [...]int{1, many / 10, many} {
		if measured[i], err = l.repeated(ctx, mock, dir, count); err != nil {
			return nil, err
		}
	}
	one, few, all := measured[0], measured[1], measured[2]
	memory := row{figure: "peak memory, 1,000 files: apply, plan, destroy", unit: " MiB", relation: atMost, bound: manyBound}
	rows := []row{
		{figure: "requests of a quiet plan of 1,000 files", value: float64(all[1].requests), relation: atMost, bound: quietRequests},
		{figure: "requests of an apply of 1,000 files", value: float64(all[0].requests), relation: atMost, bound: float64(applyRequests * many)},
		{figure: "connections of that apply", value: float64(all[0].connections), relation: atMost, bound: applyConnections},
	}
	for i, args := range phases() {
		memory.value = max(memory.value, float64(all[i].peak)/mebibyte)
		each := func(p phase, count int) float64 { return (p.cpu - one[i].cpu).Seconds() * 1000 / float64(count-1) }
		rows = append(rows, row{
			figure: args[0] + ": provider's CPU time a file, of 1,000 / of 100", unit: "×", relation: atMost, bound: linearBound,
		}.in(" ms", each(all[i], many), each(few[i], many/10)))
	}
	return append(rows, memory), nil
}

// phase is what the provider and the service saw of one run of the CLI.
type phase struct {
	used

	requests, connections int
}

// repeated is phased several times: the median of the CPU times, and the most of all else.
func (l *lab) repeated(ctx context.Context, mock *openaitest.Server, dir string, count int) ([]phase, error) {
	most := make([]phase, len(phases()))
	times := make([][]float64, len(most))
	for range l.n {
		seen, err := l.phased(ctx, mock, dir, count)
		if err != nil {
			return nil, err
		}
		for i, p := range seen {
			times[i] = append(times[i], p.cpu.Seconds())
			most[i].peak = max(most[i].peak, p.peak)
			most[i].requests = max(most[i].requests, p.requests)
			most[i].connections = max(most[i].connections, p.connections)
		}
	}
	for i := range most {
		most[i].cpu = time.Duration(median(times[i]) * float64(time.Second))
	}
	return most, nil
}

// phased runs the phases with the first count files in dir.
func (l *lab) phased(ctx context.Context, mock *openaitest.Server, dir string, count int) ([]phase, error) {
	p, err := l.folder(ctx, map[string]string{"main.tf": fmt.Sprintf(counted, count, terraformcli.Quote(dir))},
		"OPENAI_BASE_URL="+mock.URL(), "OPENAI_API_KEY="+benchKey)
	if err != nil {
		return nil, err
	}
	var seen []phase
	for _, args := range phases() {
		mock.ResetJournal()
		took, err := l.observed(p.binary, func() error {
			_, err := p.run(ctx, fmt.Sprintf("%s, %d files of 4 KiB", args[0], count), args...)
			return err
		})
		if err != nil {
			return nil, err
		}
		connections := map[string]bool{}
		journal := mock.Journal()
		for _, r := range journal {
			connections[r.RemoteAddr] = true
		}
		seen = append(seen, phase{took, len(journal), len(connections)})
	}
	return seen, nil
}

// small makes a folder with count small files, which are named by their numbers.
func (l *lab) small(count int) (string, error) {
	dir, err := os.MkdirTemp(l.dir, "small-")
	if err != nil {
		return "", err
	}
	for i := range count {
		if _, err := l.written(filepath.Join(filepath.Base(dir), strconv.Itoa(i)), smallFile); err != nil {
			return "", err
		}
	}
	return dir, nil
}
