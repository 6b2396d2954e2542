// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// This file decides what becomes of a File. Its functions are pure: all that
// they depend on was configured, stored or seen before, and is passed in.

// arguments are what the configuration asks for. Terraform has replaced those
// in ignore_changes with the state's values, except when it plans the new half
// of a replacement.
type arguments struct {
	// path is null if an imported File has none and ignore_changes keeps it so.
	path opt[string]
	// filename is never null: a default stands in.
	filename          opt[string]
	purpose, mimeType opt[string]
	// source is the attribute that says what is uploaded, and content describes
	// what it has, null if it is path.
	source  string
	content opt[digest]
	// pin is content_sha256 or, where none is configured, the hash of content, which
	// may be another one at apply if it is ephemeral.
	pin       opt[string]
	ephemeral bool
	// lifetime is expires_after.
	lifetime opt[time.Duration]
	// format is by which rules the lines are checked, zero for none.
	format jsonl.Format
}

// file is the File in the state, as the refresh found it. None of it is unknown.
type file struct {
	id                string
	path, filename    opt[string]
	purpose, mimeType opt[string]
	// sha256 is null for a File that this resource neither uploaded nor adopted yet.
	sha256 opt[string]
	// content is the SHA-256 of the content at OpenAI, where it could be read.
	content opt[string]
	bytes   opt[int64]
	// lifetime is expires_after, as it was asked for.
	lifetime opt[time.Duration]
	// lives is how long the File lives; zero means forever.
	lives time.Duration
	// uploaded is what was uploaded, nil if that isn't known.
	uploaded *uploaded
}

// presence is what is at the path.
type presence int

const (
	// unseen means that the path isn't known, or that there is none.
	unseen presence = iota
	// absent means that there is no file, or that it can't be read. Only then
	// may something still make it during apply.
	absent
	// unusable is what can't be uploaded: a directory, an empty file, ….
	unusable
	// usable is a file that can be uploaded.
	usable
)

// sighting is what was seen of the local file at one moment.
type sighting struct {
	presence presence
	// problem says in a clause why there is no usable file.
	problem error
	size    int64
	// sha256 is the content's, empty if the decision doesn't depend on it.
	sha256 string
	// report is what was found in the lines, nil if they weren't checked.
	report *jsonl.Report
}

// action is what a plan does with the File.
type action int

const (
	// keep leaves the File as it is. Terraform may update the state in place.
	keep action = iota
	// adopt takes over a File that this resource didn't upload.
	adopt
	// replace uploads the local file and deletes the File.
	replace
	// refuse ends the plan with an error.
	refuse
)

// decision is what is to be planned, and what the user is told.
type decision struct {
	action action
	// reasons are the attributes that force the replacement.
	reasons []string
	// refusal is the error.
	refusal  notice
	warnings []notice
}

func (d *decision) replaceFor(attribute string) {
	d.action = replace
	d.reasons = append(d.reasons, attribute)
}

func (d *decision) warn(n ...notice) { d.warnings = append(d.warnings, n...) }

func (d *decision) refuse(n notice) { d.action, d.refusal = refuse, n }

// wantsHash reports whether the decision about have depends on the hash of a
// local file of size bytes.
func wantsHash(want arguments, have file, size int64) bool {
	switch {
	case want.pin.unknown:
		return false
	case have.sha256.isNull():
		return want.pin.known && (have.bytes.isNull() || have.bytes.value == size)
	case want.pin.known && want.pin != have.sha256:
		return true
	}
	// A different size means different content.
	return have.uploaded == nil || have.uploaded.Bytes == size
}

