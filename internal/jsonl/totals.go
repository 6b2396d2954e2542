// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"unicode/utf8"
)

// Limits of the API.
const (
	// maxTasks is how many requests a batch has at most.
	maxTasks = 50_000

	// maxBatchBytes is the size of a batch's input at most: the service was seen to say "The
	// batch input file is larger than the 209715200 maximum for the gpt-4o model".
	// documentedBatchBytes is what the documents call 200 MB.
	maxBatchBytes        = 200 << 20
	documentedBatchBytes = 200_000_000

	// minExamples is how many examples a training set has at least.
	minExamples = 10
)

// Bounds of a report's list of models.
const (
	maxModels    = 100
	maxModelName = 200
)

// totals is what is known of the lines from the first to the last that was merged.
type totals struct {
	lines    int64 // all of them
	nonBlank int64
	blank    int64 // since the last line that isn't
	found    findings

	url, model         []byte // are those of the first line that has one
	urlLine, modelLine int64
	models             []string
	ids                map[uint64]int64 // are lines by the hash of their custom ID
	seed               maphash.Seed
	maxTasks           int64 // is smaller in tests

	shape     shape // is that of the first line that has one
	shapeLine int64
}

func newTotals(maxProblems int) totals {
	return totals{
		found:    findings{max: maxProblems},
		ids:      map[uint64]int64{},
		seed:     maphash.MakeSeed(),
		maxTasks: maxTasks,
	}
}

// merge adds the chunk that follows.
func (t *totals) merge(k *chunk) {
	if k.nonBlank > 0 {
		t.found.addBlank(t.lines-t.blank+1, t.blank)
		t.blank = 0
	}
	across := findings{max: t.found.room()}
	for i := range k.records {
		t.compare(&k.records[i], &across)
	}
	if left := t.maxTasks - t.nonBlank; k.format == Batch && left >= 0 && left < k.nonBlank {
		across.add(Problem{
			Line: t.lines + k.lineOf(left+1), Column: 1, Code: codeTooManyTasks,
			Found: "one more request", Wanted: "at most 50,000 requests in a file",
		})
	}
	for i := range k.found.kept {
		k.found.kept[i].Line += t.lines
	}
	kept := slices.Concat(k.found.kept, across.kept)
	slices.SortStableFunc(kept, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	t.found.append(findings{
		kept:     kept,
		errors:   k.found.errors + across.errors,
		warnings: k.found.warnings + across.warnings,
	})
	t.lines += k.lines
	t.nonBlank += k.nonBlank
	t.blank += k.blank
}

// compare compares what a line says with the lines before it.
func (t *totals) compare(r *record, found *findings) {
	line := t.lines + r.line
	if r.url.kind() != 0 {
		t.compareURL(line, r.url, found)
	}
	if r.model.kind() != 0 {
		t.compareModel(line, r.model, found)
	}
	if r.id.kind() != 0 {
		t.compareID(line, r.id, found)
	}
	if r.shape == noShape {
		return
	}
	if t.shape == noShape {
		t.shape, t.shapeLine = r.shape, line
	}
	if r.shape != t.shape {
		found.add(Problem{
			Line: line, Column: 1, Code: codeMixedFormats, Found: r.shape.String(),
			Wanted: found.wanted(t.shape.String()+", as on line %d", t.shapeLine),
		})
	}
}

func (t *totals) compareURL(line int64, v value, found *findings) {
	url := v.text()
	if t.urlLine == 0 {
		t.url, t.urlLine = bytes.Clone(url), line
		if !slices.Contains(batchURLs, string(url)) {
			found.addValue(Problem{Line: line, Code: codeUnknownURL, Warning: true, Wanted: wantURL}, v)
		}
	}
	if !bytes.Equal(url, t.url) {
		found.addValue(Problem{
			Line: line, Code: codeURLMismatch, Wanted: found.wanted("url: the one of line %d", t.urlLine),
		}, v)
	}
}

func (t *totals) compareModel(line int64, v value, found *findings) {
	model := v.text()
	if t.modelLine != 0 && bytes.Equal(model, t.model) {
		return
	}
	if t.modelLine == 0 {
		t.model, t.modelLine = bytes.Clone(model), line
	} else {
		// "Note that each input file can only include requests to a single model."
		found.addValue(Problem{
			Line: line, Code: codeModelMismatch, Wanted: found.wanted("body.model: the one of line %d", t.modelLine),
		}, v)
	}
	if len(t.models) == maxModels {
		return
	}
	for len(model) > maxModelName {
		_, size := utf8.DecodeLastRune(model)
		model = model[:len(model)-size]
	}
	if !slices.Contains(t.models, string(model)) {
		t.models = append(t.models, string(model))
	}
}

func (t *totals) compareID(line int64, v value, found *findings) {
	if int64(len(t.ids)) == t.maxTasks {
		return // There are too many requests anyway, or this is the last one.
	}
	hash := maphash.Bytes(t.seed, v.text())
	first, ok := t.ids[hash]
	if !ok {
		t.ids[hash] = line
		return
	}
	found.addValue(Problem{
		Line: line, Code: codeDuplicateCustomID, Wanted: found.wanted(wantCustomID+"; line %d has this one", first),
	}, v)
}

// report describes the input after all of it was merged.
func (t *totals) report(format Format, size int64) Report {
	whole := findings{max: t.found.max}
	if t.nonBlank == 0 {
		whole.add(Problem{Code: codeEmptyFile, Column: 1, Found: "nothing", Wanted: wantObject})
	}
	if format == Batch && size > documentedBatchBytes {
		whole.add(Problem{
			Code: codeFileTooLarge, Column: 1, Warning: size <= maxBatchBytes, Found: fmt.Sprintf("%d bytes", size), Wanted: "at most 200 MB in a file (209,715,200 bytes are accepted)",
		})
	}
	if format == FineTune && t.nonBlank > 0 && t.nonBlank < minExamples {
		whole.add(Problem{
			Code: codeTooFewExamples, Column: 1, Warning: true,
			Found: fmt.Sprintf("only %d", t.nonBlank), Wanted: "at least 10 examples in a training set",
		})
	}
	whole.append(t.found)
	return Report{
		Bytes:    size,
		Lines:    t.nonBlank,
		Models:   t.models,
		Problems: whole.kept,
		Errors:   whole.errors,
		Warnings: whole.warnings,
	}
}
