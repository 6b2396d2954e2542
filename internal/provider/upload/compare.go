// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// compareArguments compares what the configuration says with the File.
func (p *planner) compareArguments(ctx context.Context) {
	p.replaceIf("purpose", p.plan.Purpose, p.state.Purpose)

	if p.state.isAdoptable() && changed(p.plan.Purpose, p.state.Purpose) && !p.plan.Purpose.IsUnknown() {
		p.differs = append(p.differs, purposeText(p.state.Purpose.ValueString(), p.plan.Purpose.ValueString()))
	}

	if changed(p.plan.Filename, p.state.Filename) {
		p.replace.Append(path.Root("filename"))

		if p.state.isAdoptable() && !p.plan.Filename.IsUnknown() {
			p.diags.Append(nameSuggestion(p.state.Filename.ValueString(), p.plan.Filename.ValueString()))
		}
	}

	if !p.config.MIMEType.IsNull() && !p.state.MIMEType.IsNull() {
		p.replaceIf("mime_type", p.config.MIMEType, p.state.MIMEType)
	}

	if p.expiryDiffers(ctx) {
		p.replace.Append(path.Root("expires_after"))

		// A life that can't be configured is in expires_at only, and Terraform
		// replaces nothing for an attribute that stays the same.
		if p.plan.ExpiresAfter.Equal(p.state.ExpiresAfter) {
			p.replace.Append(path.Root("expires_at"))
		}
	}
}

func (p *planner) replaceIf(name string, planned, state types.String) {
	if changed(planned, state) {
		p.replace.Append(path.Root(name))
	}
}

// changed reports whether planned is, or may become, another value than the
// state's. What the state doesn't know can't be compared.
func changed(planned, state types.String) bool {
	return !state.IsNull() && !planned.Equal(state)
}

// compareRemote looks for a File that is no longer what was uploaded.
func (p *planner) compareRemote(ctx context.Context, private privateReader) {
	was, ok := recall[uploaded](ctx, private, uploadedKey)
	if !ok {
		return
	}

	if !p.state.Bytes.IsNull() && p.state.Bytes.ValueInt64() != was.Bytes {
		p.replace.Append(path.Root("bytes"))
	}

	p.differs = append(p.differs, was.differences(p.state)...)
}

// compareContent compares the local file with what was uploaded.
func (p *planner) compareContent(ctx context.Context, private privateReader) {
	pin := p.config.ContentSHA256

	switch {
	case pin.IsUnknown():
		p.replace.Append(path.Root("content_sha256"))
	case !pin.IsNull() && pin.Equal(p.state.ContentSHA256):
		// The pin says all there is to know; the file may be absent.
		p.plan.ContentSHA256 = pin
		p.requireUsableNewPath()
	case !pin.IsNull() && !p.state.isAdoptable():
		// Whether the file is the pinned one is the replacement's to check.
		p.replace.Append(path.Root("content_sha256"))
	case p.config.Path.IsUnknown():
		p.replace.Append(path.Root("path"))
	default:
		p.compareFile(ctx, private)
	}
}

// requireUsableNewPath refuses a path that was changed to what can't be the
// pinned file. An absent file is made by something else.
func (p *planner) requireUsableNewPath() {
	if p.config.Path.IsUnknown() || p.config.Path.Equal(p.state.Path) {
		return
	}

	if _, err := localfile.Stat(p.config.Path.ValueString()); err != nil && !isAbsent(err) {
		p.diags.Append(unusableNewPath(err, p.state.FileID.ValueString()))
	}
}

func (p *planner) compareFile(ctx context.Context, private privateReader) {
	name := p.config.Path.ValueString()

	info, err := localfile.Stat(name)
	if err != nil {
		p.withoutFile(err)

		return
	}

	if p.state.isAdoptable() {
		p.adopt(ctx, private, info)

		return
	}

	// Another size is another content, whatever its hash.
	was, known := recall[uploaded](ctx, private, uploadedKey)
	if known && was.Bytes != info.Size {
		p.replace.Append(path.Root("content_sha256"))

		return
	}

	sum, fresh, err := contentHash(ctx, private, name, info)
	if err != nil {
		p.diags.Append(unreadableAtPlan(err))

		return
	}

	p.hashed = fresh

	if sum != p.state.ContentSHA256.ValueString() {
		p.replace.Append(path.Root("content_sha256"))

		return
	}

	p.plan.ContentSHA256 = p.state.ContentSHA256
}

// withoutFile plans for a local file that can't be used.
func (p *planner) withoutFile(err error) {
	// A pin is left here only with a File to adopt, which takes the file.
	if !p.config.Path.Equal(p.state.Path) || !p.config.ContentSHA256.IsNull() {
		p.diags.Append(unusableNewPath(err, p.state.FileID.ValueString()))

		return
	}

	p.plan.ContentSHA256 = p.state.ContentSHA256

	// A replacement for another reason is refused with an error of its own.
	if len(p.replace) == 0 {
		p.diags.Append(unusableButKept(err, p.state.FileID.ValueString()))
	}
}

// adopt takes a File over that this resource didn't upload, if nothing speaks
// against its being the local file.
func (p *planner) adopt(ctx context.Context, private privateReader, info localfile.Info) {
	if size := p.state.Bytes; !size.IsNull() && size.ValueInt64() != info.Size {
		p.replace.Append(path.Root("bytes"))
		p.differs = append(p.differs, sizeText(size.ValueInt64(), info.Size))

		return
	}

	p.plan.ContentSHA256 = orUnknown(p.config.ContentSHA256)

	if len(p.replace) > 0 {
		return
	}

	if !p.config.ContentSHA256.IsNull() {
		p.comparePin(ctx, private, info)
	}

	p.diags.Append(adoptionWarning(p.state.FileID.ValueString()))
}