// decideUpload decides what becomes of a File that this resource uploaded or
// adopted before.
func decideUpload(want arguments, have file, seen sighting) decision {
	d := compareArguments(want, have)
	if want.lifetime != have.lifetime {
		d.replaceFor("expires_after")
	}
	differs := d.compareUploaded(have)
	switch {
	case want.pin.unknown, want.pin.known && want.pin != have.sha256:
		// decideNew checks whether the file is the pinned one.
		d.replaceFor("content_sha256")
	case want.pin.known:
		// The pin says all there is to know: the file may be absent.
		switch {
		case seen.presence == unusable && want.path != have.path:
			d.refuse(unusableNewPath(seen.problem, have.id))
		case seen.presence == usable && seen.sha256 == want.pin.value && have.uploaded == nil && have.bytes.known && have.bytes.value != seen.size:
			// The pin was taken over for a File without a local file, and is not its hash.
			d.replaceFor("bytes")
			differs = append(differs, sizeText(have.bytes.value, want, seen.size))
		case seen.presence == usable && seen.sha256 != want.pin.value && d.action == keep:
			d.warn(fileDiffersFromPin(want, seen, have.id))
		}
	case want.path.unknown:
		d.replaceFor("path")
	case seen.presence == unseen:
		// A File without a local file.
	case seen.presence != usable && want.path != have.path:
		d.refuse(unusableNewPath(seen.problem, have.id))
	case seen.presence != usable:
		if d.action == keep {
			d.warn(keptUncompared(seen.problem, have.id))
		}
	case seen.sha256 != have.sha256.value:
		d.replaceFor("content_sha256")
	}
	d.announceReplacement(want, have, seen, differs)
	return d
}

// decideAdoption decides what becomes of a File that came from an import or
// from another provider. All that is known about its content is the size.
func decideAdoption(want arguments, have file, seen sighting) decision {
	d := compareArguments(want, have)
	var differs []string
	if mayDiffer(want.purpose, have.purpose) && want.purpose.known {
		differs = append(differs, purposeText(have.purpose.value, want.purpose.value))
	}
	if mayDiffer(want.filename, have.filename) && want.filename.known {
		d.warn(nameSuggestion(have.filename.value, want.filename.value))
	}
	if text := lifetimeDiffers(want, have); text != "" {
		d.replaceFor("expires_after")
		// A lifetime that can't be configured shows in expires_at only, and an
		// attribute that stays the same doesn't make Terraform replace.
		if want.lifetime == have.lifetime {
			d.replaceFor("expires_at")
		}
		if !want.lifetime.unknown {
			differs = append(differs, text)
		}
	}
	switch {
	case want.path.isNull() && want.content.isNull():
		// A File without a local file.
	case want.pin.unknown:
		d.replaceFor("content_sha256")
	case want.path.unknown && want.content.isNull():
		d.replaceFor("path")
	case seen.presence != usable && want.path == have.path && want.pin.isNull():
		if d.action == keep {
			d.warn(keptUncompared(seen.problem, have.id))
		}
	case seen.presence != usable:
		d.refuse(unusableNewPath(seen.problem, have.id))
	case have.bytes.known && have.bytes.value != seen.size:
		d.replaceFor("bytes")
		differs = append(differs, sizeText(have.bytes.value, want, seen.size))
	case d.action == replace:
	case want.pin.known && want.pin.value != seen.sha256:
		d.refuse(contentMismatch(want.path.value, seen.sha256, want.pin.value, have.id))
	case have.content.known && have.content != want.pin:
		d.replaceFor("content_sha256")
		differs = append(differs, "its content is another")
	default:
		d.action = adopt
		if !have.content.known {
			d.warn(adoptedUncompared(have.id, want))
		}
	}
	d.announceReplacement(want, have, seen, differs)
	return d
}

// compareArguments compares what is configured with the File.
func compareArguments(want arguments, have file) decision {
	var d decision
	if mayDiffer(want.purpose, have.purpose) {
		d.replaceFor("purpose")
	}
	if mayDiffer(want.filename, have.filename) {
		d.replaceFor("filename")
	}
	if !want.mimeType.isNull() && mayDiffer(want.mimeType, have.mimeType) {
		d.replaceFor("mime_type")
	}
	return d
}

// mayDiffer reports whether want is, or may become, another value than have.
// What the state doesn't know can't be compared.
func mayDiffer(want, have opt[string]) bool { return have.known && want != have }

// compareUploaded looks for a File that is no longer what was uploaded, and
// says what differs.
func (d *decision) compareUploaded(have file) (differs []string) {
	if have.uploaded == nil {
		return nil
	}
	if have.bytes.known && have.bytes.value != have.uploaded.Bytes {
		d.replaceFor("bytes")
	}
	// Another name or purpose differs from the configuration, too.
	return have.uploaded.differences(have)
}

