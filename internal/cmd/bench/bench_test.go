// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{4}, 4},
		{[]float64{9, 1, 2}, 2},
		{[]float64{8, 1, 3, 2}, 2.5},
		{[]float64{1, 1, 1, 1000}, 1},
	} {
		before := append([]float64(nil), tt.values...)
		if got := median(tt.values); got != tt.want {
			t.Errorf("median(%v) = %v, expected %v", before, got, tt.want)
		}
		for i := range before {
			if tt.values[i] != before[i] {
				t.Fatalf("median changed %v to %v", before, tt.values)
			}
		}
	}
}

func TestAlternate(t *testing.T) {
	t.Parallel()
	var order strings.Builder
	a, b := 0.0, 100.0
	got, err := alternate(3,
		func() (float64, error) { order.WriteString("a"); a++; return a, nil },
		func() (float64, error) { order.WriteString("b"); b -= 10; return b, nil },
	)
	if err != nil || len(got) != 2 || got[0] != 2 || got[1] != 80 {
		t.Errorf("medians %v, error %v", got, err)
	}
	if order.String() != "ababab" {
		t.Errorf("measured in the order %s", order.String())
	}
	broken := errors.New("broken")
	if _, err := alternate(2, func() (float64, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v, expected that of the measurement", err)
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		row     row
		ok      bool
		verdict string
		value   string
		bound   string
	}{
		{row{value: 1.15, relation: atMost, bound: 1.15, unit: "×"}, true, "ok", "1.15×", "≤ 1.15×"},
		{row{value: 1.151, relation: atMost, bound: 1.15, unit: "×"}, false, "MISSED", "1.1510×", "≤ 1.15×"},
		{row{value: 27.94, relation: atMost, bound: 28, unit: " MiB"}, true, "ok", "27.9 MiB", "≤ 28 MiB"},
		{row{value: 7.5, relation: atLeast, bound: 7.5}, true, "ok", "7.50", "≥ 7.50"},
		{row{value: 7.2, relation: atLeast, bound: 7.5}, false, "MISSED", "7.20", "≥ 7.50"},
		{row{value: 131.4, relation: atMost, bound: 130}, false, "MISSED", "131", "≤ 130"},
		{row{why: "no curl", relation: atMost, bound: 1}, false, "not measured", "–", "≤ 1"},
		{row{why: "it broke", failed: true, relation: atMost, bound: 1}, false, "FAILED", "–", "≤ 1"},
	} {
		r := tt.row
		if r.ok() != tt.ok || r.verdict() != tt.verdict || r.valueText() != tt.value || r.boundText() != tt.bound {
			t.Errorf("%+v: ok %t, %q, %q, %q", r, r.ok(), r.verdict(), r.valueText(), r.boundText())
		}
	}
}

// sample has a row of every kind.
func sample() []row {
	return []row{
		{
			figure: "good × good", ours: "1.00 s", against: "2.00 s", value: 0.5, unit: "×", relation: atMost, bound: 0.85,
			panel: panel{title: `Time of <it> & "so"`, unit: " s", bars: []bar{{"ours", 1}, {"theirs & <others>", 2}, {"nothing", 0}}},
		},
		{figure: "bad", ours: "9.00 s", value: 9, unit: "×", relation: atMost, bound: 1},
		{figure: `not <there> & "so"`, relation: atMost, bound: 1, why: "there is no curl on PATH"},
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := printTable(&out, "a title", sample()); err != nil {
		t.Fatal(err)
	}
	want := `a title

figure              ours    against  ratio  must be
------------------  ------  -------  -----  -------  ------------
good × good         1.00 s  2.00 s   0.50×  ≤ 0.85×  ok
bad                 9.00 s           9×     ≤ 1×     MISSED
not <there> & "so"                   –      ≤ 1      not measured

not <there> & "so": there is no curl on PATH
`
	if out.String() != want {
		t.Errorf("printed\n%s\nexpected\n%s", out.String(), want)
	}
}

func TestChartIsWellFormed(t *testing.T) {
	t.Parallel()
	svg := chart(`a "title" & <more>`, sample())
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	var widths []string
	var texts strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "rect" {
				attributes := map[string]string{}
				for _, a := range token.Attr {
					attributes[a.Name.Local] = a.Value
				}
				widths = append(widths, attributes["class"]+" "+attributes["width"])
			}
		case xml.CharData:
			texts.Write(token)
		}
	}
	if want := []string{"ours 200", "other 400", "other 2"}; !slices.Equal(widths, want) {
		t.Errorf("bars %v, want %v", widths, want)
	}
	for _, text := range []string{headline, `a "title" & <more>`, `Time of <it> & "so"`, "theirs & <others>", "1 s", "2 s"} {
		if !strings.Contains(texts.String(), text) {
			t.Errorf("%q isn't in the chart", text)
		}
	}
	if strings.Contains(texts.String(), "not <there>") {
		t.Error("a figure without a panel is in the chart")
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args  []string
		chart string
		err   error
	}{
		{nil, defaultChart, nil},
		{[]string{"-quick"}, "", nil},
		{[]string{"-run", "plan"}, "", nil},
		{[]string{"-quick", "-svg", "x.svg"}, "x.svg", nil},
		{[]string{"-svg", ""}, "", nil},
		{[]string{"-n", "0"}, "", errUsage},
		{[]string{"-run", "("}, "", errUsage},
		{[]string{"more"}, "", errUsage},
		{[]string{"-what"}, "", errUsage},
	} {
		o, err := parse(tt.args, io.Discard)
		if !errors.Is(err, tt.err) || err == nil && o.chart != tt.chart {
			t.Errorf("%v: chart %q, error %v", tt.args, o.chart, err)
		}
	}
}

