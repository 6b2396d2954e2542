// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"bytes"
	"unicode/utf8"
)

const byteOrderMark = "\ufeff"

// A chunk is a number of whole lines, with what was found in them. It knows nothing
// of the lines before it: what depends on those is recorded, and decided when the
// chunks are merged.
type chunk struct {
	format  Format
	maxLine int

	buf    []byte
	first  bool            // is the beginning of the input
	before <-chan struct{} // is closed when the chunk before it is merged
	merged chan struct{}

	lines    int64 // all of them
	nonBlank int64
	blank    int64 // since the last line that isn't
	found    findings
	records  []record

	line findings // in the current line, which may turn out to be invalid
}

// A record is what a line says that has to be compared with other lines.
type record struct {
	line int64 // in the chunk

	id, url, model value // of a request, if they are as they should be
	shape          shape // of an example
}

func newChunk(format Format, maxLine, maxProblems int) *chunk {
	return &chunk{format: format, maxLine: maxLine, found: findings{max: maxProblems}}
}

// reset empties the chunk for other lines.
func (k *chunk) reset() {
	*k = chunk{
		format:  k.format,
		maxLine: k.maxLine,
		buf:     k.buf[:0],
		found:   findings{max: k.found.max, kept: k.found.kept[:0]},
		records: k.records[:0],
		line:    findings{kept: k.line.kept[:0]},
	}
}

// check checks the lines.
func (k *chunk) check() {
	for rest := k.buf; len(rest) > 0; {
		var line []byte
		var blank bool
		k.lines++
		line, rest, blank = k.cut(rest, k.lines)
		if blank {
			k.blank++
			continue
		}
		// Now it is known that these aren't at the end.
		k.found.addBlank(k.lines-k.blank, k.blank)
		k.blank = 0
		k.nonBlank++
		k.line.max = k.found.room()
		k.line.clear()
		k.checkLine(line)
		k.found.append(k.line)
	}
}

// cut returns the first line of rest, what follows it, and whether the line, which
// has this number in the chunk, is blank.
func (k *chunk) cut(rest []byte, number int64) (line, after []byte, blank bool) {
	line, after, _ = bytes.Cut(rest, []byte{'\n'})
	if len(line) > k.maxLine {
		return line, after, false
	}
	if k.first && number == 1 {
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
	}
	return bytes.TrimSuffix(line, []byte{'\r'}), after, space(line, 0) == len(line)
}

// lineOf returns the number in the chunk of the nth line that isn't blank.
func (k *chunk) lineOf(nth int64) int64 {
	var number int64
	for rest := k.buf; nth > 0; {
		var blank bool
		number++
		if _, rest, blank = k.cut(rest, number); !blank {
			nth--
		}
	}
	return number
}

// checkLine checks a line that isn't blank.
func (k *chunk) checkLine(line []byte) {
	if len(line) > k.maxLine {
		k.line.add(Problem{
			Line: k.lines, Column: 1, Code: codeLineTooLong, Warning: true,
			Found: "a longer line", Wanted: "a line of at most 16 MiB, as longer ones are not checked",
		})
		return
	}
	if !utf8.Valid(line) {
		k.invalid(line, invalidUTF8(line), "text in UTF-8")
		return
	}
	var end int
	switch begin := space(line, 0); {
	case at(line, begin) != '{':
		end = k.checkOther(line, begin)
	case k.format == FineTune:
		end = k.checkExample(line, begin)
	default:
		end = k.checkRequest(line, begin)
	}
	if end < 0 {
		k.line.clear()
		k.invalid(line, mistake(end), wantObject)
	}
}

// checkOther checks a line that isn't an object.
func (k *chunk) checkOther(line []byte, i int) int {
	var v value
	end := finish(line, read(line, i, 0, &v))
	code := codeInvalidJSON
	if k.format == FineTune {
		code = codeDataType // "Line 1 is not a dictionary", says the service: openai-python#426.
	}
	k.error(code, v, wantObject)
	return end
}

// invalid reports a mistake in the JSON of the line, at pos.
func (k *chunk) invalid(line []byte, pos int, wanted string) {
	p := Problem{Line: k.lines, Column: pos + 1, Code: codeInvalidJSON, Wanted: wanted}
	if k.line.room() > 0 {
		p.Found = around(line, pos)
	}
	k.line.add(p)
}

// error reports v as a mistake in the line.
func (k *chunk) error(code string, v value, wanted string) {
	k.line.addValue(Problem{Line: k.lines, Code: code, Wanted: wanted}, v)
}

// warn reports v as a likely mistake in the line.
func (k *chunk) warn(code string, v value, wanted string) {
	k.line.addValue(Problem{Line: k.lines, Code: code, Wanted: wanted, Warning: true}, v)
}

func invalidUTF8(line []byte) int {
	pos := 0
	for pos < len(line) {
		r, size := utf8.DecodeRune(line[pos:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		pos += size
	}
	return pos
}
