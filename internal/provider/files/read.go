// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package files

import (
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Read implements datasource.DataSource.
func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	wanted := newFilter(m, &resp.Diagnostics)
	timeout, diags := m.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	client, ok := d.service.Client(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := shared.WithTimeout(ctx, "timeouts.read", timeout)
	defer cancel()
	query := openai.FileQuery{Purpose: m.Purpose.ValueString(), Order: m.Order.ValueString()}
	if err := m.fill(client.List(ctx, query), wanted); err != nil {
		resp.Diagnostics.Append(failed(ctx, err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// failed says why there is no list. ctx is the requests'.
func failed(ctx context.Context, err error) diag.Diagnostic {
	const summary = "Listing the Files failed"
	detail := shared.Explain(shared.OrCause(ctx, err)) + " What was listed until then isn't used, and nothing was changed. Plan or apply again."
	if answer, ok := errors.AsType[*openai.Error](err); ok && answer.Param == "purpose" {
		return diag.NewAttributeErrorDiagnostic(path.Root("purpose"), summary, detail)
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// fill makes the Files that are wanted the result, and reads no more of the list
// than that needs.
func (m *model) fill(list iter.Seq2[engine.File, error], wanted filter) error {
	m.Files, m.IDs = []shared.FileDetails{}, []types.String{} // Not null, if there is none.
	var previous engine.File
	for file, err := range list {
		if err != nil {
			return err
		}
		if wanted.past(previous, file) {
			break
		}
		previous = file
		if !wanted.matches(file) {
			continue
		}
		var details shared.FileDetails
		details.Set(file)
		m.Files, m.IDs = append(m.Files, details), append(m.IDs, details.ID)
		if int64(len(m.IDs)) == m.Limit.ValueInt64() {
			break
		}
	}
	return nil
}
