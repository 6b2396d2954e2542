// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// keepTime does something to the file at path and puts its modification time back.
func keepTime(t *testing.T, path string, f func()) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	f()
	chtimes(t, path, info.ModTime())
}

// replaceFile puts another file in the place of the one at path, as editors
// and version control do.
func replaceFile(t *testing.T, path, content string) {
	t.Helper()
	next := path + ".next"
	acctest.Rewrite(t, next, []byte(content))
	if err := os.Rename(next, path); err != nil {
		t.Fatal(err)
	}
}

// TestAccCache_noticed changes the content in ways that hide it.
func TestAccCache_noticed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, path string)
	}{
		{"sameSize", func(t *testing.T, path string) {
			t.Helper()
			acctest.Rewrite(t, path, []byte(contentB))
		}},
		{"sameSizeAndTime", func(t *testing.T, path string) {
			t.Helper()
			keepTime(t, path, func() { acctest.Rewrite(t, path, []byte(contentB)) })
		}},
		{"replacedInode", func(t *testing.T, path string) {
			t.Helper()
			replaceFile(t, path, contentB)
		}},
		{"replacedInodeSameTime", func(t *testing.T, path string) {
			t.Helper()
			keepTime(t, path, func() { replaceFile(t, path, contentB) })
		}},
		{"clockWentBack", func(t *testing.T, path string) {
			t.Helper()
			acctest.Rewrite(t, path, []byte(contentB))
			chtimes(t, path, time.Now().Add(-24*time.Hour))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, path := uploadedSession(t)
			s.wantPlan(noop())
			tt.change(t, path)
			s.wantPlan(replaces())
			s.wantPlan(replaces(), "-refresh=false")
			s.apply()
			s.wantOnly(contentB)
			s.wantPlan(noop())
		})
	}
}

// TestAccCache_futureTime has a file from a clock that is ahead, or a local
// clock that was set back: its times say nothing, so its hash isn't trusted.
func TestAccCache_futureTime(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	path := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	future := time.Now().Add(24 * time.Hour)
	chtimes(t, path, future)
	s := newSession(t, mock, vars(path))
	s.apply()
	if content := s.state().remembered(t); content["safe"] != false {
		t.Errorf("remembered as safe: %v", content)
	}
	s.wantPlan(noop())
	acctest.Rewrite(t, path, []byte(contentB))
	chtimes(t, path, future)
	s.wantPlan(replaces())
	s.apply()
	s.wantOnly(contentB)
}

// forge makes the state say that another content was uploaded, and that the
// local file has it. Only reading the file shows that it doesn't.
func (s *session) forge() {
	s.t.Helper()
	st := s.state()
	other := sum256([]byte(contentB))
	content := st.remembered(s.t)
	content["sha256"] = other
	st.setRemembered(s.t, content)
	st.attributes()["content_sha256"] = other
	s.save(st)
}

// TestAccCache_quietPlanDoesNotRead makes a file's content unlike what is
// remembered of it, which a plan must not notice while the file looks the same.
func TestAccCache_quietPlanDoesNotRead(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t)
	s.forge()
	s.wantPlan(noop())
	s.wantPlan(noop(), "-refresh=false")
	s.apply()
	s.wantPlan(noop())
	// The other way round: as soon as the file looks different, it is read.
	chtimes(t, path, time.Now().Add(-time.Minute))
	s.wantPlan(replaces())
}

// TestAccCache_pathChangeKeepsHash keeps the hash of the file at the new path.
func TestAccCache_pathChangeKeepsHash(t *testing.T) {
	t.Parallel()
	s, _ := uploadedSession(t)
	second := acctest.WriteFile(t, "a.jsonl", []byte(contentA))
	s.set(vars(second))
	s.apply()
	s.forge()
	s.wantPlan(noop())
}

// TestAccCache_rebuiltByApply touches the file. What the refresh hashes is kept
// by an apply with nothing to do, and not by a plan.
func TestAccCache_rebuiltByApply(t *testing.T) {
	t.Parallel()
	s, path := uploadedSession(t)
	first := s.state().remembered(t)
	if first["safe"] != true {
		t.Errorf("not trusted: %v", first)
	}
	chtimes(t, path, time.Now().Add(-time.Hour))
	s.wantPlan(noop())
	if got := s.state().remembered(t); !reflect.DeepEqual(got, first) {
		t.Errorf("a plan changed the state: %v, was %v", got, first)
	}
	s.apply()
	second := s.state().remembered(t)
	if reflect.DeepEqual(second, first) {
		t.Errorf("apply didn't keep the new signature: %v", second)
	}
	s.forge()
	s.wantPlan(noop())
}

// TestAccCache_foreignShapes reads private state that another version wrote,
// or that is lost.
func TestAccCache_foreignShapes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(state)
	}{
		{"lost", func(st state) { delete(st.instance, "private") }},
		{"otherKeys", func(st state) { st.setRemembered(t, map[string]any{"algorithm": "blake3"}) }},
		{"otherType", func(st state) { st.setRemembered(t, map[string]any{"signature": "none", "safe": 7}) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, path := uploadedSession(t)
			st := s.state()
			tt.change(st)
			s.save(st)
			s.wantPlan(noop())
			s.apply()
			if content := s.state().remembered(t); content["sha256"] != sum256([]byte(contentA)) {
				t.Errorf("not rebuilt: %v", content)
			}
			acctest.Rewrite(t, path, []byte(contentB))
			s.wantPlan(replaces())
		})
	}
}

// TestAccCache_saysNothingOfTheMachine keeps what depends on it out of the
// attributes.
func TestAccCache_saysNothingOfTheMachine(t *testing.T) {
	t.Parallel()
	mock := openaitest.Start(t)
	s := newSession(t, mock, vars("a.jsonl"))
	s.write("a.jsonl", contentA)
	s.apply()
	directory, err := filepath.EvalSymlinks(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if content := s.read("terraform.tfstate"); strings.Contains(content, s.Dir) || strings.Contains(content, directory) {
		t.Errorf("the state has an absolute path:\n%s", content)
	}
}
