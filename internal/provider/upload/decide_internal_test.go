// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
)

const (
	oldHash   = "old"
	newHash   = "new"
	otherHash = "other"
)

// plain is a configuration that asks for what is there.
func plain(change ...func(*arguments)) arguments {
	a := arguments{source: "path", path: some("a.jsonl"), filename: some("a.jsonl"), purpose: some(purposeFineTune)}
	for _, c := range change {
		c(&a)
	}
	return a
}

func pinnedTo(hash string) func(*arguments) { return func(a *arguments) { a.pin = some(hash) } }
func pinUnknown(a *arguments)               { a.pin = unknownUntilApply[string]() }
func pathUnknown(a *arguments)              { a.path = unknownUntilApply[string]() }
func otherPath(a *arguments)                { a.path = some("b/a.jsonl") }
func otherPurpose(a *arguments)             { a.purpose = some("user_data") }
func noPath(a *arguments)                   { a.path = opt[string]{} }

// inline is a configuration with content in place of a path.
func inline(hash string) arguments {
	return plain(noPath, pinnedTo(hash), func(a *arguments) {
		a.source, a.content = "content", some(digest{size: 8, sha256: hash})
	})
}

// inlineOrPath has a path that will turn out to be null.
func inlineOrPath(hash string) arguments {
	a := inline(hash)
	a.path = unknownUntilApply[string]()
	return a
}

func inlineUnknown() arguments {
	return plain(noPath, pinUnknown, func(a *arguments) {
		a.source, a.content = "content", unknownUntilApply[digest]()
	})
}

func livesFor(d time.Duration) func(*arguments) {
	return func(a *arguments) { a.lifetime = some(d) }
}

