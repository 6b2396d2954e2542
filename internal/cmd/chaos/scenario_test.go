// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// withoutFunctions makes scenarios fit for reflect.DeepEqual, to which no two functions are equal.
func withoutFunctions(s scenario) scenario {
	for _, faults := range [][]fault{s.rounds[0].pressure.faults, s.rounds[1].pressure.faults, s.end.faults} {
		for i := range faults {
			faults[i].Mutate = nil
		}
	}
	return s
}

func TestScenario_seed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		one, two := withoutFunctions(drawScenario(seed)), withoutFunctions(drawScenario(seed))
		if !reflect.DeepEqual(one, two) {
			t.Fatalf("seed %d draws two scenarios: %+v and %+v", seed, one, two)
		}
	}
}

// TestScenario_variety looks for everything that may be drawn.
func TestScenario_variety(t *testing.T) {
	t.Parallel()
	seen := map[any]bool{}
	for seed := range uint64(1000) {
		s := drawScenario(seed)
		for _, r := range s.resources {
			seen[r.source], seen[r.purpose], seen[r.createFirst], seen["pinned"] = true, true, true, seen["pinned"] || r.pinned
		}
		for _, round := range s.rounds {
			for _, a := range round.alterations {
				seen[a] = true
			}
			for _, f := range round.pressure.faults {
				seen[f.kind], seen[f.Op] = true, true
			}
			for _, e := range round.pressure.edits {
				seen[e.kind] = true
			}
			if i := round.pressure.interrupt; i != nil {
				seen["interrupt"], seen["second interrupt"] = true, seen["second interrupt"] || i.second > 0
			}
		}
	}
	wanted := []any{
		"path", "content", "content_base64", "user_data", "batch", "vision", true, false, "pinned", "interrupt", "second interrupt",
		"400", "403", "409", "429", "429 without quota", "500", "502", "503", "web page with a status", "garbage", "truncated", "wrong fields",
		"cut before", "cut after", "hang", "stall", "early refusal", "delay", "slow",
		openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload, openaitest.OpCancelUpload,
		openaitest.OpGetFile, openaitest.OpDeleteFile, openaitest.OpListFiles,
		unaltered, newContent, stalePin, wrongPin, badLines, emptyFile, noFile, touched, otherPurpose, goneRemotely,
	}
	for _, kind := range editKinds() {
		wanted = append(wanted, kind)
	}
	for _, want := range wanted {
		if !seen[want] {
			t.Errorf("%v is never drawn", want)
		}
	}
}

func TestContent_marks(t *testing.T) {
	t.Parallel()
	s := drawSecrets(newDraw(1, 0))
	for _, tt := range []struct {
		name   string
		design design
		mark   string
	}{
		{"binary", design{source: "path"}, s.file},
		{"batch", design{source: "path", batch: true}, s.file},
		{"text", design{source: "content"}, s.inline},
		{"base64", design{source: "content_base64"}, s.inline},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			one := tt.design.content(newDraw(1, 7), 300, s, true)
			if !bytes.Contains(one, []byte(tt.mark)) {
				t.Error("the mark is missing")
			}
			if two := tt.design.content(newDraw(1, 7), 300, s, true); !bytes.Equal(one, two) {
				t.Error("another content from the same seed")
			}
		})
	}
}

// TestEdit has each change end in a content that is known.
func TestEdit(t *testing.T) {
	t.Parallel()
	for _, kind := range editKinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newResource(design{name: "r0", source: "path", size: 5000}, t.TempDir(), drawSecrets(newDraw(1, 0)))
			if err := r.put(r.content(newDraw(1, 1), 5000, r.secrets, true)); err != nil {
				t.Fatal(err)
			}
			r.begin()
			if err := r.edit(edit{kind: kind, use: 9}, 1); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(r.path)
			seen := r.see()
			switch {
			case kind == vanish && (!errors.Is(err, os.ErrNotExist) || seen.sum != ""):
				t.Errorf("the file is still there: %v", err)
			case kind != vanish && (err != nil || sum256(got) != seen.sum || !slices.Contains(seen.had, seen.sum)):
				t.Errorf("%d bytes that aren't known: %v", len(got), err)
			}
			if !seen.edited {
				t.Error("the change isn't noted")
			}
		})
	}
}

func TestParseDiagnostics(t *testing.T) {
	t.Parallel()
	const output = "openai_upload.r1: Creating...\n╷\n│ Warning: Something else\n│ \n│ It is.\n╵\n" +
		"╷\n│ Error: Uploading \"r1.bin\" failed\n│ \n│   with openai_upload.r1,\n│   on main.tf.json line 2:\n│ \n│ The Upload\n│ upload_1 was cancelled.\n╵\n"
	want := []diagnostic{
		{warning: true, summary: "Something else", text: "Warning: Something else It is."},
		{
			summary: `Uploading "r1.bin" failed`, name: "r1",
			text: `Error: Uploading "r1.bin" failed with openai_upload.r1, on main.tf.json line 2: The Upload upload_1 was cancelled.`,
		},
	}
	if got := parseDiagnostics(output); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-runs", "0"}, {"-parallel", "0"}, {"more"}, {"-seed", "x"}} {
		if _, err := parse(args, io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("%q: %v", args, err)
		}
	}
	o, err := parse(strings.Fields("-runs 7 -seed 9 -keep"), io.Discard)
	if err != nil || o.runs != 7 || o.seed != 9 || !o.keep {
		t.Errorf("options %+v, error %v", o, err)
	}
}