func TestFilesAreRemoved(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	l, err := newLab(options{dir: parent}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		create func(string, int64) (string, error)
	}{{"written", l.written}, {"sparse", l.sparse}} {
		path, err := tt.create(tt.name, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() != 100_000 || filepath.Dir(filepath.Dir(path)) != parent {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if err := l.close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(parent); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestUploadToSink runs the two processes' work in this one.
func TestUploadToSink(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, bytes.Repeat([]byte("content "), 1<<18), 0o600); err != nil {
		t.Fatal(err)
	}
	stdin, parent := io.Pipe()
	stdout, printed := io.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- serveSink(t.Context(), []string{"-latency", "1ms", "-line", "100000000"}, stdin, printed)
		_ = printed.Close()
	}()
	line := make([]byte, 100)
	n, err := stdout.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(string(line[:n]))
	for _, flags := range [][]string{{"-slots", "3", "-part-size", "1048576"}, {"-client-only"}} {
		if err := runUpload(t.Context(), append(append([]string{"-url", url}, flags...), path)); err != nil {
			t.Fatal(err)
		}
	}
	for _, run := range []func(context.Context, []string) error{runSDK, runBuffer} {
		if err := run(t.Context(), []string{url, path}); err != nil {
			t.Fatal(err)
		}
	}
	// What runBuffer sends is no Upload.
	if completed, err := completions(t.Context(), url); err != nil || len(completed) != 3 || !slices.IsSorted(completed) {
		t.Errorf("completed %v, error %v", completed, err)
	}
	// A parent that ends takes the server with it.
	_ = parent.Close()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the server goes on without its parent")
	}
}

// TestLines measures as -quick does.
func TestLines(t *testing.T) {
	t.Parallel()
	l, err := newLab(options{dir: t.TempDir(), quick: true, n: 1}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := measureLines(t.Context(), l)
	if err != nil || len(rows) != 1 || !rows[0].measured() || rows[0].value <= 0 {
		t.Errorf("rows %+v, error %v", rows, err)
	}
}

// complete asks s to complete its first Upload and returns the status.
func complete(t *testing.T, s *sink) int {
	t.Helper()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/uploads/upload_1/complete", strings.NewReader("{}"))
	s.handler().ServeHTTP(recorder, request)
	return recorder.Code
}

// zeros are content without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestSinkStoresNothing(t *testing.T) { //nolint:paralleltest // It counts what the whole process allocates.
	s := &sink{uploads: map[string]*sinkUpload{"upload_1": {Bytes: 1}}}
	for _, path := range []string{"/v1/uploads/upload_1/parts", "/v1/files"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, io.LimitReader(zeros{}, 256*mebibyte))
		recorder := httptest.NewRecorder()
		s.handler().ServeHTTP(recorder, request)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; recorder.Code != http.StatusOK || got > 4*mebibyte {
			t.Errorf("%s: status %d, %d bytes allocated for 256 MiB", path, recorder.Code, got)
		}
	}
}

func TestVersus(t *testing.T) {
	t.Parallel()
	rows := versus("memory", 0.5, 0.1, panel{title: "Memory", unit: " MiB"}, []float64{25, 100, 200})
	if len(rows) != 2 || len(rows[0].panel.bars) != 3 || len(rows[1].panel.bars) > 0 {
		t.Fatalf("rows %+v", rows)
	}
	for i, want := range []string{
		"memory / SDK, parts in turn, 25 MiB, 100 MiB, 0.25×, ≤ 0.50×, ok",
		"memory / whole buffer, 25 MiB, 200 MiB, 0.12×, ≤ 0.10×, MISSED",
	} {
		r := rows[i]
		if got := strings.Join([]string{r.figure, r.ours, r.against, r.valueText(), r.boundText(), r.verdict()}, ", "); got != want {
			t.Errorf("row %q, want %q", got, want)
		}
	}
}

func TestSinkRefusesAnUploadThatIsNotWhole(t *testing.T) {
	t.Parallel()
	s := &sink{uploads: map[string]*sinkUpload{"upload_1": {Bytes: 10}}}
	s.uploads["upload_1"].got.Store(9)
	if status := complete(t, s); status != http.StatusBadRequest {
		t.Errorf("status %d for 9 bytes of 10", status)
	}
	s.uploads["upload_1"].got.Store(10)
	if status := complete(t, s); status != http.StatusOK {
		t.Errorf("status %d for 10 bytes of 10", status)
	}
}
