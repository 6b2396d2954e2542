// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// ModifyPlan decides what happens to the File. Terraform plans a replacement
// twice, the second time without a state: existing says that it is one, and
// fresh what the plan shows.
func (r *uploadResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	// Destroying asks nothing of the local file.
	if req.Plan.Raw.IsNull() {
		return
	}

	p := &planner{}
	resp.Diagnostics.Append(req.Config.Get(ctx, &p.config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &p.plan)...)

	isNew := req.State.Raw.IsNull()
	if !isNew {
		resp.Diagnostics.Append(req.State.Get(ctx, &p.state)...)
	}

	if resp.Diagnostics.HasError() {
		return
	}

	if isNew {
		p.fresh()
	} else {
		p.existing(ctx, req.Private)
	}

	resp.Diagnostics.Append(p.diags...)

	if resp.Diagnostics.HasError() {
		return
	}

	if p.hashed != nil {
		resp.Diagnostics.Append(remember(ctx, resp.Private, contentKey, p.hashed)...)
	}

	resp.RequiresReplace = append(resp.RequiresReplace, p.replace...)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &p.plan)...)
}

// planner is one run of ModifyPlan.
type planner struct {
	config, plan, state model

	// replace are the attributes that force a replacement.
	replace path.Paths
	// differs says what is different at OpenAI, for the reader of the plan.
	differs []string
	hashed  *localfile.Hashed
	diags   diag.Diagnostics
}

// fresh plans a File that doesn't exist yet, or the second half of a replacement.
func (p *planner) fresh() {
	p.planUnknown()

	if p.config.Path.IsUnknown() {
		return
	}

	info, err := localfile.Stat(p.config.Path.ValueString())
	if err != nil {
		p.diags.Append(unusableForNew(err))

		return
	}

	p.diags.Append(limitWarnings(info.Size, p.plan.Purpose, p.plan.Filename)...)
}

// planUnknown plans what only apply can tell as unknown: the file may change
// until then, and some Files expire by themselves.
func (p *planner) planUnknown() {
	p.plan.setComputedUnknown()
	p.plan.Filename = p.filename()
	p.plan.MIMEType = p.mimeType()
	p.plan.ContentSHA256 = orUnknown(p.config.ContentSHA256)
}

// existing plans what becomes of the File in the state.
func (p *planner) existing(ctx context.Context, private privateReader) {
	if p.state.isLeftover() {
		p.replace.Append(path.Root("id"))
		p.planUnknown()

		return
	}

	p.plan.Filename = p.filename()

	p.compareArguments(ctx)
	p.compareRemote(ctx, private)
	p.compareContent(ctx, private)

	if p.diags.HasError() {
		return
	}

	if len(p.replace) > 0 {
		p.planReplacement()

		return
	}

	p.plan.keepComputed(p.state)
	p.keepOrDetectMIME()
}

// planReplacement refuses to give a good File up for a file that can't be
// uploaded. With a pin, or a path that isn't known yet, something makes the
// file during apply.
func (p *planner) planReplacement() {
	if !p.config.Path.IsUnknown() && p.config.ContentSHA256.IsNull() {
		if _, err := localfile.Stat(p.config.Path.ValueString()); err != nil {
			p.diags.Append(unusableForReplacement(err, p.state.FileID.ValueString()))

			return
		}
	}

	if len(p.differs) > 0 {
		p.diags.Append(replacementReason(p.state, p.differs))
	}

	p.planUnknown()
}

// keepOrDetectMIME keeps the MIME type of the File, so that a newer table of
// types replaces nothing. An adopted File has none to keep.
func (p *planner) keepOrDetectMIME() {
	switch {
	case !p.config.MIMEType.IsNull():
		p.plan.MIMEType = p.config.MIMEType
	case !p.state.MIMEType.IsNull():
		p.plan.MIMEType = p.state.MIMEType
	default:
		p.plan.MIMEType = p.mimeType()
	}
}