// ours is a File that was uploaded from a.jsonl.
func ours(change ...func(*file)) file {
	f := file{
		id: "file-old", path: some("a.jsonl"), filename: some("a.jsonl"), purpose: some(purposeFineTune), mimeType: some("text/jsonl"),
		sha256: some(oldHash), bytes: some(int64(8)), uploaded: &uploaded{Bytes: 8, Filename: "a.jsonl", Purpose: purposeFineTune},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

// imported is the same File after an import.
func imported(change ...func(*file)) file {
	f := file{id: "file-old", filename: some("a.jsonl"), purpose: some(purposeFineTune), bytes: some(int64(8))}
	for _, c := range change {
		c(&f)
	}
	return f
}

func lives(d time.Duration) func(*file) { return func(f *file) { f.lives = d } }
func forBatch(f *file)                  { f.purpose = some(purposeBatch) }
func batch(a *arguments)                { a.purpose = some(purposeBatch) }

func content(hash string) sighting { return sighting{presence: usable, size: 8, sha256: hash} }

// lined is content whose lines were checked.
func lined(hash string, errors, warnings int64) sighting {
	seen := content(hash)
	seen.report = &jsonl.Report{Errors: errors, Warnings: warnings}
	return seen
}

func ofSize(size int64) sighting { return sighting{presence: usable, size: size} }

func none(p presence) sighting { return sighting{presence: p, problem: errors.New("there is no file")} }

// plan decides as Terraform has it done: on the File in the state, and then, if
// it is to be replaced, on the new half with what is configured.
func plan(want arguments, configured arguments, have *file, seen sighting, forced bool) decision {
	if have == nil {
		return decideNew(want, nil, seen)
	}
	decide := decideUpload
	if have.sha256.isNull() {
		decide = decideAdoption
	}
	d := decide(want, *have, seen)
	if d.action == refuse || d.action != replace && !forced {
		return d
	}
	second := decideNew(configured, &replacement{FileID: have.id, SHA256: have.sha256.value}, seen)
	if second.action == refuse {
		return second
	}
	d.action = replace
	return d
}

// moment is one case of a situation.
type moment struct {
	want arguments
	// configured is what want is without ignore_changes; by default the same.
	configured *arguments
	have       *file
	seen       sighting
	// forced stands for -replace and replace_triggered_by.
	forced bool

	action action
	// on is the attribute of the refusal, or the first that forces the replacement.
	on string
	// warning is the summary of the first warning.
	warning string
}

// situations are the rows of the table in the documentation, in its order and
// words, but for those that no decision is about.
func situations() []struct {
	name    string
	moments []moment
} {
	const (
		create      = keep
		noFile      = "No usable file yet"
		cantCompare = "Local file can't be compared"
		oldContent  = "Local file still has the old content"
		otherThan   = "Local file has other content than content_sha256"
		differs     = "The File at OpenAI differs"
		adopted     = "Content could not be compared"
		doubtful    = `The content may not be usable for the purpose "fine-tune"`
	)
	ignored := plain(pinnedTo(oldHash)) // content_sha256 is in ignore_changes.
	unpinned := plain()
	unpinnedForBatch := plain(otherPurpose)
	withPath := plain()
	return []struct {
		name    string
		moments []moment
	}{
		{"the content at the same `path` changed", []moment{
			{want: plain(), have: new(ours()), seen: content(otherHash), action: replace, on: "content_sha256"},
			{want: plain(), have: new(ours()), seen: ofSize(9), action: replace, on: "content_sha256"},
			{want: plain(), have: new(ours(func(f *file) { f.uploaded = nil })), seen: content(otherHash), action: replace, on: "content_sha256"},
			{want: plain(otherPath), have: new(ours()), seen: content(otherHash), action: replace, on: "content_sha256"},
		}},
		{"`purpose`, `mime_type`, `filename` or `expires_after` changed", []moment{
			{want: plain(otherPurpose), have: new(ours()), seen: content(oldHash), action: replace, on: "purpose"},
			{want: plain(func(a *arguments) { a.purpose = unknownUntilApply[string]() }), have: new(ours()), seen: content(oldHash), action: replace, on: "purpose"},
			{want: plain(func(a *arguments) { a.mimeType = some("text/plain") }), have: new(ours()), seen: content(oldHash), action: replace, on: "mime_type"},
			{want: plain(func(a *arguments) { a.filename = some("b.jsonl") }), have: new(ours()), seen: content(oldHash), action: replace, on: "filename"},
			{want: plain(livesFor(time.Hour)), have: new(ours()), seen: content(oldHash), action: replace, on: "expires_after"},
			{want: plain(func(a *arguments) { a.lifetime = unknownUntilApply[time.Duration]() }), have: new(ours()), seen: content(oldHash), action: replace, on: "expires_after"},
			{want: plain(livesFor(3601 * time.Second)), have: new(ours(func(f *file) { f.lifetime = some(time.Hour) })), seen: content(oldHash), action: replace, on: "expires_after"},
			{want: plain(), configured: &unpinnedForBatch, have: new(ours()), seen: content(oldHash), forced: true, action: replace},
		}},
		{"`path` changed; content and `filename` are the same", []moment{
			{want: plain(otherPath), have: new(ours()), seen: content(oldHash), action: keep},
		}},
		{"`path` changed, and the default `filename` with it", []moment{
			{want: plain(func(a *arguments) { a.path, a.filename = some("b.jsonl"), some("b.jsonl") }), have: new(ours()), seen: content(oldHash), action: replace, on: "filename"},
		}},
		{"only the modification time, the owner or the checkout changed", []moment{
			{want: plain(), have: new(ours()), seen: content(oldHash), action: keep},
			{want: plain(), have: new(ours(func(f *file) { f.uploaded = nil })), seen: content(oldHash), action: keep},
		}},
		{"no usable file at an unchanged `path` (absent, unreadable, a directory, empty, too large)", []moment{
			{want: plain(), have: new(ours()), seen: none(absent), action: keep, warning: cantCompare},
			{want: plain(), have: new(ours()), seen: none(unusable), action: keep, warning: cantCompare},
			{want: plain(), have: new(imported(func(f *file) { f.path = some("a.jsonl") })), seen: none(absent), action: keep, warning: cantCompare},
		}},
		{"the same, and something else replaces the File", []moment{
			{want: plain(otherPurpose), have: new(ours()), seen: none(absent), action: refuse, on: "path"},
			{want: plain(otherPurpose), have: new(ours()), seen: none(unusable), action: refuse, on: "path"},
			{want: plain(), have: new(ours()), seen: none(absent), forced: true, action: refuse, on: "path"},
			{want: plain(), have: new(ours()), seen: none(unusable), forced: true, action: refuse, on: "path"},
			{want: ignored, configured: &unpinned, have: new(ours()), seen: none(absent), forced: true, action: refuse, on: "path"},
		}},
		{"no usable file at a changed `path`", []moment{
			{want: plain(otherPath), have: new(ours()), seen: none(absent), action: refuse, on: "path"},
			{want: plain(otherPath), have: new(ours()), seen: none(unusable), action: refuse, on: "path"},
			{want: plain(otherPath, pinnedTo(oldHash)), have: new(ours()), seen: none(unusable), action: refuse, on: "path"},
		}},
		{"`path` isn't known until apply", []moment{
			{want: plain(pathUnknown), have: new(ours()), action: replace, on: "path"},
			{want: plain(pathUnknown), have: new(imported()), action: replace, on: "path"},
		}},
		{"`content_sha256` is the one in the state; the file has that content or is absent", []moment{
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: content(oldHash), action: keep},
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: none(absent), action: keep},
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: none(unusable), action: keep},
			{want: plain(pinnedTo(oldHash), otherPath), have: new(ours()), seen: none(absent), action: keep},
			{want: plain(pinnedTo(oldHash), pathUnknown), have: new(ours()), action: keep},
		}},
		{"the same with the file absent, and something else replaces the File", []moment{
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: none(absent), forced: true, action: replace},
			{want: plain(pinnedTo(oldHash), otherPurpose), have: new(ours()), seen: none(absent), action: replace, on: "purpose", warning: noFile},
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: none(unusable), forced: true, action: refuse, on: "path"},
		}},
		{"`content_sha256` is the one in the state; the file has other content", []moment{
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: content(otherHash), action: keep, warning: otherThan},
			{want: plain(pinnedTo(oldHash), otherPath), have: new(ours()), seen: content(otherHash), action: keep, warning: otherThan},
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: ofSize(9), action: keep, warning: otherThan},
		}},
		{"the same, and something else replaces the File", []moment{
			{want: plain(pinnedTo(oldHash)), have: new(ours()), seen: content(otherHash), forced: true, action: refuse, on: "content_sha256"},
			{want: plain(pinnedTo(oldHash), otherPurpose), have: new(ours()), seen: content(otherHash), action: refuse, on: "content_sha256"},
			// Unless nothing but ignore_changes has put it there.
			{want: ignored, configured: &unpinned, have: new(ours()), seen: content(otherHash), forced: true, action: replace, warning: otherThan},
		}},
		{"`content_sha256` changed; the file has the new content", []moment{
			{want: plain(pinnedTo(newHash)), have: new(ours()), seen: content(newHash), action: replace, on: "content_sha256"},
			{want: plain(pinnedTo(newHash), otherPath), have: new(ours()), seen: content(newHash), action: replace, on: "content_sha256"},
		}},
		{"`content_sha256` changed; the file still has the old content, or is absent or unreadable", []moment{
			{want: plain(pinnedTo(newHash)), have: new(ours()), seen: content(oldHash), action: replace, on: "content_sha256", warning: oldContent},
			{want: plain(pinnedTo(newHash)), have: new(ours()), seen: none(absent), action: replace, on: "content_sha256", warning: noFile},
			{want: plain(pinnedTo(newHash), otherPath), have: new(ours()), seen: none(absent), action: replace, on: "content_sha256", warning: noFile},
		}},
		{"`content_sha256` changed; the file has neither the old nor the new content", []moment{
			{want: plain(pinnedTo(newHash)), have: new(ours()), seen: content(otherHash), action: refuse, on: "content_sha256"},
		}},
		{"`content_sha256` changed; a directory, an empty or a too large file is at `path`", []moment{
			{want: plain(pinnedTo(newHash)), have: new(ours()), seen: none(unusable), action: refuse, on: "path"},
			{want: plain(pinnedTo(newHash), otherPath), have: new(ours()), seen: none(unusable), action: refuse, on: "path"},
		}},
		{"`content_sha256` isn't known until apply", []moment{
			{want: plain(pinUnknown), have: new(ours()), seen: content(oldHash), action: replace, on: "content_sha256"},
			{want: plain(pinUnknown), have: new(ours()), seen: none(absent), action: replace, on: "content_sha256", warning: noFile},
			{want: plain(pinUnknown), have: new(ours()), seen: none(unusable), action: refuse, on: "path"},
			{want: plain(pinUnknown), have: new(imported()), seen: ofSize(8), action: replace, on: "content_sha256"},
		}},
		{"`content`, `content_base64` or `content_wo` has the hash in the state", []moment{
			{want: inline(oldHash), have: new(ours()), seen: content(oldHash), action: keep},
			{want: inline(oldHash), have: new(ours(func(f *file) { f.path = opt[string]{} })), seen: content(oldHash), action: keep},
			{want: inline(oldHash), have: new(ours()), seen: content(oldHash), forced: true, action: replace},
		}},
		{"`content`, `content_base64` or `content_wo` has another hash", []moment{
			{want: inline(newHash), have: new(ours()), seen: content(newHash), action: replace, on: "content_sha256"},
			{want: inline(newHash), seen: content(newHash), action: create},
		}},
		{"`content`, `content_base64` or `content_wo` isn't known until apply", []moment{
			{want: inlineUnknown(), have: new(ours()), action: replace, on: "content_sha256", warning: "Content isn't known yet"},
			{want: inlineUnknown(), have: new(imported()), action: replace, on: "content_sha256", warning: "Content isn't known yet"},
			{want: inlineUnknown(), action: create},
		}},
		{"the File's size, name or purpose at OpenAI isn't what was uploaded", []moment{
			{want: plain(), have: new(ours(func(f *file) { f.bytes = some(int64(9)) })), seen: content(oldHash), action: replace, on: "bytes", warning: differs},
			{want: plain(), have: new(ours(func(f *file) { f.filename = some("b.jsonl") })), seen: content(oldHash), action: replace, on: "filename", warning: differs},
			{want: plain(), have: new(ours(func(f *file) { f.purpose = some("vision") })), seen: content(oldHash), action: replace, on: "purpose", warning: differs},
		}},
		{"a new File; the file is absent or unreadable", []moment{
			{want: plain(), seen: none(absent), action: create, warning: noFile},
			{want: plain(pinnedTo(newHash)), seen: none(absent), action: create, warning: noFile},
			{want: plain(), seen: content(""), action: create},
			{want: plain(pathUnknown), action: create},
		}},
		{"a new File; a directory, an empty or a too large file, a URL or a pattern is at `path`", []moment{
			{want: plain(), seen: none(unusable), action: refuse, on: "path"},
			{want: plain(pinnedTo(newHash)), seen: none(unusable), action: refuse, on: "path"},
		}},
		{"`purpose` is `batch` or `fine-tune`, and what is to be uploaded has lines that OpenAI refuses", []moment{
			{want: plain(), seen: lined(newHash, 1, 0), action: refuse, on: "path"},
			{want: plain(pinnedTo(newHash)), seen: lined(newHash, 1, 0), action: refuse, on: "path"},
			{want: plain(), have: new(ours()), seen: lined(newHash, 1, 0), action: refuse, on: "path"},
			{want: inline(newHash), have: new(ours()), seen: lined(newHash, 1, 0), action: refuse, on: "content"},
			{want: plain(), have: new(ours()), seen: lined(oldHash, 1, 0), forced: true, action: refuse, on: "path"},
			// What the lines of another content are doesn't matter, nor what stays at OpenAI has.
			{want: plain(pinnedTo(newHash)), seen: lined(otherHash, 1, 0), action: create, warning: otherThan},
			{want: plain(), have: new(ours()), seen: lined(oldHash, 1, 0), action: keep},
			{want: plain(), seen: lined(newHash, 0, 1), action: create, warning: doubtful},
			{want: plain(), have: new(ours()), seen: lined(newHash, 0, 1), action: replace, on: "content_sha256", warning: doubtful},
		}},
		{"a new File; the local file's name can't be a File's name", []moment{
			{want: plain(func(a *arguments) { a.filename = some("back\\slash.txt") }), seen: content(""), action: refuse, on: "path"},
			{want: plain(func(a *arguments) { a.filename = some("new\nline.txt") }), seen: content(""), action: refuse, on: "path"},
			{want: plain(func(a *arguments) { a.filename = some("..") }), seen: none(absent), action: refuse, on: "path"},
		}},
		{"a new File; the file has other content than `content_sha256`", []moment{
			{want: plain(pinnedTo(newHash)), seen: content(otherHash), action: create, warning: otherThan},
			{want: plain(pinnedTo(newHash)), seen: content(newHash), action: create},
		}},
		{"an imported File; size, name, purpose and lifetime are the local file's", []moment{
			{want: plain(), have: new(imported()), seen: ofSize(8), action: adopt, warning: adopted},
			{want: plain(pinnedTo(newHash)), have: new(imported()), seen: content(newHash), action: adopt, warning: adopted},
			{want: inline(newHash), have: new(imported()), seen: content(newHash), action: adopt, warning: adopted},
			{want: inline(newHash), have: new(imported(func(f *file) { f.content = some(newHash) })), seen: content(newHash), action: adopt},
			{want: inlineOrPath(newHash), have: new(imported(func(f *file) { f.content = some(newHash) })), seen: content(newHash), action: adopt},
			{want: plain(), have: new(imported(func(f *file) { f.bytes = opt[int64]{} })), seen: ofSize(8), action: adopt, warning: adopted},
			{want: plain(), have: new(imported(func(f *file) { f.filename, f.purpose = opt[string]{}, opt[string]{} })), seen: ofSize(8), action: adopt, warning: adopted},
			{want: plain(livesFor(time.Hour)), have: new(imported(lives(time.Hour + time.Second))), seen: ofSize(8), action: adopt, warning: adopted},
			{want: plain(livesFor(time.Hour)), have: new(imported(lives(time.Hour - time.Minute))), seen: ofSize(8), action: adopt, warning: adopted},
			{want: plain(batch), have: new(imported(forBatch, lives(defaultBatchLifetime+time.Second))), seen: ofSize(8), action: adopt, warning: adopted},
			{want: plain(batch, livesFor(defaultBatchLifetime)), have: new(imported(forBatch, lives(defaultBatchLifetime))), seen: ofSize(8), action: adopt, warning: adopted},
			{want: plain(batch), have: new(imported(forBatch)), seen: ofSize(8), action: adopt, warning: adopted},
		}},
		{"an imported File; any of these differs", []moment{
			{want: plain(), have: new(imported()), seen: ofSize(9), action: replace, on: "bytes", warning: differs},
			{want: inline(newHash), have: new(imported()), seen: sighting{presence: usable, size: 9, sha256: newHash}, action: replace, on: "bytes", warning: differs},
			{want: inline(newHash), have: new(imported(func(f *file) { f.content = some(otherHash) })), seen: content(newHash), action: replace, on: "content_sha256", warning: differs},
			{want: plain(pinnedTo(newHash)), have: new(imported()), seen: sighting{presence: usable, size: 9, sha256: newHash}, action: replace, on: "bytes", warning: differs},
			// A pin that was taken over without a local file turns out to be another
			// file's.
			{want: plain(pinnedTo(newHash)), have: new(imported(func(f *file) { f.sha256 = some(newHash) })), seen: sighting{presence: usable, size: 9, sha256: newHash}, action: replace, on: "bytes", warning: differs},
			{want: plain(otherPurpose), have: new(imported()), seen: ofSize(8), action: replace, on: "purpose", warning: differs},
			{want: plain(func(a *arguments) { a.filename = some("b.jsonl") }), have: new(imported()), seen: ofSize(8), action: replace, on: "filename", warning: "The File has another name"},
			{want: plain(livesFor(time.Hour)), have: new(imported()), seen: ofSize(8), action: replace, on: "expires_after", warning: differs},
			{want: plain(livesFor(time.Hour)), have: new(imported(lives(time.Hour + time.Minute + time.Second))), seen: ofSize(8), action: replace, on: "expires_after", warning: differs},
			{want: plain(), have: new(imported(lives(defaultBatchLifetime))), seen: ofSize(8), action: replace, on: "expires_after", warning: differs},
			{want: plain(batch), have: new(imported(forBatch, lives(time.Hour))), seen: ofSize(8), action: replace, on: "expires_after", warning: differs},
			{want: plain(func(a *arguments) { a.lifetime = unknownUntilApply[time.Duration]() }), have: new(imported(lives(time.Hour))), seen: ofSize(8), action: replace, on: "expires_after"},
		}},
		{"an imported File; the local file has other content than `content_sha256`", []moment{
			{want: plain(pinnedTo(newHash)), have: new(imported()), seen: content(otherHash), action: refuse, on: "content_sha256"},
			{want: plain(pinnedTo(newHash), otherPurpose), have: new(imported()), seen: content(otherHash), action: refuse, on: "content_sha256"},
		}},
		{"an imported File; no usable local file", []moment{
			{want: plain(), have: new(imported()), seen: none(absent), action: refuse, on: "path"},
			{want: plain(), have: new(imported()), seen: none(unusable), action: refuse, on: "path"},
			{want: plain(pinnedTo(newHash)), have: new(imported()), seen: none(absent), action: refuse, on: "path"},
		}},
		{"an imported File; `path` is in `ignore_changes`", []moment{
			{want: plain(noPath), have: new(imported()), action: keep},
			{want: plain(noPath, pinnedTo(newHash)), have: new(imported()), action: keep},
			{want: plain(noPath), have: new(imported(func(f *file) { f.sha256 = some(oldHash) })), action: keep},
			{want: plain(noPath, livesFor(time.Hour)), have: new(imported(lives(time.Hour))), action: keep},
			{want: plain(noPath, otherPurpose), configured: &withPath, have: new(imported()), action: replace, on: "purpose", warning: differs},
		}},
	}
}

