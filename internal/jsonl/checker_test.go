// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// request is a good line of a batch.
func request(id int) string {
	return fmt.Sprintf(`{"custom_id":"r%d","method":"POST","url":"/v1/responses","body":{"model":"gpt","input":"Hi"}}`+"\n", id)
}

// requests are count of them.
func requests(count int) string {
	var b strings.Builder
	for i := range count {
		b.WriteString(request(i))
	}
	return b.String()
}

func report(input string) Report {
	c := New(Batch, 10)
	_, _ = c.Write([]byte(input))
	return c.Report()
}

// wantCodes checks the lines and codes of a report's problems, such as "3 blank_line".
func wantCodes(tb testing.TB, report Report, want ...string) {
	tb.Helper()
	var got []string
	for _, p := range report.Problems {
		got = append(got, fmt.Sprintf("%d %s", p.Line, p.Code))
	}
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("problems are %q, want %q", got, want)
	}
}

func TestReportOfGoodInput(t *testing.T) {
	t.Parallel()
	input := requests(3) + "\n"
	want := Report{Bytes: int64(len(input)), Lines: 3, Models: []string{"gpt"}}
	if got := report(input); !reflect.DeepEqual(got, want) {
		t.Errorf("report is %+v, want %+v", got, want)
	}
}

// TestCountsAreExact checks that what isn't kept is counted.
func TestCountsAreExact(t *testing.T) {
	t.Parallel()
	got := report("x\n" + strings.Repeat("{}\n\n", 100_000) + request(1))
	if len(got.Problems) != 10 || got.Errors != 1+4*100_000+1 || got.Warnings != 100_000 || got.Lines != 100_002 {
		t.Errorf("report is %+v", got)
	}
}

func TestManyBlankLinesAtTheEnd(t *testing.T) {
	t.Parallel()
	wantCodes(t, report(request(1)+strings.Repeat("\n", 1_000_000)))
	got := report(request(1) + strings.Repeat("\n", 1_000_000) + request(2))
	if got.Warnings != 1_000_000 || got.Problems[0].Line != 2 || got.Problems[9].Line != 11 {
		t.Errorf("report is %+v", got)
	}
}

func TestModels(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 300 {
		b.WriteString(strings.ReplaceAll(request(i), "gpt", fmt.Sprintf("%d-%s", i/2, strings.Repeat("é", 150))))
	}
	got := report(b.String())
	if len(got.Models) != 100 || got.Errors != 298 {
		t.Fatalf("%d models and %d errors", len(got.Models), got.Errors)
	}
	if want := "0-" + strings.Repeat("é", 99); got.Models[0] != want || len(want) != 200 {
		t.Errorf("the first model is %q, want %q", got.Models[0], want)
	}
}

func TestTooManyTasks(t *testing.T) {
	t.Parallel()
	wantCodes(t, report(requests(50_000)))
	wantCodes(t, report("\n"+requests(50_001)), "1 blank_line", "50002 too_many_tasks")
	// Beyond the limit, IDs are no longer compared.
	wantCodes(t, report(requests(50_000)+request(0)+request(0)), "50001 too_many_tasks")
}

func TestFileTooLarge(t *testing.T) {
	t.Parallel()
	if maxBatchBytes != localfile.BatchMaxBytes {
		t.Errorf("the limit is %d here, and %d for files", maxBatchBytes, localfile.BatchMaxBytes)
	}
	for _, tt := range []struct {
		name   string
		format Format
		size   int64
		codes  []string
		errors int64
	}{
		{"200 MB", Batch, 200_000_000, []string{"0 empty_file"}, 1},
		{"more", Batch, 200_000_001, []string{"0 empty_file", "0 file_too_large"}, 1},
		{"what the service calls its maximum", Batch, 209_715_200, []string{"0 empty_file", "0 file_too_large"}, 1},
		{"too large", Batch, 209_715_201, []string{"0 empty_file", "0 file_too_large"}, 2},
		{"large set", FineTune, 209_715_201, []string{"0 empty_file"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := New(tt.format, 10)
			c.bytes = tt.size
			got := c.Report()
			wantCodes(t, got, tt.codes...)
			if got.Errors != tt.errors {
				t.Errorf("%d errors, want %d", got.Errors, tt.errors)
			}
		})
	}
}

// line is a good line of a batch of this size, without its end.
func line(size int) string {
	const before, after = `{"custom_id":"r","method":"POST","url":"/v1/responses","body":{"input":"`, `"}}`
	return before + strings.Repeat("x", size-len(before)-len(after)) + after
}

