// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Update only changes the state: every change that would affect the File itself
// replaces it.
func (r *uploadResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, plan, state model
	resp.Diagnostics.Append(shared.Get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(shared.Get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(shared.Get(ctx, req.State, &state)...)
	resp.Diagnostics.Append(forget(ctx, resp.Private, replacementKey)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Without a local file, the File can't be adopted.
	attribute, _ := config.source()
	if state.isAdoptable() && !plan.ContentSHA256.IsNull() && (attribute != "path" || !plan.Path.IsNull()) {
		resp.Diagnostics.Append(plan.adopt(ctx, config, resp.Private)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: plan.ID})...)
}

// adopt notes the local file, or the content in the configuration, as the
// content of a File that this resource didn't upload. The plan compared them, so
// only what has changed since then can differ.
func (m *model) adopt(ctx context.Context, config model, private privateWriter) diag.Diagnostics {
	file, err := config.open()
	if err != nil {
		return diag.Diagnostics{notAdopted(shared.Sentence(err)).err()}
	}
	defer file.Close()
	if m.Bytes.IsUnknown() {
		m.Bytes = types.Int64Value(file.Size())
	}
	if file.Size() != m.Bytes.ValueInt64() {
		return diag.Diagnostics{notAdopted(fmt.Sprintf("The File has %d bytes, and the local file %d.", m.Bytes.ValueInt64(), file.Size())).err()}
	}
	if m.MIMEType.IsUnknown() {
		if m.MIMEType, err = mimeTypeOf(m.Filename.ValueString(), file); err != nil {
			return diag.Diagnostics{notAdopted(shared.Sentence(err)).err()}
		}
	}
	hashed, err := file.Hash(ctx)
	switch pin := fromString(m.ContentSHA256); {
	case err != nil:
		return diag.Diagnostics{notAdopted(shared.Sentence(err)).err()}
	case pin.known && pin.value != hashed.SHA256:
		return diag.Diagnostics{contentMismatch(m.Path.ValueString(), hashed.SHA256, pin.value, m.ID.ValueString()).err()}
	}
	m.ContentSHA256 = types.StringValue(hashed.SHA256)
	diags := remember(ctx, private, contentKey, hashed)
	diags.Append(remember(ctx, private, uploadedKey, uploaded{
		Bytes: m.Bytes.ValueInt64(), Filename: m.Filename.ValueString(), Purpose: m.Purpose.ValueString(),
	})...)
	return diags
}

// notAdopted reports content that is no longer what the plan compared.
func notAdopted(reason string) notice {
	return notice{"", "The content changed since the plan", reason + " The File could not be adopted. Nothing was changed. Plan again."}
}
