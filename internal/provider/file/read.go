// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package file

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Read implements datasource.DataSource.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	timeout, diags := m.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	client, ok := d.service.Client(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := shared.WithTimeout(ctx, "timeouts.read", timeout)
	defer cancel()
	file, err := client.ReadFile(ctx, engine.File{ID: m.ID.ValueString()})
	if err != nil {
		resp.Diagnostics.Append(shared.FileUnreadable(ctx, m.ID.ValueString(), err, client))
		return
	}
	m.Set(file)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