// announceReplacement warns about what may go wrong with the upload. Terraform
// shows no warnings of the plan's new half; that half's errors come from
// decideNew.
func (d *decision) announceReplacement(want arguments, have file, seen sighting, differs []string) {
	if d.action != replace {
		return
	}
	if len(differs) > 0 {
		d.warn(replacementReason(have.id, differs))
	}
	if canReplace(want.pin, have.sha256.value, seen, false) == undecided {
		switch seen.presence {
		case absent:
			d.warn(noFileYet(seen.problem, have.id))
		case usable:
			d.warn(oldContentStill(want.path.value, have.id))
		case unseen:
			if want.content.unknown {
				d.warn(contentUnknown(want.source, have.id))
			}
		case unusable:
		}
	}
	d.warn(limitWarnings(want, seen)...)
}

// decideNew decides on the upload of a new File. old is the File that it
// replaces, or nil. After a refusal the old File is untouched.
func decideNew(want arguments, old *replacement, seen sighting) decision {
	var d decision
	verdict := undecided
	if old != nil {
		verdict = canReplace(want.pin, old.SHA256, seen, false)
	}
	switch {
	case want.filename.known && !validFilename(want.filename.value):
		d.refuse(unusableName(want.filename.value))
	case old != nil && verdict == impossible && seen.presence == usable:
		d.refuse(contentMismatch(want.path.value, seen.sha256, want.pin.value, old.FileID))
	case old != nil && verdict == impossible:
		d.refuse(unusableForReplacement(seen.problem, old.FileID))
	case seen.presence == unusable:
		d.refuse(unusableForNew(seen.problem))
	case seen.hasBadLines(want.pin):
		refusal := want.lines(seen).refused()
		if old != nil && old.FileID != "" {
			refusal.detail += " The File " + old.FileID + " was left as it is."
		}
		refusal.detail += " " + howToDestroy
		d.refuse(refusal)
	case seen.presence == absent:
		d.warn(noFileYet(seen.problem, ""))
	case seen.presence == usable && want.pin.known && seen.sha256 != want.pin.value:
		d.warn(otherContentYet(want.path.value, seen.sha256, want.pin.value))
	}
	d.warn(limitWarnings(want, seen)...)
	return d
}

// verdict says whether a replacement can be made.
type verdict int

const (
	possible verdict = iota
	// undecided means that something has to provide the content during apply.
	undecided
	impossible
)

// canReplace alone decides whether a File may be given up for the local file:
// when its replacement is planned, and again before it is deleted. old is the
// SHA-256 of the File, empty if that isn't known. matched says that the file
// had the pinned content when the replacement was planned: then nothing has to
// make it during apply, and any other content is a change.
func canReplace(pin opt[string], old string, seen sighting, matched bool) verdict {
	switch {
	case seen.presence == unseen:
		return undecided
	case seen.presence == unusable, seen.presence == absent && (pin.isNull() || matched):
		return impossible
	case seen.presence == absent:
		return undecided
	case !pin.known, seen.sha256 == pin.value:
		return possible
	case old != "" && seen.sha256 == old && !matched:
		// The file isn't regenerated yet.
		return undecided
	}
	return impossible
}

// filenamePattern matches the names that a File may have, configured or by default.
var filenamePattern = regexp.MustCompile(`^[^/\\\p{Cc}]+$`)

func validFilename(name string) bool {
	return filenamePattern.MatchString(name) && name != "." && name != ".."
}

// defaultFilename is the File's name where none is configured.
func defaultFilename(path string) string { return localfile.Base(path) }

// limitWarnings reports limits that are known but not certain, or that the
// Uploads endpoint doesn't enforce.
func limitWarnings(want arguments, seen sighting) []notice {
	var warnings []notice
	if want.purpose.known && !slices.Contains(purposes(), want.purpose.value) {
		warnings = append(warnings, unknownPurpose(want.purpose.value))
	}
	if seen.presence != usable {
		return warnings
	}
	if seen.size > localfile.MaxBytesDecimal {
		warnings = append(warnings, maybeTooLarge(want.source, seen.size))
	}
	if report := seen.toUpload(want.pin); report != nil && report.Errors == 0 && report.Warnings > 0 {
		warnings = append(warnings, want.lines(seen).doubtful())
	}
	if want.purpose.value == purposeBatch && seen.size > localfile.BatchMaxBytes && seen.report == nil {
		warnings = append(warnings, tooLargeForBatch(want.source, seen.size))
	}
	if jsonl.FormatOf(want.purpose.value) != 0 && want.filename.known && !strings.HasSuffix(strings.ToLower(want.filename.value), ".jsonl") {
		warnings = append(warnings, notNamedJSONLines(want))
	}
	return warnings
}
