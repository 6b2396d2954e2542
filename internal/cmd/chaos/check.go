// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// checker checks what the provider promises, after each run of the CLI. It remembers what
// the earlier ones showed.
type checker struct {
	secrets        secrets
	foreignFiles   []openaitest.File
	foreignUploads []openaitest.Upload

	said     strings.Builder   // Which Files and Uploads the messages have named.
	sums     map[string]string // SHA-256 of each File of ours, by ID, when it was first seen.
	reported []string          // Violations that are still there aren't new.
	excused  map[string]bool   // IDs of what a second interrupt has left behind.
}

func newChecker(s secrets, files []openaitest.File, uploads []openaitest.Upload) *checker {
	return &checker{secrets: s, foreignFiles: files, foreignUploads: uploads, sums: map[string]string{}, excused: map[string]bool{}}
}

// check returns what is wrong.
func (c *checker) check(o observation) (violations []string) {
	for _, d := range o.diagnostics {
		// What was cancelled isn't left, and a request's path doesn't say that something is.
		c.said.WriteString(unnamed.ReplaceAllString(d.text, "") + "\n")
	}
	for _, invariant := range []struct {
		name  string
		check func(observation) []string
	}{
		{"content", c.content},
		{"files", c.files},
		{"uploads", c.uploads},
		{"deletion", c.deletions},
		{"agreement", c.agreement},
		{"secret", c.seenSecrets},
		{"process", c.processes},
		{"message", c.messages},
		{"foreign", c.foreign},
	} {
		for _, text := range invariant.check(o) {
			text = invariant.name + ": " + text
			if !slices.Contains(c.reported, text) {
				violations = append(violations, text)
			}
		}
	}
	c.reported = append(c.reported, violations...)
	return violations
}

// ours returns the Files that aren't foreign.
func (c *checker) ours(files []openaitest.File) []openaitest.File {
	return slices.DeleteFunc(slices.Clone(files), func(f openaitest.File) bool {
		return slices.ContainsFunc(c.foreignFiles, func(foreign openaitest.File) bool { return foreign.ID == f.ID })
	})
}

// may reports whether a content may have been uploaded.
func (s sight) may(sum string) bool {
	return slices.Contains(s.had, sum) && (s.pin == "" || s.pin == sum)
}

// content: each File has exactly the bytes of a content that its local file had while it
// was uploaded, and that content_sha256 allows, and keeps them.
func (c *checker) content(o observation) (wrong []string) {
	for _, f := range c.ours(o.files) {
		sum := sum256(f.Content)
		if known, ok := c.sums[f.ID]; ok {
			if sum != known {
				wrong = append(wrong, fmt.Sprintf("the File %s has other content than before", f.ID))
			}
			continue
		}
		c.sums[f.ID] = sum
		if !slices.ContainsFunc(o.resources, func(s sight) bool { return s.filename == f.Filename && s.may(sum) }) {
			wrong = append(wrong, fmt.Sprintf("the File %s (%s, %d bytes) has a content that its local file didn't have, or that isn't the pinned one", f.ID, f.Filename, len(f.Content)))
		}
	}
	return wrong
}

// accounted reports whether the user knows of a File or an Upload: from the state, or from
// a message of this run of the CLI or an earlier one.
func (c *checker) accounted(o observation, id string) bool {
	inState := o.after.has(func(i instance) bool { return i.fileID() == id || i.fileID() == "" && i.uploadID() == id })
	return inState || strings.Contains(c.said.String(), id) || c.excused[id]
}

// unsettled reports whether the state has the Upload, and doesn't know whether it became a File.
// The next apply finds that out.
func unsettled(o observation, uploadID string) bool {
	return o.after.has(func(i instance) bool { return i.fileID() == "" && i.uploadID() == uploadID })
}

// files: at most one File for each resource, unless a message names the other.
func (c *checker) files(o observation) (wrong []string) {
	for _, f := range c.ours(o.files) {
		if c.accounted(o, f.ID) || unsettled(o, f.UploadID) {
			continue
		}
		if o.signals > 1 {
			// A process that is killed while it completes an Upload can't say so.
			c.excused[f.ID] = true
			continue
		}
		wrong = append(wrong, fmt.Sprintf("the File %s (%s) is at the service, but neither in the state nor in a message", f.ID, f.Filename))
	}
	for _, s := range o.resources {
		current := 0
		for _, i := range o.after.instances {
			if i.name == s.name && !i.deposed {
				current++
			}
		}
		if current > 1 {
			wrong = append(wrong, fmt.Sprintf("the state has %d instances of %s", current, s.name))
		}
	}
	if o.destroys && o.exit == 0 && len(o.after.instances) > 0 {
		wrong = append(wrong, "the state isn't empty after destroy")
	}
	return wrong
}

// uploads: no Upload is pending, unless a message names it or the state has it.
func (c *checker) uploads(o observation) (wrong []string) {
	for _, u := range o.uploads {
		foreign := slices.ContainsFunc(c.foreignUploads, func(f openaitest.Upload) bool { return f.ID == u.ID })
		if foreign || u.Status != uploadPending || c.accounted(o, u.ID) {
			continue
		}
		switch {
		case len(u.Parts) == 0 && stray.MatchString(c.said.String()):
			// The ID of an Upload whose creation wasn't answered is unknown, and it has no parts.
			continue
		case o.signals > 1:
			c.excused[u.ID] = true
			continue
		}
		wrong = append(wrong, fmt.Sprintf("the Upload %s (%s, %d parts) is pending, but neither in the state nor in a message", u.ID, u.Filename, len(u.Parts)))
	}
	return wrong
}

