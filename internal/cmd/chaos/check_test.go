// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const testContent = "what r0 has"

// secretsForTests are long enough to have all of their forms.
func secretsForTests() secrets {
	return secrets{key: "sk-chaos-0123456789", file: strings.Repeat("file", 10), inline: strings.Repeat("inline", 10)}
}

// uploaded returns a checker, and what a run without faults shows: one resource with its File,
// and a File and an Upload that are foreign.
func uploaded() (*checker, observation) {
	foreign := openaitest.File{ID: "file-foreign", Filename: "r0.bin", Content: []byte("others'")}
	theirs := openaitest.Upload{ID: "upload_foreign", Filename: "r0.bin", Status: uploadPending}
	file := openaitest.File{
		ID: "file-1", UploadID: "upload_1", Filename: "r0.bin", Purpose: "user_data", Content: []byte(testContent), Bytes: int64(len(testContent)),
	}
	sum := sum256([]byte(testContent))
	o := observation{
		step: step{name: "apply", calm: true, converges: true},
		after: state{instances: []instance{{name: "r0", attributes: map[string]any{
			"id": "file-1", "file_id": "file-1", "upload_id": "upload_1", "bytes": float64(len(testContent)), "content_sha256": sum, "purpose": "user_data",
		}}}},
		resources: []sight{{design: design{name: "r0", filename: "r0.bin", source: "path"}, purpose: "user_data", sum: sum, had: []string{sum}}},
		files:     []openaitest.File{foreign, file},
		uploads:   []openaitest.Upload{theirs, {ID: "upload_1", Filename: "r0.bin", Status: uploadCompleted, FileID: "file-1", Parts: []string{"part_1"}}},
		texts:     []text{{where: "the output", text: "Apply complete!"}, {where: traceFile, text: "OpenAI request"}},
	}
	return newChecker(secretsForTests(), []openaitest.File{foreign}, []openaitest.Upload{theirs}), o
}

// failed turns o into the end of a run in which what r0's File was to be replaced by failed.
func failed(o *observation, summary, detail string) {
	o.step = step{name: "apply under faults"}
	o.exit = 1
	o.before = o.after
	o.filesBefore = slices.Clone(o.files)
	o.diagnostics = append(o.diagnostics, diagnostic{summary: summary, name: "r0", text: "Error: " + summary + " " + detail})
}

const nothingLeft = "The Upload upload_2 was cancelled; nothing is left at OpenAI."

// leave adds a pending Upload of ours.
func leave(o *observation, parts ...string) {
	o.uploads = append(o.uploads, openaitest.Upload{ID: "upload_2", Filename: "r0.bin", Status: uploadPending, Parts: parts})
}

// lose makes the File of r0 disappear, and r0 from the state.
func lose(o *observation) {
	o.files = o.files[:1]
	o.after = state{}
}

// TestCheck_good accepts what is as it should be.
func TestCheck_good(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*observation)
	}{
		{"applied", func(*observation) {}},
		{"destroyed", func(o *observation) {
			o.converges, o.destroys = false, true
			lose(o)
		}},
		{"failed", func(o *observation) { failed(o, `Uploading "r0.bin" failed`, nothingLeft) }},
		{"an Upload that a message names", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, "The Upload upload_2 could not be cancelled (why); it expires. It is kept in the state, marked as tainted")
			o.after.instances = append(o.after.instances, instance{name: "r1", tainted: true, attributes: map[string]any{"upload_id": "upload_2"}})
			leave(o, "part_2")
		}},
		{"an Upload that nobody can name", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, "Whether OpenAI created an Upload is not known")
			leave(o)
		}},
		{"a File that a message names", func(o *observation) {
			failed(o, "Deleting the File file-1 failed", "")
			o.files = append(o.files, openaitest.File{ID: "file-2", Filename: "r0.bin", Content: []byte(testContent)})
			o.diagnostics = append(o.diagnostics, diagnostic{warning: true, summary: "A File", text: "file-2 may be it"})
		}},
		{"a File that the state may have", func(o *observation) {
			failed(o, `Uploading "r0.bin" was interrupted`, "The Upload upload_1 may remain. It is kept in the state, marked as tainted")
			o.after = state{instances: []instance{{name: "r0", tainted: true, attributes: map[string]any{"id": "upload_1", "upload_id": "upload_1"}}}}
		}},
		{"two interrupts", func(o *observation) {
			failed(o, "", "")
			o.diagnostics, o.signals = nil, 2
			o.texts[1].text += "Plugin did not respond"
			lose(o)
			leave(o, "part_2")
		}},
		{"a deletion of which a warning told", func(o *observation) {
			failed(o, "Content doesn't match content_sha256", "")
			o.diagnostics = append(o.diagnostics, diagnostic{warning: true, text: "Without create_before_destroy the File file-1 is deleted before that."})
			lose(o)
		}},
		{"a plan that is out of date", func(o *observation) {
			failed(o, "Provider produced inconsistent final plan", "")
			o.stale = true
			o.texts[0].text += o.diagnostics[0].text
		}},
		{"content in the configuration where it belongs", func(o *observation) {
			o.texts = append(o.texts, text{where: stateFile, text: secretsForTests().inline, inline: true})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, o := uploaded()
			tt.change(&o)
			if found := c.check(o); len(found) != 0 {
				t.Errorf("violations: %q", found)
			}
		})
	}
}

