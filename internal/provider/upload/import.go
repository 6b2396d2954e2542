// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ImportState takes a File over by its ID or its identity. Read fills in what
// OpenAI knows about it; the plan compares that with the local file.
func (r *uploadResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
	var id types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root("id"), &id)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if id.ValueString() == "" {
		resp.Diagnostics.AddError("No File to import", "Import by the ID of a File, such as file-abc123.")
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: id})...)
}