func TestDecide_situations(t *testing.T) {
	t.Parallel()
	for _, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for i, m := range s.moments {
				configured := m.want
				if m.configured != nil {
					configured = *m.configured
				}
				d := plan(m.want, configured, m.have, m.seen, m.forced)
				var on, warning string
				switch {
				case d.action == refuse:
					on = d.refusal.attribute
				case len(d.reasons) > 0:
					on = d.reasons[0]
				}
				if len(d.warnings) > 0 && d.action != refuse {
					warning = d.warnings[0].summary
				}
				if d.action != m.action || on != m.on || warning != m.warning {
					t.Errorf("moment %d: action %d on %q with warning %q, want %d on %q with %q", i, d.action, on, warning, m.action, m.on, m.warning)
				}
			}
		})
	}
}

// TestDecide_documented compares the situations with the tables for the users.
func TestDecide_documented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../templates/guides/what-a-plan-does.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for row := range strings.Lines(string(text)) {
		if cells := strings.Split(row, " | "); strings.HasPrefix(row, "| ") && row != "| situation | plan |\n" {
			documented = append(documented, strings.TrimPrefix(cells[0], "| "))
		}
	}
	var decided []string
	for _, s := range situations() {
		decided = append(decided, s.name)
	}
	// A File that is gone is Read's: it never comes to a decision.
	decided = append(decided, "the File was deleted at OpenAI, or has expired")
	// The users' are in groups.
	slices.Sort(documented)
	slices.Sort(decided)
	if !slices.Equal(documented, decided) {
		t.Errorf("documented:\n%s\n\ntested:\n%s", strings.Join(documented, "\n"), strings.Join(decided, "\n"))
	}
}

