// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// linesBound is how many times as long it may take to hash a file and check its lines as to
// hash it.
const linesBound = 1.3

// measureLines compares hashing a batch input with hashing and checking it. It has more lines
// than a batch may have, which are checked all the same.
func measureLines(ctx context.Context, l *lab) ([]row, error) {
	size := l.full(1<<30, 64<<20)
	path, err := l.file("requests.jsonl", func(f *os.File) error {
		var text strings.Builder
		for n := int64(0); n < size; n += int64(text.Len()) {
			text.Reset()
			fmt.Fprintf(&text, `{"custom_id":"request-%08d","method":"POST","url":"/v1/responses","body":{"model":"gpt-5-mini","input":"`, n>>10)
			for text.Len() < 1000 {
				text.WriteString("Is this review positive, neutral or negative? ")
			}
			text.WriteString("\"}}\n")
			if _, err := f.WriteString(text.String()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	timed := func(read func() (localfile.Hashed, error)) func() (float64, error) {
		return func() (float64, error) {
			start := time.Now()
			_, err := read()
			return time.Since(start).Seconds(), err
		}
	}
	hash := timed(func() (localfile.Hashed, error) { return localfile.Hash(ctx, path) })
	check := timed(func() (localfile.Hashed, error) {
		file, err := localfile.Open(path)
		if err != nil {
			return localfile.Hashed{}, err
		}
		defer file.Close()
		seen, err := shared.Inspect(ctx, file, jsonl.Batch)
		if err == nil && seen.Report.Lines < size>>11 {
			err = fmt.Errorf("%d lines were checked", seen.Report.Lines)
		}
		return seen.Hashed, err
	})
	medians, err := alternate(l.n, check, hash)
	if err != nil {
		return nil, err
	}
	r := row{figure: "hash and check 1 GiB of 1 KiB lines / hash", unit: "×", relation: atMost, bound: linesBound}
	return []row{r.in(" s", medians[0], medians[1])}, nil
}