// compareArguments compares what the configuration says with the File.
func (p *planner) compareArguments(ctx context.Context) {
	p.replaceIf("purpose", p.plan.Purpose, p.state.Purpose)

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

// expiryDiffers compares the configured life with the one that was asked for,
// or, for a File that this resource didn't upload, with the one that it has.
func (p *planner) expiryDiffers(ctx context.Context) bool {
	if !p.state.isAdoptable() || p.plan.ExpiresAfter.IsUnknown() {
		return !p.plan.ExpiresAfter.Equal(p.state.ExpiresAfter)
	}

	want, have := p.plan.lifetime(ctx), remoteLifetime(p.state)
	if want == have || want == 0 && have == defaultBatchLifetime && p.state.Purpose.ValueString() == purposeBatch {
		return false
	}

	p.differs = append(p.differs, "it lives "+lifeText(have)+", configured is "+lifeText(want))

	return true
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
	pin, name := p.config.ContentSHA256, p.config.Path.ValueString()

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
	if pin.IsNull() && known && was.Bytes != info.Size {
		p.replace.Append(path.Root("content_sha256"))

		return
	}

	sum, fresh, err := contentHash(ctx, private, name, info)
	if err != nil {
		p.diags.Append(unreadableAtPlan(err))

		return
	}

	p.hashed = fresh

	switch {
	case !pin.IsNull() && sum != pin.ValueString():
		p.diags.Append(pinMismatchAtPlan(name, sum, pin.ValueString()))
	case sum != p.state.ContentSHA256.ValueString():
		p.replace.Append(path.Root("content_sha256"))
	default:
		p.plan.ContentSHA256 = p.state.ContentSHA256
	}
}

// withoutFile plans for a local file that can't be used.
func (p *planner) withoutFile(err error) {
	pin := p.config.ContentSHA256

	switch {
	case !pin.IsNull() && !p.state.isAdoptable():
		p.replace.Append(path.Root("content_sha256"))
	case !p.config.Path.Equal(p.state.Path):
		p.diags.Append(unusableNewPath(err, p.state.FileID.ValueString()))
	default:
		p.plan.ContentSHA256 = p.state.ContentSHA256

		// A replacement for another reason is refused with an error of its own.
		if len(p.replace) == 0 {
			p.diags.Append(unusableButKept(err, p.state.FileID.ValueString()))
		}
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

	if pin := p.config.ContentSHA256; !pin.IsNull() {
		sum, fresh, err := contentHash(ctx, private, p.config.Path.ValueString(), info)

		switch {
		case err != nil:
			p.diags.Append(unreadableAtPlan(err))
		case sum != pin.ValueString():
			p.diags.Append(pinMismatchAtPlan(p.config.Path.ValueString(), sum, pin.ValueString()))
		}

		p.hashed = fresh
	}

	if len(p.replace) == 0 {
		p.diags.Append(adoptionWarning(p.state.FileID.ValueString()))
	}
}

// filename is the File's name: configured, or the last element of path.
func (p *planner) filename() types.String {
	switch {
	case !p.config.Filename.IsNull():
		return p.config.Filename
	case p.config.Path.IsUnknown():
		return types.StringUnknown()
	default:
		return types.StringValue(baseName(p.config.Path.ValueString()))
	}
}

// mimeType is the MIME type: configured, or decided by the File's name; if
// that says nothing, the content decides at apply.
func (p *planner) mimeType() types.String {
	if !p.config.MIMEType.IsNull() {
		return p.config.MIMEType
	}

	if name := p.plan.Filename; !name.IsUnknown() {
		if detected, ok := localfile.DetectMIME(name.ValueString()); ok {
			return types.StringValue(detected)
		}
	}

	return types.StringUnknown()
}

// baseName is the last element of a local path.
func baseName(local string) string {
	expanded, err := localfile.Expand(local)
	if err != nil {
		expanded = local
	}

	return filepath.Base(expanded)
}

func orUnknown(v types.String) types.String {
	if v.IsNull() {
		return types.StringUnknown()
	}

	return v
}

// defaultBatchLifetime is how long Files of purpose batch live when nothing
// else was asked for (OpenAPI document, expires_after).
const defaultBatchLifetime = 30 * 24 * time.Hour

// remoteLifetime is how long the File lives, zero for ever.
func remoteLifetime(m model) time.Duration {
	created, err := time.Parse(time.RFC3339, m.CreatedAt.ValueString())
	if err != nil {
		return 0
	}

	expires, err := time.Parse(time.RFC3339, m.ExpiresAt.ValueString())
	if err != nil {
		return 0
	}

	return expires.Sub(created)
}

// deriveExpiry returns the expires_after that gives a File the life it has,
// null if there is none.
func deriveExpiry(m model) types.Object {
	none := types.ObjectNull(expiry{}.attributeTypes())

	life := int64(remoteLifetime(m) / time.Second)
	if life < minExpirySeconds || life > maxExpirySeconds {
		return none
	}

	if m.Purpose.ValueString() == purposeBatch && remoteLifetime(m) == defaultBatchLifetime {
		return none
	}

	return types.ObjectValueMust(expiry{}.attributeTypes(), map[string]attr.Value{
		"seconds": types.Int64Value(life),
		"anchor":  types.StringValue(anchorCreatedAt),
	})
}