// TestDecide_combinations goes through everything that can meet: no File is
// given up unless a replacement is possible, or something may make it so.
func TestDecide_combinations(t *testing.T) {
	t.Parallel()
	pins := []opt[string]{{}, unknownUntilApply[string](), some(oldHash), some(newHash)}
	paths := []opt[string]{{}, unknownUntilApply[string](), some("a.jsonl"), some("b/a.jsonl")}
	purposes := []opt[string]{unknownUntilApply[string](), some(purposeFineTune), some(purposeBatch)}
	sightings := []sighting{none(absent), none(unusable), content(oldHash), content(newHash), content(otherHash), ofSize(9)}
	files := []file{ours(), ours(func(f *file) { f.uploaded = nil }), ours(func(f *file) { f.bytes = some(int64(9)) }), imported(), imported(func(f *file) { f.path = some("a.jsonl") })}
	count := 0
	for _, pin := range pins {
		for _, path := range paths {
			for _, purpose := range purposes {
				for _, seen := range sightings {
					for _, have := range files {
						for _, forced := range []bool{false, true} {
							want := plain(func(a *arguments) { a.pin, a.path, a.purpose = pin, path, purpose })
							configured := want
							if path.isNull() {
								configured.path = some("a.jsonl")
							}
							now := seen
							if !configured.path.known {
								now = sighting{}
							}
							if now.presence == usable && !wantsHash(want, have, now.size) && !pin.known {
								now.sha256 = ""
							}
							atExisting := now
							if path.isNull() {
								atExisting = sighting{}
							}
							count++
							checkCombination(t, want, configured, have, atExisting, now, forced)
						}
					}
				}
			}
		}
	}
	if count < 1000 {
		t.Errorf("%d combinations", count)
	}
}