// TestCheck_violation breaks each promise, and expects that to be the only one.
func TestCheck_violation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		change func(*observation)
		want   string
	}{
		{"stale bytes", func(o *observation) {
			o.step = step{}
			o.resources[0].had = []string{sum256([]byte("newer"))}
		}, "content: the File file-1 (r0.bin, 11 bytes) has a content that its local file didn't have"},
		{"bytes that aren't the pinned ones", func(o *observation) { o.resources[0].pin = sum256([]byte("pinned")) }, "content: the File file-1 (r0.bin, 11 bytes)"},
		{"a second File", func(o *observation) {
			o.files = append(o.files, openaitest.File{ID: "file-2", Filename: "r0.bin", Content: []byte(testContent)})
		}, "files: the File file-2 (r0.bin) is at the service"},
		{"two instances", func(o *observation) {
			o.step = step{}
			o.after.instances = append(o.after.instances, o.after.instances[0])
		}, "files: the state has 2 instances of r0"},
		{"left after destroy", func(o *observation) { o.converges, o.destroys = false, true }, "files: the state isn't empty after destroy"},
		{"an Upload that isn't cancelled", func(o *observation) { leave(o, "part_2") }, "uploads: the Upload upload_2 (r0.bin, 1 parts) is pending"},
		{"an Upload without parts", func(o *observation) { leave(o) }, "uploads: the Upload upload_2 (r0.bin, 0 parts) is pending"},
		{"an Upload that only a request names", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, "POST /uploads/upload_2/parts: 400. Nothing is left at OpenAI.")
			leave(o, "part_2")
		}, "uploads: the Upload upload_2 (r0.bin, 1 parts) is pending"},
		{"deleted for nothing", func(o *observation) {
			failed(o, "Content doesn't match content_sha256", "")
			lose(o)
		}, "deletion: the File file-1 was deleted, and its replacement failed on a check"},
		{"deleted for bad lines", func(o *observation) {
			failed(o, `The content isn't usable for the purpose "batch"`, "")
			lose(o)
		}, "deletion: the File file-1 was deleted, and its replacement failed on a check"},
		{"a failure without faults", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, nothingLeft)
			o.calm = true
		}, "agreement: exit status 1 without any fault"},
		{"a plan that isn't empty", func(o *observation) { o.exit = 2 }, "agreement: exit status 2 without any fault"},
		{"not in the state", func(o *observation) { lose(o) }, "agreement: the state of r0 isn't one good instance"},
		{"tainted", func(o *observation) { o.after.instances[0].tainted = true }, "agreement: the state of r0 isn't one good instance"},
		{"not at the service", func(o *observation) { o.files = o.files[:1] }, "agreement: r0 has the File file-1, which isn't at the service"},
		{"another hash", func(o *observation) { o.after.instances[0].attributes["content_sha256"] = "0" }, "agreement: r0, content_sha256:"},
		{"another size", func(o *observation) { o.after.instances[0].attributes["bytes"] = 1.0 }, "agreement: r0, bytes:"},
		{"another purpose", func(o *observation) { o.resources[0].purpose = "vision" }, "agreement: r0, configured purpose:"},
		{"an old content", func(o *observation) { o.resources[0].sum = sum256(nil) }, "agreement: r0, content:"},
		{"the key in the log", func(o *observation) { o.texts[1].text += secretsForTests().key }, "secret: trace.log has the key"},
		{"content in the output", func(o *observation) { o.texts[0].text += secretsForTests().file }, "secret: the output has the content of a file"},
		{"Base64 in the log", func(o *observation) { o.texts[1].text += forms("x" + secretsForTests().file + "y")[1] }, "secret: trace.log has the content of a file"},
		{"configured content in the log", func(o *observation) { o.texts[1].text += secretsForTests().inline }, "secret: trace.log has content in the configuration"},
		{"a process that lives on", func(o *observation) { o.lingers = true }, "process: a process of the CLI lives on"},
		{"no end", func(o *observation) { o.late = true }, "process: it took more than 3m0s"},
		{"no end after an interrupt", func(o *observation) { o.signals, o.ending = 1, time.Minute }, "process: it went on for 1m0s after an interrupt"},
		{"a provider that doesn't answer", func(o *observation) { o.texts[1].text += "Plugin did not respond" }, `process: trace.log has "Plugin did`},
		{"a crash", func(o *observation) { o.texts[1].text += "panic: runtime" }, `process: trace.log has "panic:"`},
		{"an inconsistent plan", func(o *observation) { o.texts[0].text += "Provider produced inconsistent final plan" }, `process: the output has "Provider produced in"`},
		{"a state that is cut", func(o *observation) { o.step, o.after.broken = step{}, true }, "process: the state can't be read"},
		{"no error", func(o *observation) { o.step, o.exit = step{}, 1 }, "message: exit status 1 without an error"},
		{"an error that isn't one", func(o *observation) {
			failed(o, "Reading failed", "")
			o.exit = 0
		}, "message: exit status 0 with an error"},
		{"nothing said of what is left", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, "Part 1 of 1: no.")
		}, "message: no sentence about what was left behind"},
		{"a contradiction", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, nothingLeft+" A request to create the Upload wasn't answered, and was sent again.")
		}, "message: nothing is left, and an Upload may be"},
		{"not cancelled after all", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, "The Upload upload_1 was cancelled; nothing is left at OpenAI.")
		}, `message: "The Upload upload_1 was cancelled; nothing is left at OpenAI" isn't true`},
		{"not kept", func(o *observation) {
			failed(o, `Uploading "r0.bin" failed`, "The File file-1 of the Upload upload_1 is kept in the state, marked as tainted")
		}, `message: "The File file-1 of the Upload upload_1 is kept in the state, marked as tainted" isn't true`},
		{"deleted all the same", func(o *observation) {
			failed(o, "Something", "The content was to replace the File file-1, which was therefore not deleted.")
			lose(o)
		}, `message: "replace the File file-1, which was therefore not deleted" isn't true`},
		{"a foreign File", func(o *observation) { o.files[0].Content = []byte("ours") }, "foreign: the foreign File file-foreign was touched"},
		{"a foreign File in the state", func(o *observation) {
			o.step = step{}
			o.after.instances[0].attributes["file_id"] = "file-foreign"
			o.files = o.files[:1]
		}, "foreign: the foreign File file-foreign is in the state"},
		{"a foreign Upload", func(o *observation) { o.uploads[0].Status = "cancelled" }, "foreign: the foreign Upload upload_foreign was touched"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, o := uploaded()
			tt.change(&o)
			found := c.check(o)
			if len(found) != 1 || !strings.HasPrefix(found[0], tt.want) {
				t.Errorf("violations %q, want one that begins with %q", found, tt.want)
			}
			if again := c.check(o); len(again) != 0 {
				t.Errorf("reported again: %q", again)
			}
		})
	}
}

// TestCheck_changedLater notices a File whose bytes become others.
func TestCheck_changedLater(t *testing.T) {
	t.Parallel()
	c, o := uploaded()
	c.check(o)
	o.step = step{}
	o.files[1].Content = []byte("something else")
	if found := c.check(o); len(found) != 1 || found[0] != "content: the File file-1 has other content than before" {
		t.Errorf("violations: %q", found)
	}
}
