// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkCheck reads and hashes a file with and without checking it, in turns, and
// prints how much longer the former takes. JSONL_MIB is the size of the file.
func BenchmarkCheck(b *testing.B) {
	prose := strings.Repeat("The quick brown fox jumps over the lazy dog. ", 30)
	for _, tt := range []struct {
		name   string
		format Format
		line   func(i int) string
	}{
		{"batch", Batch, func(i int) string {
			return pad(fmt.Sprintf(`{"custom_id":"request-%d","method":"POST","url":"/v1/chat/completions",`+
				`"body":{"model":"gpt-4o-mini","messages":[{"role":"system","content":"You are a helpful assistant."},`+
				`{"role":"user","content":"%%s"}],"max_tokens":1000}}`, i), prose)
		}},
		{"fine-tune", FineTune, func(int) string {
			return pad(`{"messages":[{"role":"system","content":"You are a helpful assistant."},`+
				`{"role":"user","content":"%s"},{"role":"assistant","content":"It does."}]}`, prose)
		}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			path := writeLines(b, tt.line)
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			b.ReportAllocs()
			var alone, both time.Duration
			for b.Loop() {
				both += hashFile(b, path, New(tt.format, 10))
				b.StopTimer()
				alone += hashFile(b, path, nil)
				b.StartTimer()
			}
			b.ReportMetric(both.Seconds()/alone.Seconds(), "times-hashing")
		})
	}
}

// pad fills a line to 1 KiB.
func pad(format, filling string) string {
	return fmt.Sprintf(format, filling[:1024-len(format)+len("%s")-len("\n")])
}

func writeLines(b *testing.B, line func(i int) string) string {
	b.Helper()
	size := 256
	if env := os.Getenv("JSONL_MIB"); env != "" {
		size, _ = strconv.Atoi(env)
	}
	path := filepath.Join(b.TempDir(), "lines.jsonl")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	for i := range size << 10 {
		if _, err := fmt.Fprintln(w, line(i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return path
}

// hashFile is how long it takes to hash a file and to check it, if there is a
// checker.
func hashFile(b *testing.B, path string, checker *Checker) time.Duration {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	start := time.Now()
	hash := sha256.New()
	var to io.Writer = hash
	if checker != nil {
		to = io.MultiWriter(hash, checker)
	}
	buf := make([]byte, 256<<10)
	if _, err := io.CopyBuffer(to, struct{ io.Reader }{file}, buf); err != nil {
		b.Fatal(err)
	}
	hash.Sum(nil)
	if checker != nil {
		if r := checker.Report(); r.Lines == 0 || len(r.Problems) > 2 {
			b.Fatalf("report is %+v", r)
		}
	}
	return time.Since(start)
}