func checkCombination(t *testing.T, want, configured arguments, have file, atExisting, seen sighting, forced bool) {
	t.Helper()
	decide := decideUpload
	if have.sha256.isNull() {
		decide = decideAdoption
	}
	first := decide(want, have, atExisting)
	if (len(first.reasons) > 0) != (first.action == replace) && first.action != refuse {
		t.Errorf("%+v, %+v, %+v: action %d for %v", want, have, seen, first.action, first.reasons)
	}
	if first.action == refuse || first.action != replace && !forced {
		return
	}
	second := decideNew(configured, &replacement{FileID: have.id, SHA256: have.sha256.value}, seen)
	if second.action == refuse {
		if !strings.Contains(second.refusal.detail, have.id) {
			t.Errorf("the refusal doesn't name the File: %s", second.refusal.detail)
		}
		return
	}
	pin := configured.pin
	made := pin.unknown || pin.known && (seen.presence == absent || seen.sha256 == have.sha256.value)
	ready := seen.presence == usable && (!pin.known || seen.sha256 == pin.value)
	if seen.presence != unseen && !ready && (!made || seen.presence == unusable) {
		t.Errorf("%+v, %+v, %+v: given up", configured, have, seen)
	}
}

// TestCanReplace is the moment before Delete.
func TestCanReplace(t *testing.T) {
	t.Parallel()
	unpinned, unknown, pinned, same := opt[string]{}, unknownUntilApply[string](), some(newHash), some(oldHash)
	for _, tt := range []struct {
		name    string
		pin     opt[string]
		matched bool
		seen    sighting
		want    verdict
	}{
		{"unpinned, unseen", unpinned, false, sighting{}, undecided},
		{"unpinned, absent", unpinned, false, none(absent), impossible},
		{"unpinned, unusable", unpinned, false, none(unusable), impossible},
		{"unpinned, usable", unpinned, false, ofSize(9), possible},
		{"pin unknown, absent", unknown, false, none(absent), undecided},
		{"pin unknown, unusable", unknown, false, none(unusable), impossible},
		{"pin unknown, usable", unknown, false, ofSize(9), possible},
		{"matched at plan, matches", pinned, true, content(newHash), possible},
		{"matched at plan, old", pinned, true, content(oldHash), impossible},
		{"matched at plan, other", pinned, true, content(otherHash), impossible},
		{"matched at plan, absent", pinned, true, none(absent), impossible},
		{"matched at plan, unusable", pinned, true, none(unusable), impossible},
		{"to be made, absent", pinned, false, none(absent), undecided},
		{"to be made, old", pinned, false, content(oldHash), undecided},
		{"to be made, made", pinned, false, content(newHash), possible},
		{"to be made, other", pinned, false, content(otherHash), impossible},
		{"to be made, unusable", pinned, false, none(unusable), impossible},
		{"the same pin, matches", same, true, content(oldHash), possible},
		{"the same pin, other", same, true, content(otherHash), impossible},
		{"the same pin, absent at plan, other", same, false, content(otherHash), impossible},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := canReplace(tt.pin, oldHash, tt.seen, tt.matched); got != tt.want {
				t.Errorf("verdict %d, want %d", got, tt.want)
			}
		})
	}
}