var (
	// stray matches what is said of an Upload whose ID nobody knows.
	stray = regexp.MustCompile(`Whether OpenAI created an Upload is not known|A request to create the Upload wasn't answered`)

	// unnamed matches where an ID isn't that of something that was left.
	unnamed = regexp.MustCompile(cancelled.String() + `|/(?:uploads|files)/\S+`)

	// own matches the errors of the provider's own checks of what is to be uploaded.
	own = regexp.MustCompile(`^(File can't be uploaded|Content doesn't match content_sha256|The content isn't usable for the purpose|` +
		`No usable file|Local file is no longer what was planned|File name can't be used)`)
)

// deletions: a File isn't deleted for a replacement that then fails on the provider's own
// checks, unless the file changed meanwhile, or a warning said before that it may happen.
func (c *checker) deletions(o observation) (wrong []string) {
	for _, i := range o.before.instances {
		id := i.fileID()
		was := slices.ContainsFunc(o.filesBefore, func(f openaitest.File) bool { return f.ID == id })
		is := slices.ContainsFunc(o.files, func(f openaitest.File) bool { return f.ID == id })
		edited := slices.ContainsFunc(o.resources, func(s sight) bool { return s.name == i.name && s.edited })
		warned := strings.Contains(c.said.String(), "the File "+id+" is deleted before that")
		if i.tainted || i.deposed || !was || is || edited || warned {
			continue
		}
		for _, d := range o.diagnostics {
			if !d.warning && d.name == i.name && own.MatchString(d.summary) {
				wrong = append(wrong, fmt.Sprintf("the File %s was deleted, and its replacement failed on a check: %s", id, d.summary))
			}
		}
	}
	return wrong
}

// agreement: without faults everything succeeds, and then the state, the service and the
// local files say the same, and a plan is empty.
func (c *checker) agreement(o observation) (wrong []string) {
	if o.calm && o.exit != 0 {
		return []string{fmt.Sprintf("exit status %d without any fault: %s", o.exit, o.problem())}
	}
	if !o.converges {
		return nil
	}
	for _, s := range o.resources {
		list := slices.DeleteFunc(slices.Clone(o.after.instances), func(i instance) bool { return i.name != s.name })
		if len(list) != 1 || list[0].tainted || list[0].deposed {
			wrong = append(wrong, fmt.Sprintf("the state of %s isn't one good instance", s.name))
			continue
		}
		wrong = append(wrong, disagreements(o, s, list[0])...)
	}
	return wrong
}

// disagreements says how an instance differs from the service and the local file.
func disagreements(o observation, s sight, i instance) (wrong []string) {
	at := slices.IndexFunc(o.files, func(f openaitest.File) bool { return f.ID == i.fileID() })
	if at < 0 {
		return []string{fmt.Sprintf("%s has the File %s, which isn't at the service", s.name, i.fileID())}
	}
	f := o.files[at]
	for _, pair := range []struct {
		what      string
		have, say any
	}{
		{"id", f.ID, i.attributes["id"]},
		{"upload_id", f.UploadID, i.attributes["upload_id"]},
		{"bytes", float64(len(f.Content)), i.attributes["bytes"]},
		{"bytes at the service", f.Bytes, int64(len(f.Content))},
		{"content_sha256", sum256(f.Content), i.attributes["content_sha256"]},
		{"content", s.sum, sum256(f.Content)},
		{"purpose", f.Purpose, i.attributes["purpose"]},
		{"configured purpose", f.Purpose, s.purpose},
	} {
		if pair.have != pair.say {
			wrong = append(wrong, fmt.Sprintf("%s, %s: %v and %v", s.name, pair.what, pair.have, pair.say))
		}
	}
	return wrong
}

// problem is the first error, or the end of the output.
func (o observation) problem() string {
	for _, d := range o.diagnostics {
		if !d.warning {
			return d.text
		}
	}
	return strings.Join(strings.Fields(o.output[max(0, len(o.output)-300):]), " ")
}

// foreign: what others have at the service stays as it was.
func (c *checker) foreign(o observation) (wrong []string) {
	for _, want := range c.foreignFiles {
		if !slices.ContainsFunc(o.files, func(f openaitest.File) bool { return f.ID == want.ID && string(f.Content) == string(want.Content) }) {
			wrong = append(wrong, fmt.Sprintf("the foreign File %s was touched", want.ID))
		}
		if o.after.has(func(i instance) bool { return i.fileID() == want.ID }) {
			wrong = append(wrong, fmt.Sprintf("the foreign File %s is in the state", want.ID))
		}
	}
	for _, want := range c.foreignUploads {
		at := slices.IndexFunc(o.uploads, func(u openaitest.Upload) bool { return u.ID == want.ID })
		touched := at < 0 || len(o.uploads[at].Parts) > 0
		if touched || o.uploads[at].Status != uploadPending && o.uploads[at].Status != "expired" {
			wrong = append(wrong, fmt.Sprintf("the foreign Upload %s was touched", want.ID))
		}
	}
	return wrong
}

// seenSecrets: the key and content are nowhere but where content in the configuration is
// by design.
func (c *checker) seenSecrets(o observation) (wrong []string) {
	for _, t := range o.texts {
		for _, s := range []struct {
			what, secret string
			allowed      bool
		}{
			{"the key", c.secrets.key, false},
			{"the content of a file", c.secrets.file, false},
			{"content in the configuration", c.secrets.inline, t.inline},
		} {
			for _, form := range forms(s.secret) {
				if !s.allowed && strings.Contains(t.text, form) {
					wrong = append(wrong, fmt.Sprintf("%s has %s", t.where, s.what))
					break
				}
			}
		}
	}
	return wrong
}
