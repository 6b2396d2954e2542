// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Keys of the private state.
const (
	// contentKey holds the hash of the local file as it was last read.
	contentKey = "content"
	// uploadedKey holds what was uploaded, to notice a File that changed at OpenAI.
	uploadedKey = "uploaded"
	// replacementKey holds a [replacement]. It is part of plans only and never in
	// the state.
	replacementKey = "replacement"
)

// privateReader and privateWriter are the parts of the framework's private
// state that are used here; its own type is internal.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// uploaded is what the File was when it was uploaded or adopted.
type uploaded struct {
	Bytes    int64  `json:"bytes"`
	Filename string `json:"filename"`
	Purpose  string `json:"purpose"`
}

func uploadedFrom(f engine.File) uploaded {
	return uploaded{Bytes: f.Bytes, Filename: f.Filename, Purpose: f.Purpose}
}

// replacement is what the steps of a replacement hand on to each other:
// planning the File in the state, planning its new half, which Terraform does
// without the state, and Delete, which comes before Create unless
// create_before_destroy is set.
type replacement struct {
	// FileID is the File in the state, and SHA256 its content. Planning the File
	// writes them, planning the new half reads them. Empty for a new resource,
	// and for a tainted one, which Terraform plans like a new one.
	FileID string `json:"file_id,omitempty"`
	SHA256 string `json:"sha256,omitempty"`

	// New is the upload that takes the File's place. Planning the new half
	// writes it; Delete reads it. Nil as long as no replacement is planned.
	New *newHalf `json:"new,omitempty"`
}

// newHalf is what the plan knows of the upload that is to replace a File.
type newHalf struct {
	shared.Successor

	// Pinned says that content_sha256 is configured, and Pin what it is if that
	// is known.
	Pinned bool   `json:"pinned,omitempty"`
	Pin    string `json:"pin,omitempty"`

	// Matched says that the local file had the pinned content, and Absent that
	// there was none.
	Matched bool `json:"matched,omitempty"`
	Absent  bool `json:"absent,omitempty"`

	// Format is by which rules the lines are checked, and Checked the local file
	// whose lines were found to be good.
	Format  jsonl.Format      `json:"format,omitempty"`
	Checked *localfile.Hashed `json:"checked,omitempty"`

	// Tainted says that the File in the state wasn't known: Terraform plans a
	// tainted resource like a new one, and a new one is never deleted.
	Tainted bool `json:"tainted,omitempty"`
}

func newHalfOf(want arguments, old *replacement, seen sighting, hashed *localfile.Hashed) *newHalf {
	next := &newHalf{
		Successor: shared.Successor{Path: want.path.value, Filename: want.filename.value, Purpose: want.purpose.value, SHA256: want.content.value.sha256},
		Pinned:    !want.pin.isNull(), Pin: want.pin.value,
		Matched: want.pin.known && seen.sha256 == want.pin.value,
		Absent:  seen.presence == absent,
		Tainted: old == nil, Format: want.format,
	}
	if seen.report != nil && seen.report.Errors == 0 {
		next.Checked = hashed
	}
	return next
}

// pin is content_sha256 as it was planned.
func (n newHalf) pin() opt[string] {
	return opt[string]{value: n.Pin, known: n.Pin != "", unknown: n.Pinned && n.Pin == ""}
}

// recall reads a private value. One that is absent, or that another version
// wrote in another form, counts as missing.
func recall[T any](ctx context.Context, private privateReader, key string) (T, bool) {
	var value T
	raw, diags := private.GetKey(ctx, key)
	if diags.HasError() || len(raw) == 0 || json.Unmarshal(raw, &value) != nil {
		return value, false
	}
	return value, true
}

// remember writes a private value.
func remember[T any](ctx context.Context, private privateWriter, key string, value T) diag.Diagnostics {
	raw, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private state not written", err.Error())}
	}
	return private.SetKey(ctx, key, raw)
}

// forget removes a private value.
func forget(ctx context.Context, private privateWriter, key string) diag.Diagnostics {
	return private.SetKey(ctx, key, nil)
}

// interest is what the decision on a content depends on.
type interest struct {
	// hash reports whether it depends on the hash of a content of size bytes.
	hash func(size int64) bool
	// lines reports whether it depends on the lines, too, of the file that info
	// describes; nil if it doesn't.
	lines func(info localfile.Info) bool
}

// always is an interest in the lines of any file.
func always(localfile.Info) bool { return true }

// see returns what there is to upload now, see [look].
func see(ctx context.Context, service *shared.Service, private privateReader, config *model, want arguments, in interest) (seen sighting, fresh *localfile.Hashed) {
	if !want.content.known {
		return look(ctx, service, private, want.path, want.format, in)
	}
	seen = sighting{presence: usable, size: want.content.value.size, sha256: want.content.value.sha256}
	if in.lines != nil && want.format != 0 {
		// Memory can be read.
		inspected, _ := shared.Inspect(ctx, config.inline(), want.format)
		seen.report = inspected.Report
	}
	return seen, nil
}

// look checks what is at path now. It reads the content only if that is of interest and isn't
// known from before; then fresh is the hash to remember.
func look(ctx context.Context, service *shared.Service, private privateReader, path opt[string], format jsonl.Format, in interest) (seen sighting, fresh *localfile.Hashed) {
	if !path.known {
		return sighting{}, nil
	}
	info, err := localfile.Stat(path.value)
	if err == nil {
		seen = sighting{presence: usable, size: info.Size}
		lines := format != 0 && in.lines != nil && in.lines(info)
		if !lines && !in.hash(info.Size) {
			return seen, nil
		}
		seen, fresh, err = inspect(ctx, service, private, path.value, info, format, lines)
	}
	if err != nil {
		return sighting{presence: presenceOf(err), problem: err}, nil
	}
	return seen, fresh
}

// presenceOf distinguishes a file that something may still make, or make readable, from
// one that can't become usable that way.
func presenceOf(err error) presence {
	bad, ok := errors.AsType[*localfile.Error](err)
	if !ok {
		return unusable
	}
	switch bad.Problem {
	case localfile.NotExist, localfile.NotPermitted, localfile.Unreadable:
		return absent
	case localfile.Directory, localfile.NotRegular, localfile.Empty, localfile.TooLarge, localfile.Changed, localfile.URL, localfile.Pattern:
	}
	return unusable
}

// inspect returns what is known of the local file at path, which info describes: from the
// private state if that is safe and has what is wanted, otherwise by reading it; then fresh
// is the hash to remember.
func inspect(
	ctx context.Context, service *shared.Service, private privateReader, path string, info localfile.Info, format jsonl.Format, lines bool,
) (seen sighting, fresh *localfile.Hashed, err error) {
	seen = sighting{presence: usable, size: info.Size}
	if known, ok := recall[localfile.Hashed](ctx, private, contentKey); ok && known.Matches(info) && !lines {
		seen.sha256 = known.SHA256
		return seen, nil, nil
	}
	inspected, err := service.InspectFile(ctx, path, format)
	if err != nil {
		return sighting{}, nil, err
	}
	seen.sha256, seen.report = inspected.SHA256, inspected.Report
	return seen, &inspected.Hashed, nil
}