// TestDecide_importedPinnedOtherSize isn't told that the file has the old content,
// which nobody knows.
func TestDecide_importedPinnedOtherSize(t *testing.T) {
	t.Parallel()
	d := decideAdoption(plain(pinnedTo(newHash)), imported(), ofSize(9))
	if d.action != replace || len(d.warnings) != 1 || d.warnings[0].summary != "The File at OpenAI differs" {
		t.Errorf("decided %+v", d)
	}
}

func TestWantsHash(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		want arguments
		have file
		size int64
		is   bool
	}{
		{"same size", plain(), ours(), 8, true},
		{"another size", plain(), ours(), 9, false},
		{"nothing known of the upload", plain(), ours(func(f *file) { f.uploaded = nil }), 9, true},
		{"pinned, another size", plain(pinnedTo(newHash)), ours(), 9, true},
		{"the state's pin", plain(pinnedTo(oldHash)), ours(), 8, true},
		{"the state's pin, another size", plain(pinnedTo(oldHash)), ours(), 9, false},
		{"pin unknown", plain(pinUnknown), ours(), 8, false},
		{"imported", plain(), imported(), 8, false},
		{"imported, pinned", plain(pinnedTo(newHash)), imported(), 8, true},
		{"imported, pinned, another size", plain(pinnedTo(newHash)), imported(), 9, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := wantsHash(tt.want, tt.have, tt.size); got != tt.is {
				t.Errorf("got %v", got)
			}
		})
	}
}
