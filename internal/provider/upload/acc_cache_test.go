// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
)

// keepTime does something to the file at path and puts its modification time back.
func keepTime(tb testing.TB, path string, f func()) {
	tb.Helper()
	info, err := os.Stat(path)
	if err != nil {
		tb.Fatal(err)
	}
	f()
	chtimes(tb, path, info.ModTime())
}

// replaceFile puts another file in the place of the one at path, as editors
// and version control do.
func replaceFile(tb testing.TB, path, content string) {
	tb.Helper()
	next := path + ".next"
	acctest.Rewrite(tb, next, content)
	if err := os.Rename(next, path); err != nil {
		tb.Fatal(err)
	}
}

// TestAccCache_noticed changes the content in ways that hide it.
func TestAccCache_noticed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(path string)
	}{
		{"sameSize", func(path string) { acctest.Rewrite(t, path, contentB) }},
		{"sameSizeAndTime", func(path string) {
			keepTime(t, path, func() { acctest.Rewrite(t, path, contentB) })
		}},
		{"replacedInode", func(path string) { replaceFile(t, path, contentB) }},
		{"replacedInodeSameTime", func(path string) {
			keepTime(t, path, func() { replaceFile(t, path, contentB) })
		}},
		{"clockWentBack", func(path string) {
			acctest.Rewrite(t, path, contentB)
			chtimes(t, path, time.Now().Add(-24*time.Hour))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := uploadedProject(t)
			p.WantPlan(noop)
			tt.change(path)
			p.WantPlan(replace)
			p.WantPlan(replace, "-refresh=false")
			wantConverged(p, contentB)
		})
	}
}

// TestAccCache_futureTime has a file from a clock that is ahead, or a local
// clock that was set back: its times say nothing, so its hash isn't trusted.
func TestAccCache_futureTime(t *testing.T) {
	t.Parallel()
	path := acctest.WriteFile(t, "a.jsonl", contentA)
	future := time.Now().Add(24 * time.Hour)
	chtimes(t, path, future)
	p := acctest.New(t, acctest.Mock(t), "upload", vars(path))
	p.Apply()
	if content := remembered(p); content["safe"] != false {
		t.Errorf("remembered as safe: %v", content)
	}
	p.WantPlan(noop)
	acctest.Rewrite(t, path, contentB)
	chtimes(t, path, future)
	p.WantPlan(replace)
	wantApplied(p, contentB)
}

// remembered is what the private state remembers of the local file; it is nil if
// that is nothing.
func remembered(p *acctest.Project) map[string]any {
	p.TB.Helper()
	_, instance := p.Only()
	var value map[string]any
	if raw := privateValues(p.TB, instance)["content"]; len(raw) > 0 {
		// Nanoseconds don't fit into a float64.
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(&value); err != nil {
			p.TB.Fatal(err)
		}
	}
	return value
}

// setRemembered changes what the private state remembers of the local file.
func setRemembered(tb testing.TB, instance acctest.Instance, value map[string]any) {
	tb.Helper()
	values := privateValues(tb, instance)
	if values == nil {
		tb.Fatal("there is no private state")
	}
	raw, err := json.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	values["content"] = raw
	all, err := json.Marshal(values)
	if err != nil {
		tb.Fatal(err)
	}
	instance["private"] = base64.StdEncoding.EncodeToString(all)
}

// privateValues reads the form in which the framework keeps them.
func privateValues(tb testing.TB, instance acctest.Instance) map[string][]byte {
	tb.Helper()
	encoded, _ := instance["private"].(string)
	if encoded == "" {
		return nil
	}
	all, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		tb.Fatal(err)
	}
	var values map[string][]byte
	if err := json.Unmarshal(all, &values); err != nil {
		tb.Fatal(err)
	}
	return values
}

// forge makes the state say that another content was uploaded, and that the
// local file has it. Only reading the file shows that it doesn't.
func forge(p *acctest.Project) {
	p.TB.Helper()
	content := remembered(p)
	content["sha256"] = sum256(contentB)
	st, instance := p.Only()
	setRemembered(p.TB, instance, content)
	instance.Attributes()["content_sha256"] = sum256(contentB)
	p.Save(st)
}

// TestAccCache_quietPlanDoesNotRead makes a file's content unlike what is
// remembered of it, which a plan must not notice while the file looks the same.
func TestAccCache_quietPlanDoesNotRead(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	forge(p)
	p.WantPlan(noop)
	p.WantPlan(noop, "-refresh=false")
	p.Apply()
	p.WantPlan(noop)
	// The other way round: as soon as the file looks different, it is read.
	chtimes(t, path, time.Now().Add(-time.Minute))
	p.WantPlan(replace)
}

// TestAccCache_pathChangeKeepsHash keeps the hash of the file at the new path.
func TestAccCache_pathChangeKeepsHash(t *testing.T) {
	t.Parallel()
	p, _ := uploadedProject(t)
	second := acctest.WriteFile(t, "a.jsonl", contentA)
	p.Set(vars(second))
	p.Apply()
	forge(p)
	p.WantPlan(noop)
}

// TestAccCache_rebuiltByApply touches the file. What the refresh hashes is kept
// by an apply with nothing to do, and not by a plan.
func TestAccCache_rebuiltByApply(t *testing.T) {
	t.Parallel()
	p, path := uploadedProject(t)
	first := remembered(p)
	if first["safe"] != true {
		t.Errorf("not trusted: %v", first)
	}
	chtimes(t, path, time.Now().Add(-time.Hour))
	p.WantPlan(noop)
	if got := remembered(p); !reflect.DeepEqual(got, first) {
		t.Errorf("a plan changed the state: %v, was %v", got, first)
	}
	p.Apply()
	if second := remembered(p); reflect.DeepEqual(second, first) {
		t.Errorf("apply didn't keep the new signature: %v", second)
	}
	forge(p)
	p.WantPlan(noop)
}

// TestAccCache_foreignShapes reads private state that another version wrote,
// or that is lost.
func TestAccCache_foreignShapes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(acctest.Instance)
	}{
		{"lost", func(i acctest.Instance) { delete(i, "private") }},
		{"otherKeys", func(i acctest.Instance) { setRemembered(t, i, map[string]any{"algorithm": "blake3"}) }},
		{"otherType", func(i acctest.Instance) { setRemembered(t, i, map[string]any{"signature": "none", "safe": 7}) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, path := uploadedProject(t)
			st, instance := p.Only()
			tt.change(instance)
			p.Save(st)
			p.WantPlan(noop)
			p.Apply()
			if content := remembered(p); content["sha256"] != sum256(contentA) {
				t.Errorf("not rebuilt: %v", content)
			}
			acctest.Rewrite(t, path, contentB)
			p.WantPlan(replace)
		})
	}
}

// TestAccCache_saysNothingOfTheMachine keeps what depends on it out of the
// attributes.
func TestAccCache_saysNothingOfTheMachine(t *testing.T) {
	t.Parallel()
	p := acctest.New(t, acctest.Mock(t), "upload", vars("a.jsonl"))
	p.Write("a.jsonl", contentA)
	p.Apply()
	directory, err := filepath.EvalSymlinks(p.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if content := p.Read("terraform.tfstate"); strings.Contains(content, p.Dir) || strings.Contains(content, directory) {
		t.Errorf("the state has an absolute path:\n%s", content)
	}
}
