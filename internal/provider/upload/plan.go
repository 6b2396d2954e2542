// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// ModifyPlan decides what happens to the File. Terraform plans a replacement
// twice, the second time without a state: existing says that it is one, with
// all warnings, and fresh what the plan shows. A replacement that Terraform
// itself decides on (-replace, replace_triggered_by) is seen by fresh only, in
// the private state that existing left.
func (r *uploadResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	// Destroying asks nothing of the local file.
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(forget(ctx, resp.Private, replacementKey)...)

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
		p.fresh(ctx, req.Private)
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

	if p.gives != nil {
		resp.Diagnostics.Append(remember(ctx, resp.Private, replacementKey, p.gives)...)
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
	// gives is the File that the plan is about, nil if there is none.
	gives  *replacement
	hashed *localfile.Hashed
	diags  diag.Diagnostics
}

// fresh plans a File that doesn't exist yet, or the second half of a replacement.
func (p *planner) fresh(ctx context.Context, private privateReader) {
	p.planUnknown()

	if given, ok := recall[replacement](ctx, private, replacementKey); ok {
		p.gives = &replacement{FileID: given.FileID}
	}

	if p.config.Path.IsUnknown() {
		return
	}

	if p.gives != nil && !p.isMadeDuringApply() {
		p.gives.Path = p.config.Path.ValueString()
	}

	info, err := localfile.Stat(p.config.Path.ValueString())

	switch {
	case err == nil:
		p.diags.Append(limitWarnings(info.Size, p.plan.Purpose, p.plan.Filename)...)
	case p.gives == nil:
		p.diags.Append(unusableForNew(err))
	case p.isMadeDuringApply():
		p.diags.Append(unusableYet(err))
	default:
		p.diags.Append(unusableForReplacement(err, p.gives.FileID))
	}
}

// isMadeDuringApply reports whether something may make the local file during
// apply, so that what is there now says little.
func (p *planner) isMadeDuringApply() bool {
	return p.config.Path.IsUnknown() || !p.config.ContentSHA256.IsNull()
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
	p.gives = &replacement{FileID: p.state.FileID.ValueString()}

	p.compareArguments(ctx)
	p.compareRemote(ctx, private)
	p.compareContent(ctx, private)

	if p.diags.HasError() {
		return
	}

	if len(p.replace) > 0 {
		p.planReplacement(ctx, private)

		return
	}

	p.plan.keepComputed(p.state)
	p.keepOrDetectMIME()

	// Only the refresh tells the size of a File that was moved here without one.
	if p.adopts() && p.plan.Bytes.IsNull() {
		p.plan.Bytes = types.Int64Unknown()
	}
}

// adopts reports whether the plan takes over a File that this resource didn't
// upload.
func (p *planner) adopts() bool { return p.state.isAdoptable() && !p.plan.ContentSHA256.IsNull() }

// planReplacement refuses to give a good File up for a file that can't be
// uploaded. With a pin, or a path that isn't known yet, something makes the
// file during apply; but a file that is there has to be the pinned one.
func (p *planner) planReplacement(ctx context.Context, private privateReader) {
	if !p.config.Path.IsUnknown() {
		p.checkReplacement(ctx, private)
	}

	if p.diags.HasError() {
		return
	}

	if len(p.differs) > 0 {
		p.diags.Append(replacementReason(p.state, p.differs))
	}

	p.planUnknown()
}

// checkReplacement looks at the file of a replacement. Terraform shows no
// warning of the plan's second half, so those of a new File come from here.
func (p *planner) checkReplacement(ctx context.Context, private privateReader) {
	info, err := localfile.Stat(p.config.Path.ValueString())

	switch {
	case err != nil && p.isMadeDuringApply():
		p.diags.Append(unusableYet(err))
	case err != nil:
		p.diags.Append(unusableForReplacement(err, p.state.FileID.ValueString()))
	default:
		p.diags.Append(limitWarnings(info.Size, p.plan.Purpose, p.plan.Filename)...)

		if !p.config.ContentSHA256.IsNull() && !p.config.ContentSHA256.IsUnknown() {
			p.comparePin(ctx, private, info)
		}
	}
}

// comparePin compares the local file with the pin.
func (p *planner) comparePin(ctx context.Context, private privateReader, info localfile.Info) {
	name, pin := p.config.Path.ValueString(), p.config.ContentSHA256.ValueString()

	sum, fresh, err := contentHash(ctx, private, name, info)

	switch {
	case err != nil:
		p.diags.Append(unreadableAtPlan(err))
	case sum != pin:
		p.diags.Append(pinMismatchAtPlan(name, sum, pin))
	}

	p.hashed = fresh
}

// keepOrDetectMIME keeps the MIME type of the File, so that a newer table of
// types replaces nothing. An adopted File has none to keep.
func (p *planner) keepOrDetectMIME() {
	switch {
	case !p.config.MIMEType.IsNull():
		p.plan.MIMEType = p.config.MIMEType
	case p.adopts() && p.state.MIMEType.IsNull():
		p.plan.MIMEType = p.mimeType()
	default:
		p.plan.MIMEType = p.state.MIMEType
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