func TestLongLines(t *testing.T) {
	t.Parallel()
	const longest = 3 * chunkSize
	for _, tt := range []struct {
		name  string
		input string
		codes []string
	}{
		{"as long as a chunk", line(chunkSize), nil},
		{"as long as a chunk with its end", line(chunkSize-1) + "\n" + "\n", nil},
		{"longest", line(longest) + "\n", nil},
		{"longest, without an end", line(longest), nil},
		{"too long", line(longest+1) + "\n{}x", []string{"1 line_too_long", "2 invalid_json_line"}},
		{"too long, without an end", line(longest + 1), []string{"1 line_too_long"}},
		{"far too long", line(3*longest) + "\n\n" + request(1), []string{"1 line_too_long", "2 blank_line"}},
		{"too long and blank", strings.Repeat(" ", longest+1) + "\n", []string{"1 line_too_long"}},
		{"long and blank", request(1) + strings.Repeat(" ", longest) + "\n", nil},
		{"long and invalid", line(longest-1) + "}\n", []string{"1 invalid_json_line"}},
		{"between others", requests(3000) + line(2*chunkSize) + "\n" + strings.Repeat("x\n", 2), []string{
			"3002 invalid_json_line", "3003 invalid_json_line",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := New(Batch, 10)
			c.maxLine = longest
			_, _ = c.Write([]byte(tt.input))
			wantCodes(t, c.Report(), tt.codes...)
		})
	}
	t.Run("by default", func(t *testing.T) {
		t.Parallel()
		wantCodes(t, report(line(16<<20)+"\n"+line(16<<20+1)), "2 line_too_long")
	})
}

// TestDepth checks that values are nested at most as deeply as encoding/json can read.
func TestDepth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		depth int
		codes []string
	}{
		{"deep", 10_000, nil},
		{"too deep", 10_001, []string{"1 invalid_json_line"}},
		{"far too deep", 5_000_000, []string{"1 invalid_json_line"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			// The body is in the object of the line.
			input := strings.Replace(request(1), `"Hi"`, strings.Repeat("[", tt.depth-2)+strings.Repeat("]", tt.depth-2), 1)
			wantCodes(t, report(input), tt.codes...)
			if got := json.Valid([]byte(input)); got != (tt.codes == nil) {
				t.Errorf("encoding/json says %v", got)
			}
		})
	}
}

// TestAcrossChunks checks that lines are compared across chunks, however the input is
// written and whoever checks it.
func TestAcrossChunks(t *testing.T) {
	t.Parallel()
	input := []byte(requests(5000) + request(0) + strings.ReplaceAll(request(5000), "responses", "embeddings") + request(4999))
	for seed := range uint64(4) {
		g := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // reproducible
		c := New(Batch, 10)
		c.workers = 1 + int(seed)
		wantCodes(t, checkInParts(c, input, g), "5001 duplicate_custom_id", "5002 url_mismatch", "5003 duplicate_custom_id")
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	t.Run("reported twice", func(t *testing.T) {
		t.Parallel()
		c := New(Batch, 10)
		_, _ = c.Write([]byte("x"))
		want := c.Report()
		if n, err := c.Write([]byte("more")); n != 4 || err != nil {
			t.Errorf("Write = %d, %v", n, err)
		}
		c.Close()
		if got := c.Report(); !reflect.DeepEqual(got, want) {
			t.Errorf("reports are %+v and %+v", want, got)
		}
	})
	t.Run("nothing written", func(t *testing.T) {
		t.Parallel()
		New(Batch, 10).Close()
		wantCodes(t, New(FineTune, 10).Report(), "0 empty_file")
		wantCodes(t, New(FineTune, -1).Report())
	})
}

// TestNoGoroutineIsLeft ends checkers in a bubble, which waits for all goroutines.
func TestNoGoroutineIsLeft(t *testing.T) {
	t.Parallel()
	input := []byte(requests(20_000) + line(chunkSize+1))
	for _, tt := range []struct {
		name string
		end  func(c *Checker)
	}{
		{"report", func(c *Checker) { c.Report() }},
		{"close", func(c *Checker) { c.Close() }},
		{"both", func(c *Checker) { c.Report(); c.Close(); c.Close() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(*testing.T) {
				c := New(Batch, 10)
				_, _ = c.Write(input)
				tt.end(c)
			})
		})
	}
	t.Run("small input needs none", func(t *testing.T) {
		t.Parallel()
		c := New(Batch, 10)
		_, _ = c.Write([]byte(requests(1000)))
		if c.work != nil {
			t.Error("workers were started")
		}
		wantCodes(t, c.Report())
	})
}

// TestMemoryIsFlat checks that what is allocated doesn't grow with the input.
func TestMemoryIsFlat(t *testing.T) { //nolint:paralleltest // It counts what the whole process allocates.
	for _, tt := range []struct { //nolint:paralleltest // See above.
		name   string
		format Format
		line   string
		limit  uint64 // in MiB
	}{
		{"requests", Batch, requests(12_000), 6},
		{"examples", FineTune, `{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}` + "\n", 4},
		{"many problems in a line", FineTune, `{"messages":[` + strings.Repeat("1,", 1<<18) + "1]}\n", 4},
		{"long lines", Batch, line(1<<20) + "\n", 8},
		{"lines with nothing in them", Batch, "{}\n", 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			input := []byte(strings.Repeat(tt.line, 1+(1<<20)/len(tt.line)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			c := New(tt.format, 10)
			for c.bytes < 6<<20 {
				_, _ = c.Write(input)
			}
			c.Report()
			runtime.ReadMemStats(&after)
			if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > tt.limit {
				t.Errorf("%d MiB were allocated, want at most %d", mib, tt.limit)
			} else {
				t.Logf("%d MiB were allocated", mib)
			}
		})
	}
}
