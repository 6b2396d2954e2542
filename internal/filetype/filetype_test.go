// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filetype_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/filetype"
)

func TestByName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want string }{
		{"train.jsonl", "text/jsonl"},
		{"a.json", "application/json"},
		{"a.txt", "text/plain"},
		{"a.md", "text/markdown"},
		{"a.pdf", "application/pdf"},
		{"a.png", "image/png"},
		{"a.jpeg", "image/jpeg"},
		{"a.jpg", "image/jpeg"},
		{"a.gif", "image/gif"},
		{"a.webp", "image/webp"},
		{"a.c", "text/x-c"},
		{"a.cpp", "text/x-c++"},
		{"a.cs", "text/x-csharp"},
		{"a.css", "text/css"},
		{"a.csv", "text/csv"},
		{"a.doc", "application/msword"},
		{"a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a.go", "text/x-golang"},
		{"a.html", "text/html"},
		{"a.java", "text/x-java"},
		{"a.js", "text/javascript"},
		{"a.php", "text/x-php"},
		{"a.pkl", "application/octet-stream"},
		{"a.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
		{"a.py", "text/x-python"},
		{"a.rb", "text/x-ruby"},
		{"a.sh", "application/x-sh"},
		{"a.tar", "application/x-tar"},
		{"a.tex", "text/x-tex"},
		{"a.ts", "application/typescript"},
		{"a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"a.xml", "text/xml"},
		{"a.zip", "application/zip"},
		{"a.yaml", "application/yaml"},
		{"a.parquet", "application/vnd.apache.parquet"},
		{"a.wav", "audio/wav"},
		{"a.mp3", "audio/mpeg"},
		{"a.mp4", "video/mp4"},
		{"TRAIN.JSONL", "text/jsonl"},
		{"Photo.JpG", "image/jpeg"},
		{"a.tar.gz", "application/gzip"},
		{"a.jsonl.txt", "text/plain"},
		{"naïve résumé.é", ""},
		{"文件.pdf", "application/pdf"},
		{".json", ""},
		{".env.json", "application/json"},
		{"README", ""},
		{"a.", ""},
		{"a.unknown", ""},
		{"", ""},
		{".", ""},
	} {
		got, ok := filetype.ByName(tt.name)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("ByName(%q) = %q, %v, want %q", tt.name, got, ok, tt.want)
		}
	}
}

func TestByContent(t *testing.T) {
	t.Parallel()
	long := `{"messages":[{"role":"user","content":"` + strings.Repeat("word ", 4000) + `"}]}`
	for _, tt := range []struct{ name, content, want string }{
		{"text", "Just some words.\n", "text/plain"},
		{"text in Latin-1", "caf\xe9 au lait\n", "text/plain"},
		{"JSON", `{"a": 1}`, "application/json"},
		{"JSON over lines", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "application/json"},
		{"long JSON", long, "application/json"},
		{"long JSON, with end", long + "\n\n", "application/json"},
		{"long JSON over lines", "[\n" + long + ",\n" + long + "\n]\n", "application/json"},
		{"JSON Lines", "{\"a\": 1}\n{\"a\": 2}\n", "text/jsonl"},
		{"JSON Lines with CRLF", "{\"a\": 1}\r\n{\"a\": 2}\r\n", "text/jsonl"},
		{"many JSON Lines", strings.Repeat("{\"a\": 1}\n", 10_000), "text/jsonl"},
		{"long JSON Lines", long + "\n" + long + "\n", "text/jsonl"},
		{"JSON Lines, then long", "{\"a\": 1}\n" + long + "\n", "text/jsonl"},
		{"HTML", "<!DOCTYPE html><html><body>x</body></html>", "text/html"},
		{"XML", `<?xml version="1.0"?><a/>`, "text/xml"},
		{"CSV", "a,b\n1,2\n3,4\n", "text/csv"},
		{"shell", "#!/bin/sh\necho\n", "application/x-sh"},
		{"PDF", "%PDF-1.7\n", "application/pdf"},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"},
		{"RTF", `{\rtf1 x}`, "application/rtf"},
		{"zip", zipped(t), "application/zip"},
		{"gzip", gzipped(t), "application/gzip"},
		{"noise", "\x00\x01\x02\xfe\xff\x80\x00", "application/octet-stream"},
		{"one byte", "\x00", "application/octet-stream"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := filetype.ByContent(strings.NewReader(tt.content), int64(len(tt.content)))
			if err != nil || got != tt.want {
				t.Errorf("ByContent = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func zipped(t *testing.T) string {
	t.Helper()
	var buf bytes.Buffer
	writer := zip.NewWriter(&buf)
	if _, err := writer.Create("a.txt"); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func gzipped(t *testing.T) string {
	t.Helper()
	var buf bytes.Buffer
	writer := gzip.NewWriter(&buf)
	if _, err := writer.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}
