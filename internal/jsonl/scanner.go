// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// These functions read the JSON of one line, validate it, and hand out the members
// that a rule asks for, all in one pass and without copying. They accept what
// encoding/json accepts. Each begins at a position and returns the one after what it
// read; after a mistake it returns mistake(its position), which is negative.

// maxDepth is how deeply values may be nested, as in encoding/json.
const maxDepth = 10_000

// mistake stands for a mistake at i, and turns it into i again.
func mistake(i int) int { return ^i }

// space skips white space.
func space(data []byte, i int) int {
	for i < len(data) && data[i] <= ' ' && isSpace(data[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// finish checks that nothing follows at i but white space.
func finish(data []byte, i int) int {
	if i < 0 {
		return i
	}
	if i = space(data, i); i < len(data) {
		return mistake(i)
	}
	return i
}

// at is the byte at i, or 0 at the end.
func at(data []byte, i int) byte {
	if i < len(data) {
		return data[i]
	}
	return 0
}

// read reads a value of any type into v.
func read(data []byte, i, depth int, v *value) int {
	end := skip(data, i, depth)
	if end >= 0 {
		*v = value{pos: i, raw: data[i:end]}
	}
	return end
}

// skip reads a value of any type. depth is how many objects and lists it is in.
func skip(data []byte, i, depth int) int {
	switch c := at(data, i); c {
	case '"':
		return skipString(data, i)
	case '{':
		return members(data, i, depth, nil)
	case '[':
		return elements(data, i, depth, nil)
	case 't':
		return literal(data, i, "true")
	case 'f':
		return literal(data, i, "false")
	case 'n':
		return literal(data, i, "null")
	}
	return number(data, i)
}

// members reads an object, and calls visit for each member. That is told where the
// value begins, and has to read it. Without visit, the members are skipped.
func members(data []byte, i, depth int, visit func(name value, i int) int) int {
	if depth == maxDepth {
		return mistake(i)
	}
	i = space(data, i+1)
	if at(data, i) == '}' {
		return i + 1
	}
	for {
		if at(data, i) != '"' {
			return mistake(i)
		}
		end := skipString(data, i)
		if end < 0 {
			return end
		}
		name := value{pos: i, raw: data[i:end]}
		i = space(data, end)
		if at(data, i) != ':' {
			return mistake(i)
		}
		i = space(data, i+1)
		if visit != nil {
			i = visit(name, i)
		} else {
			i = skip(data, i, depth+1)
		}
		var more bool
		if i, more = next(data, i, '}'); !more {
			return i
		}
	}
}

// elements reads a list, and calls visit for each element, as members does.
func elements(data []byte, i, depth int, visit func(i int) int) int {
	if depth == maxDepth {
		return mistake(i)
	}
	i = space(data, i+1)
	if at(data, i) == ']' {
		return i + 1
	}
	for {
		if visit != nil {
			i = visit(i)
		} else {
			i = skip(data, i, depth+1)
		}
		var more bool
		if i, more = next(data, i, ']'); !more {
			return i
		}
	}
}

// next reads what follows a member or an element, and reports whether that is another one,
// which begins there.
func next(data []byte, i int, end byte) (int, bool) {
	if i < 0 {
		return i, false
	}
	i = space(data, i)
	switch at(data, i) {
	case ',':
		return space(data, i+1), true
	case end:
		return i + 1, false
	}
	return mistake(i), false
}

func skipString(data []byte, i int) int {
	i++
	for {
		i += ordinary(data[i:])
		size := 0
		switch at(data, i) {
		case '"':
			return i + 1
		case '\\':
			size = escapeSize(data[i:])
		}
		if size == 0 {
			return mistake(i)
		}
		i += size
	}
}

// Eight bytes at once.
const (
	highBits = 0x8080808080808080

	ones        = highBits >> 7
	spaces      = ones * ' '
	quotes      = ones * '"'
	backslashes = ones * '\\'
)

// ordinary is how many bytes at the beginning of data are no quotation marks,
// backslashes or control characters. Strings are most of a line, so it looks at many
// bytes at once, unless the string is a short one.
func ordinary(data []byte) int {
	rest := data
	for words := 0; len(rest) >= 8; words++ {
		if mask := special(rest); mask != 0 {
			return len(data) - len(rest) + bits.TrailingZeros64(mask)/8
		}
		rest = rest[8:]
		for words == 3 && len(rest) >= 32 && special(rest)|special(rest[8:])|special(rest[16:])|special(rest[24:]) == 0 {
			rest = rest[32:]
		}
	}
	for i, c := range rest {
		if c == '"' || c == '\\' || c < ' ' {
			return len(data) - len(rest) + i
		}
	}
	return len(data)
}

// special looks for quotation marks, backslashes and control characters in the first
// eight bytes of data. It sets the highest bit of the first one, and perhaps of some
// after it: if a byte is less than what is subtracted, its highest bit is set then.
func special(data []byte) uint64 {
	word := binary.LittleEndian.Uint64(data)
	return ((word ^ quotes - ones) | (word ^ backslashes - ones) | (word - spaces)) &^ word & highBits
}

// escapeSize is the size of the escape sequence at the beginning of data, or 0 if
// it isn't one.
func escapeSize(data []byte) int {
	switch at(data, 1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(data) < 6 {
			return 0
		}
		for _, c := range data[2:6] {
			if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 6
	}
	return 0
}

func literal(data []byte, i int, want string) int {
	if !bytes.HasPrefix(data[i:], []byte(want)) {
		return mistake(i)
	}
	return i + len(want)
}

func number(data []byte, i int) int {
	if at(data, i) == '-' {
		i++
	}
	if at(data, i) == '0' {
		i++
	} else {
		i = digits(data, i)
	}
	if i >= 0 && at(data, i) == '.' {
		i = digits(data, i+1)
	}
	if i >= 0 && at(data, i)|0x20 == 'e' {
		i++
		if c := at(data, i); c == '+' || c == '-' {
			i++
		}
		i = digits(data, i)
	}
	return i
}

// digits reads at least one digit.
func digits(data []byte, i int) int {
	if !isDigit(at(data, i)) {
		return mistake(i)
	}
	for isDigit(at(data, i)) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
