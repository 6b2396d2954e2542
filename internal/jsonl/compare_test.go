// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"cmp"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"
)

// small is a checker whose limits even small inputs exceed.
func small(format Format, maxProblems, workers, chunkSize int) *Checker {
	c := New(format, maxProblems)
	c.workers, c.chunkSize, c.maxLine, c.totals.maxTasks = workers, chunkSize, 256, 20
	return c
}

// checkInParts writes input in random parts.
func checkInParts(c *Checker, input []byte, g *rand.Rand) Report {
	for len(input) > 0 {
		n := 1 + g.IntN(min(len(input), 200))
		_, _ = c.Write(input[:n])
		input = input[n:]
	}
	return c.Report()
}

// compareWithSlow checks input with Checker, in several ways, and with slowChecker.
func compareWithSlow(tb testing.TB, format Format, input []byte, seed uint64) Report {
	tb.Helper()
	g := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // reproducible
	got := checkInParts(small(format, 1<<20, 1, 64), input, g)
	slow := slowCheck(format, input, 256, 20)
	compareReports(tb, got, slow)
	for _, p := range got.Problems {
		checkTexts(tb, p)
	}
	for _, c := range []*Checker{
		small(format, 1<<20, 1+g.IntN(4), 1+g.IntN(500)),
		small(format, 1<<20, 1+g.IntN(4), 1<<20),
		small(format, 3, 1+g.IntN(4), 1+g.IntN(100)),
		small(format, 0, 2, 10),
	} {
		want := got
		want.Problems = got.Problems[:min(len(got.Problems), c.maxProblems)]
		report := checkInParts(c, input, g)
		if len(report.Problems)+len(want.Problems) == 0 {
			report.Problems, want.Problems = nil, nil
		}
		if !reflect.DeepEqual(report, want) {
			tb.Fatalf("%d workers with chunks of %d bytes report\n%+v\nnot\n%+v\nfor %q", c.workers, c.chunkSize, report, want, input)
		}
	}
	return got
}

func compareReports(tb testing.TB, got Report, slow *slowChecker) {
	tb.Helper()
	type brief struct {
		line    int64
		code    string
		warning bool
	}
	sorted := func(problems []Problem) []brief {
		var all []brief
		for _, p := range problems {
			all = append(all, brief{p.Line, p.Code, p.Warning})
		}
		slices.SortFunc(all, func(a, b brief) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.code, b.code)) })
		return all
	}
	fast, want := sorted(got.Problems), sorted(slow.problems)
	if !slices.Equal(fast, want) {
		tb.Fatalf("problems are\n%v\nnot\n%v", fast, want)
	}
	var warnings int64
	for _, p := range slow.problems {
		if p.Warning {
			warnings++
		}
	}
	if got.Warnings != warnings || got.Errors != int64(len(want))-warnings {
		tb.Fatalf("%d errors and %d warnings in all, not %d and %d", got.Errors, got.Warnings, int64(len(want))-warnings, warnings)
	}
	if got.Lines != slow.lines || !slices.Equal(got.Models, slow.models) {
		tb.Fatalf("%d lines and models %q, not %d and %q", got.Lines, got.Models, slow.lines, slow.models)
	}
	if !slices.IsSortedFunc(got.Problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) }) {
		tb.Fatalf("problems aren't in order of their lines: %+v", got.Problems)
	}
}

// checkTexts checks what every problem has to fulfil.
func checkTexts(tb testing.TB, p Problem) {
	tb.Helper()
	if n := utf8.RuneCountInString(p.Found); n == 0 || n > maxExcerpt || !utf8.ValidString(p.Found) {
		tb.Fatalf("%+v has an excerpt of %d characters", p, n)
	}
	for _, r := range p.Found {
		if unicode.IsControl(r) {
			tb.Fatalf("%+v has an excerpt with control characters", p)
		}
	}
	if p.Column < 1 || p.Wanted == "" {
		tb.Fatalf("%+v is incomplete", p)
	}
}

// TestCompareWithSlow compares on generated inputs, in which every problem occurs.
func TestCompareWithSlow(t *testing.T) {
	t.Parallel()
	inputs := 1000
	if testing.Short() {
		inputs = 400
	}
	seen := map[string]int{}
	for i := range inputs {
		seed := uint64(i)
		format := Format(1 + i%2)
		input := generator{rand.New(rand.NewPCG(seed, 1))}.input(format) //nolint:gosec // reproducible
		for _, p := range compareWithSlow(t, format, input, seed).Problems {
			seen[p.Code]++
		}
	}
	for _, code := range []string{
		codeEmptyFile, codeInvalidJSON, codeBlankLine, codeLineTooLong, codeMissingParameter, codeInvalidRequest,
		codeUnknownURL, codeURLMismatch, codeModelMismatch, codeDuplicateCustomID, codeTooManyTasks, codeDataType,
		codeMissingMessagesList, codeMessageMissingKey, codeMessageUnrecognizedKey, codeUnrecognizedRole,
		codeMissingContent, codeMissingAssistantMessage, codeMixedFormats, codeTooFewExamples,
	} {
		if seen[code] == 0 {
			t.Errorf("%s never occurred", code)
		}
	}
}

// FuzzCheck compares on any input.
func FuzzCheck(f *testing.F) {
	for seed := range uint64(20) {
		for _, format := range []Format{Batch, FineTune} {
			f.Add(generator{rand.New(rand.NewPCG(seed, 2))}.input(format), uint8(format-1), seed) //nolint:gosec // reproducible, and 0 or 1
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, format uint8, seed uint64) {
		compareWithSlow(t, Format(1+format%2), input, seed)
	})
}
