// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// relation is how a figure is compared with its bound.
type relation int

const (
	atMost relation = iota
	atLeast
)

// sign is the relation as it is printed.
func (r relation) sign() string {
	return [...]string{atMost: "≤", atLeast: "≥"}[r]
}

// panel is a chart of a figure and its alternatives. Without bars there is none.
type panel struct {
	title, unit string
	bars        []bar
}

type bar struct {
	label string
	value float64
}

// row is a line of the table.
type row struct {
	figure string

	// ours and against are the two things measured, with their unit.
	ours, against string

	// value is what is held against the bound: a ratio, or what unit says.
	value float64
	unit  string

	relation relation
	bound    float64

	panel panel

	// why is set if nothing was measured. failed says that it should have been.
	why    string
	failed bool
}

func (r row) measured() bool { return r.why == "" }

// ok reports whether the figure keeps to its bound.
func (r row) ok() bool {
	kept := r.value <= r.bound
	if r.relation == atLeast {
		kept = r.value >= r.bound
	}
	return r.measured() && kept
}

// in returns r with two values in a unit and their ratio.
func (r row) in(unit string, ours, against float64) row {
	r.ours, r.against, r.value = number(ours)+unit, number(against)+unit, ours/against
	return r
}

func (r row) valueText() string {
	if !r.measured() {
		return "–"
	}
	text := number(r.value)
	if r.value != r.bound && text == number(r.bound) {
		text = strconv.FormatFloat(r.value, 'f', 4, 64) // Which side of the bound it is on must show.
	}
	return text + r.unit
}

func (r row) boundText() string {
	return r.relation.sign() + " " + number(r.bound) + r.unit
}

func (r row) verdict() string {
	switch {
	case r.failed:
		return "FAILED"
	case !r.measured():
		return "not measured"
	case r.ok():
		return "ok"
	}
	return "MISSED"
}

// number prints a figure with as many digits as are meaningful.
func number(v float64) string {
	switch {
	case v == float64(int64(v)):
		return strconv.FormatInt(int64(v), 10)
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	default:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
}

// median returns the middle of values, or the mean of the two in the middle. It
// needs at least one.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}

// printTable prints rows in columns, and below them why some were not measured.
func printTable(out io.Writer, title string, rows []row) error {
	cells := [][]string{{"figure", "ours", "against", "ratio", "must be", ""}}
	for _, r := range rows {
		cells = append(cells, []string{r.figure, r.ours, r.against, r.valueText(), r.boundText(), r.verdict()})
	}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\n", title)
	for n, line := range cells {
		text.WriteString(strings.TrimRight(columns(line, widths), " ") + "\n")
		if n == 0 {
			rule := make([]string, len(widths))
			for i, width := range widths {
				rule[i] = strings.Repeat("-", width)
			}
			text.WriteString(strings.TrimRight(columns(rule, widths), " ") + "\n")
		}
	}
	for _, r := range rows {
		if r.why != "" {
			fmt.Fprintf(&text, "\n%s: %s\n", r.figure, r.why)
		}
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// columns pads cells, which may hold more than ASCII, to widths.
func columns(cells []string, widths []int) string {
	var line strings.Builder
	for i, cell := range cells {
		line.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
	}
	return line.String()
}
