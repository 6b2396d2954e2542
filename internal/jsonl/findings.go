// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import "fmt"

// findings counts problems, and keeps the first max of them.
type findings struct {
	max              int
	kept             []Problem
	errors, warnings int64
}

// room is how many more problems are kept.
func (f *findings) room() int { return f.max - len(f.kept) }

func (f *findings) add(p Problem) {
	if p.Warning {
		f.warnings++
	} else {
		f.errors++
	}
	if f.room() > 0 {
		f.kept = append(f.kept, p)
	}
}

// addValue adds a problem with v, which it shows only if it is kept: bad lines
// shouldn't take longer than good ones.
func (f *findings) addValue(p Problem, v value) {
	p.Column = v.pos + 1
	if f.room() > 0 {
		p.Found = v.found()
	}
	f.add(p)
}

// wanted is what a problem wants, with the number of a line, if it is kept.
func (f *findings) wanted(format string, line int64) string {
	if f.room() == 0 {
		return ""
	}
	return fmt.Sprintf(format, line)
}

// addBlank adds a problem for each of count blank lines.
func (f *findings) addBlank(line, count int64) {
	for ; count > 0; count-- {
		f.addValue(Problem{Line: line, Code: codeBlankLine, Warning: true, Wanted: wantObject}, value{})
		line++
	}
}

// clear forgets the problems.
func (f *findings) clear() { *f = findings{max: f.max, kept: f.kept[:0]} }

// append adds problems that follow those that are there.
func (f *findings) append(more findings) {
	f.kept = append(f.kept, more.kept[:min(len(more.kept), f.room())]...)
	f.errors += more.errors
	f.warnings += more.warnings
}
