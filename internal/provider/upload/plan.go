// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/filetype"
	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// ModifyPlan plans what becomes of the File; decide.go decides it. Terraform
// plans a replacement twice, first with the state and then, as for a new
// resource, without. It shows the warnings of the first half and the errors of
// both, and only the second half sees every replacement, including those that
// Terraform decides on (-replace, replace_triggered_by), and what is really
// configured where ignore_changes is set.
func (r *uploadResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	// Destroying doesn't need the local file.
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(forget(ctx, resp.Private, replacementKey)...)
		var state model
		resp.Diagnostics.Append(shared.Get(ctx, req.State, &state)...)
		if state.staysAtOpenAI() {
			resp.Diagnostics.Append(leftAtOpenAI(state, "will stay").warning())
		}
		return
	}
	var config, plan model
	resp.Diagnostics.Append(shared.Get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(shared.Get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	if req.State.Raw.IsNull() {
		r.planNew(ctx, config, &plan, req.Private, resp)
	} else {
		var state model
		resp.Diagnostics.Append(shared.Get(ctx, req.State, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		r.planExisting(ctx, config, &plan, state, req.Private, resp)
	}
	// Most plans change nothing, and setting costs as much as the rest of this.
	if !resp.Diagnostics.HasError() && !reflect.DeepEqual(plan, proposed) {
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	}
}

// planNew plans the upload of a new File, or of one that replaces another.
func (r *uploadResource) planNew(ctx context.Context, config model, plan *model, private privateReader, resp *resource.ModifyPlanResponse) {
	want := config.arguments(ctx, types.StringNull())
	seen, fresh := see(ctx, r.service, private, &config, want, interest{hash: func(int64) bool { return want.pin.known }, lines: always})
	var old *replacement
	if known, ok := recall[replacement](ctx, private, replacementKey); ok {
		old = &known
	}
	next := replacement{New: newHalfOf(want, old, seen, fresh)}
	// Terraform plans once more after it deleted a File to be replaced.
	replaced := r.service.ReplacedBy(next.New.Successor)
	if seen.interrupted() {
		resp.Diagnostics.Append(readingInterrupted(want.path.value).deletedBefore(replaced).err())
		return
	}
	d := decideNew(want, old, seen)
	d.refusal = d.refusal.deletedBefore(replaced)
	d.report(resp)
	if config.Preflight.IsUnknown() {
		// In case the lines turn out to be checked, the File isn't given up for bad ones.
		next.New.Format = jsonl.FormatOf(want.purpose.value)
	}
	resp.Diagnostics.Append(remember(ctx, resp.Private, replacementKey, next)...)
	rememberContent(ctx, fresh, resp)
	plan.setUnknown(want)
}

// planExisting plans what becomes of the File in the state.
func (r *uploadResource) planExisting(ctx context.Context, config model, plan *model, state model, private privateReader, resp *resource.ModifyPlanResponse) {
	config.dropIgnored(state)
	want := config.arguments(ctx, state.Filename)
	if state.isLeftover() {
		resp.RequiresReplace.Append(path.Root("id"))
		plan.setUnknown(want)
		return
	}
	have := state.file(ctx, private)
	in := interest{hash: func(size int64) bool { return wantsHash(want, have, size) }}
	seen, fresh := see(ctx, r.service, private, &config, want, in)
	decide := decideUpload
	if have.sha256.isNull() {
		decide = decideAdoption
		var refusal *notice
		if have.content, refusal = r.remoteContent(ctx, want, have, state); refusal != nil {
			resp.Diagnostics.Append(refusal.err())
			return
		}
	}
	d := decide(want, have, seen)
	if d.action == replace && want.format != 0 && seen.report == nil {
		// What there is to say about the lines, the plan's new half can't.
		in.lines = always
		seen, fresh = see(ctx, r.service, private, &config, want, in)
		d = decide(want, have, seen)
	}
	if seen.interrupted() {
		resp.Diagnostics.Append(readingInterrupted(want.path.value).err())
		return
	}
	d.report(resp)
	next := replacement{FileID: have.id, SHA256: have.sha256.value}
	resp.Diagnostics.Append(remember(ctx, resp.Private, replacementKey, next)...)
	rememberContent(ctx, fresh, resp)
	switch d.action {
	case replace:
		plan.setUnknown(want)
		if state.staysAtOpenAI() {
			resp.Diagnostics.Append(leftAtOpenAI(state, "will stay").warning())
		}
	case adopt:
		plan.keep(state, want)
		plan.setAdopted(want)
	case keep, refuse:
		plan.keep(state, want)
	}
}

// remoteContent returns the SHA-256 of the content at OpenAI if the decision on an
// imported File depends on it: content in the configuration is small enough to be
// compared. It is null where OpenAI doesn't let it be read, as for some purposes.
func (r *uploadResource) remoteContent(ctx context.Context, want arguments, have file, state model) (opt[string], *notice) {
	var diags diag.Diagnostics
	client, ok := r.service.Client(&diags)
	timeout, _ := state.Timeouts.Read(ctx, defaultReadTimeout)
	if !ok || !want.content.known || have.bytes != some(want.content.value.size) {
		return opt[string]{}, nil
	}
	ctx, cancel := shared.WithTimeout(ctx, "timeouts.read", timeout)
	defer cancel()
	content, err := client.FileContent(ctx, have.id, want.content.value.size)
	switch {
	case errors.Is(err, openai.ErrBadRequest):
		return opt[string]{}, nil
	case err != nil:
		n := contentUnreadable(want.source, have.id, shared.OrCause(ctx, err))
		return opt[string]{}, &n
	}
	hashed, _ := shared.Text(content).Hash(ctx)
	return some(hashed.SHA256), nil
}

// report hands a decision to Terraform.
func (d decision) report(resp *resource.ModifyPlanResponse) {
	for _, n := range d.warnings {
		resp.Diagnostics.Append(n.warning())
	}
	if d.action == refuse {
		resp.Diagnostics.Append(d.refusal.err())
	}
	for _, attribute := range d.reasons {
		resp.RequiresReplace.Append(path.Root(attribute))
	}
}

// interrupted reports whether Terraform ended the call while the file was read.
func (s sighting) interrupted() bool { return errors.Is(s.problem, context.Canceled) }

func rememberContent(ctx context.Context, fresh *localfile.Hashed, resp *resource.ModifyPlanResponse) {
	if fresh != nil {
		resp.Diagnostics.Append(remember(ctx, resp.Private, contentKey, fresh)...)
	}
}

// setUnknown plans everything that a new File decides as unknown: the local
// file may change until apply, and some Files expire by themselves.
func (m *model) setUnknown(want arguments) {
	m.ID, m.FileID, m.UploadID = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.Bytes = types.Int64Unknown()
	m.CreatedAt, m.ExpiresAt, m.Status = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.Filename = toString(want.filename)
	m.MIMEType = want.detectMIME()
	m.ContentSHA256 = want.plannedHash()
}

// keep plans the File as it is. Its MIME type stays, so that a newer table of
// types doesn't cause a replacement.
func (m *model) keep(state model, want arguments) {
	m.ID, m.FileID, m.UploadID = state.ID, state.FileID, state.UploadID
	m.Bytes, m.CreatedAt, m.ExpiresAt, m.Status = state.Bytes, state.CreatedAt, state.ExpiresAt, state.Status
	m.Filename = toString(want.filename)
	m.MIMEType, m.ContentSHA256 = state.MIMEType, state.ContentSHA256
	if !want.mimeType.isNull() {
		m.MIMEType = toString(want.mimeType)
	}
	if !want.pin.isNull() {
		m.ContentSHA256 = toString(want.pin)
	}
}

// setAdopted plans, on top of keep, what an adopted File gets from the local file.
func (m *model) setAdopted(want arguments) {
	m.ContentSHA256 = want.plannedHash()
	if m.MIMEType.IsNull() {
		m.MIMEType = want.detectMIME()
	}
	// Only the refresh knows the size of a File that was moved here without one.
	if m.Bytes.IsNull() {
		m.Bytes = types.Int64Unknown()
	}
}

// detectMIME is the MIME type: configured, or decided by the File's name; if
// that says nothing, the content decides at apply.
func (a arguments) detectMIME() types.String {
	if !a.mimeType.isNull() {
		return toString(a.mimeType)
	}
	if detected, ok := filetype.ByName(a.filename.value); ok {
		return types.StringValue(detected)
	}
	return types.StringUnknown()
}

// plannedHash is content_sha256 of content that is yet to be uploaded. What is
// ephemeral may be another value at apply.
func (a arguments) plannedHash() types.String {
	if a.pin.isNull() || a.ephemeral {
		return types.StringUnknown()
	}
	return toString(a.pin)
}
