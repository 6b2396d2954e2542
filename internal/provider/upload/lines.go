// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
)

// maxShown is how many problems a message describes.
const maxShown = 10

// lines is a content whose lines were checked.
type lines struct {
	// source is the attribute that has the content, and path the local file if that is it.
	source, path string
	purpose      string
	report       jsonl.Report
}

// toUpload returns the report on the lines if what was seen is what is to be uploaded.
func (s sighting) toUpload(pin opt[string]) *jsonl.Report {
	if s.presence != usable || pin.unknown || pin.known && pin.value != s.sha256 {
		return nil
	}
	return s.report
}

// lines is what was seen of a checked content.
func (a arguments) lines(seen sighting) lines {
	return lines{source: a.source, path: a.path.value, purpose: a.purpose.value, report: *seen.report}
}

// hasBadLines reports whether the service surely refuses what is to be uploaded.
func (s sighting) hasBadLines(pin opt[string]) bool {
	report := s.toUpload(pin)
	return report != nil && report.Errors > 0
}

// refused reports lines that OpenAI surely refuses. What is left is to be added.
func (l lines) refused() notice {
	return notice{
		l.source, fmt.Sprintf("The content isn't usable for the purpose %q", l.purpose),
		l.describe() + "\n\nNothing was sent. Correct the content, or set preflight = false to upload it as it is.",
	}
}

// doubtful reports lines that OpenAI may refuse.
func (l lines) doubtful() notice {
	return notice{
		l.source, fmt.Sprintf("The content may not be usable for the purpose %q", l.purpose),
		l.describe() + "\n\nIt is uploaded as it is. Correct it, or set preflight = false if it is as it should be.",
	}
}

// describe lists the first problems.
func (l lines) describe() string {
	name := l.source
	if l.path != "" {
		name = strconv.Quote(l.path)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s, checked as OpenAI does (lines: %d, errors: %d, warnings: %d):", name, l.report.Lines, l.report.Errors, l.report.Warnings)
	shown := l.report.Problems[:min(len(l.report.Problems), maxShown)]
	for _, p := range shown {
		text.WriteString("\n  " + l.problem(p))
	}
	if more := l.report.Errors + l.report.Warnings - int64(len(shown)); more > 0 {
		fmt.Fprintf(&text, "\n  and %d more", more)
	}
	return text.String()
}

func (l lines) problem(p jsonl.Problem) string {
	var text strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&text, "line %d, column %d: ", p.Line, p.Column)
	}
	text.WriteString(p.Code)
	if p.Warning {
		text.WriteString(" (warning)")
	}
	// What is write-only is shown nowhere.
	if p.Found != "" && l.source != "content_wo" {
		text.WriteString(": found " + p.Found + ",")
	} else {
		text.WriteString(":")
	}
	text.WriteString(" wanted " + p.Wanted)
	return text.String()
}
