// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// unanswered is what the CLI says of a provider that ended during a call.
const unanswered = "Plugin did not respond"

// crashes is what a crash looks like, or a protocol that isn't kept.
func crashes() []string {
	return []string{
		"panic:", "fatal error:", "runtime error:", unanswered, "plugin crashed",
		"Provider produced in", "This is a bug in the provider",
	}
}

// inconsistent matches what Terraform says where a File was to be updated in place, and the
// content of the local file has changed since the plan.
var inconsistent = regexp.MustCompile(`Provider produced inconsistent final plan|This is a bug in the provider`)

// endLimit is how long the CLI may take after an interrupt, on a busy machine.
const endLimit = 45 * time.Second

// processes: the CLI ends in time, the provider with it, and nothing crashes.
func (c *checker) processes(o observation) (wrong []string) {
	if o.lingers {
		wrong = append(wrong, "a process of the CLI lives on")
	}
	if o.late {
		wrong = append(wrong, fmt.Sprintf("it took more than %s", cliLimit))
	}
	if o.signals > 0 && o.ending > endLimit {
		wrong = append(wrong, fmt.Sprintf("it went on for %s after an interrupt", o.ending.Round(time.Second)))
	}
	if o.after.broken {
		wrong = append(wrong, "the state can't be read")
	}
	replanned := o.stale || slices.ContainsFunc(o.resources, func(s sight) bool { return s.edited })
	for _, t := range o.texts {
		if replanned {
			t.text = inconsistent.ReplaceAllString(t.text, "")
		}
		// The state and the plan have nothing of this; their bytes may be anything.
		if t.where == "the output" || t.where == traceFile {
			for _, sign := range crashes() {
				// After a second interrupt, the CLI ends the provider before it has answered.
				ended := o.signals > 1 && sign == unanswered
				if strings.Contains(t.text, sign) && !ended {
					wrong = append(wrong, fmt.Sprintf("%s has %q", t.where, sign))
				}
			}
		}
	}
	return wrong
}

var (
	cancelled  = regexp.MustCompile(`The Upload (\S+) was cancelled(?:; nothing is left at OpenAI|\.)`)
	taintFile  = regexp.MustCompile(`The File (\S+) (?:of the Upload \S+ )?is kept in the state, marked as tainted`)
	taintLeft  = regexp.MustCompile(`The Upload (\S+) (?:may remain|could not be cancelled).* It is kept in the state, marked as tainted`)
	untouched  = regexp.MustCompile(`replace the File (\S+), which was therefore not deleted|The File (\S+) was left as it is`)
	deletedOne = regexp.MustCompile(`The File (\S+), which this upload was to replace, had been deleted before it`)
	undeleted  = regexp.MustCompile(`Deleting the File (\S+) failed`)

	// leftover matches what each error of an upload says about what was left behind.
	leftover = regexp.MustCompile(`[Nn]othing is left at OpenAI|was cancelled\.|Whether OpenAI created an Upload is not known|is kept in the state, marked as tainted|Nothing was sent`)

	nothing = regexp.MustCompile(`[Nn]othing is left at OpenAI`)

	// uploading matches the summary of such an error.
	uploading = regexp.MustCompile(`^Uploading ".*" (failed|was interrupted)|^File changed or became unreadable while it was uploaded`)
)

// messages: a failure is an error that says what was left behind, and what the messages say
// is true.
func (c *checker) messages(o observation) (wrong []string) {
	failures := slices.DeleteFunc(slices.Clone(o.diagnostics), func(d diagnostic) bool { return d.warning })
	switch {
	case o.exit == 0 && len(failures) > 0:
		wrong = append(wrong, "exit status 0 with an error: "+failures[0].summary)
	case o.exit != 0 && o.exit != 2 && len(failures) == 0 && o.signals == 0:
		wrong = append(wrong, fmt.Sprintf("exit status %d without an error", o.exit))
	}
	for _, d := range failures {
		if nothing.MatchString(d.text) && stray.MatchString(d.text) {
			wrong = append(wrong, "nothing is left, and an Upload may be: "+d.text)
		}
		if uploading.MatchString(d.summary) && !leftover.MatchString(d.text) {
			wrong = append(wrong, "no sentence about what was left behind: "+d.text)
		}
	}
	for _, d := range o.diagnostics {
		wrong = append(wrong, c.untrue(o, d)...)
	}
	return wrong
}

// untrue returns what a diagnostic says that isn't so.
func (c *checker) untrue(o observation, d diagnostic) (wrong []string) {
	exists := func(id string) bool {
		return slices.ContainsFunc(o.files, func(f openaitest.File) bool { return f.ID == id })
	}
	was := func(id string) bool {
		return slices.ContainsFunc(o.filesBefore, func(f openaitest.File) bool { return f.ID == id })
	}
	// After a second interrupt the CLI may end before it has written the state.
	kept := func(is func(instance) bool) bool { return o.signals > 1 || o.after.has(is) }
	for _, claim := range []struct {
		says  *regexp.Regexp
		truth func(id string) bool
	}{
		{cancelled, func(id string) bool {
			return !slices.ContainsFunc(o.uploads, func(u openaitest.Upload) bool {
				return u.ID == id && (u.Status == uploadPending || u.Status == uploadCompleted && exists(u.FileID))
			})
		}},
		{taintFile, func(id string) bool {
			return kept(func(i instance) bool { return i.fileID() == id && i.tainted })
		}},
		{taintLeft, func(id string) bool {
			return kept(func(i instance) bool { return i.uploadID() == id && i.fileID() == "" && i.tainted })
		}},
		{untouched, func(id string) bool { return exists(id) || !was(id) }},
		{deletedOne, func(id string) bool { return !exists(id) }},
		{undeleted, func(id string) bool {
			return kept(func(i instance) bool { return i.fileID() == id || i.fileID() == "" })
		}},
	} {
		for _, match := range claim.says.FindAllStringSubmatch(d.text, -1) {
			id := strings.TrimSuffix(strings.Join(match[1:], ""), ",")
			if !claim.truth(id) {
				wrong = append(wrong, fmt.Sprintf("%q isn't true", match[0]))
			}
		}
	}
	return wrong
}
