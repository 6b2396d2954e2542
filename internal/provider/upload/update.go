// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
)

// Update changes the state only: every change that the File itself would have
// to follow replaces it.
func (r *uploadResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)

	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(forget(ctx, resp.Private, replacementKey)...)

	// Without the local file there is nothing to adopt by; a later plan does.
	if state.isAdoptable() && !plan.ContentSHA256.IsNull() {
		resp.Diagnostics.Append(plan.adopt(ctx, resp.Private)...)

		if resp.Diagnostics.HasError() {
			return
		}
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: plan.ID})...)
}

// adopt notes the local file as the content of a File that this resource
// didn't upload. The plan compared them; only a file that changed since isn't it.
func (m *model) adopt(ctx context.Context, private privateWriter) diag.Diagnostics {
	var diags diag.Diagnostics

	hashed, err := localfile.Hash(ctx, m.Path.ValueString())
	if err != nil {
		diags.Append(unreadableAtPlan(err))

		return diags
	}

	size := hashed.Signature.Size
	if m.Bytes.IsUnknown() {
		m.Bytes = types.Int64Value(size)
	}

	if size != m.Bytes.ValueInt64() {
		diags.AddAttributeError(path.Root("path"), "The local file changed since the plan",
			"The File could not be adopted: "+sizeText(m.Bytes.ValueInt64(), size)+". Nothing was changed. Plan again.")

		return diags
	}

	if pin := m.ContentSHA256; !pin.IsUnknown() && !pin.IsNull() && pin.ValueString() != hashed.SHA256 {
		diags.Append(pinMismatchAtPlan(m.Path.ValueString(), hashed.SHA256, pin.ValueString()))

		return diags
	}

	m.ContentSHA256 = types.StringValue(hashed.SHA256)

	if m.MIMEType.IsUnknown() {
		diags.Append(m.sniffMIME()...)
	}

	diags.Append(remember(ctx, private, contentKey, hashed)...)
	diags.Append(remember(ctx, private, uploadedKey, uploaded{
		Bytes: m.Bytes.ValueInt64(), Filename: m.Filename.ValueString(), Purpose: m.Purpose.ValueString(),
	})...)

	return diags
}

// sniffMIME decides the MIME type from the local file.
func (m *model) sniffMIME() diag.Diagnostics {
	file, err := localfile.Open(m.Path.ValueString())
	if err == nil {
		defer file.Close()

		err = m.fillFromFile(file)
	}

	if err != nil {
		return diag.Diagnostics{unreadableAtPlan(err)}
	}

	return nil
}
