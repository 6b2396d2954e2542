// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filecontent

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Open reads the content. There is nothing to renew or to close.
func (r *contentResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	timeout, diags := m.Timeouts.Open(ctx, defaultOpenTimeout)
	resp.Diagnostics.Append(diags...)
	client, ok := r.service.Client(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := shared.WithTimeout(ctx, "timeouts.open", timeout)
	defer cancel()
	limit := int64(defaultMaxBytes)
	if !m.MaxBytes.IsNull() {
		limit = m.MaxBytes.ValueInt64()
	}
	content, err := client.FileContent(ctx, m.ID.ValueString(), limit)
	if err != nil {
		resp.Diagnostics.Append(unreadable(ctx, m.ID.ValueString(), err, client))
		return
	}
	m.Content = types.StringNull()
	if utf8.Valid(content) {
		m.Content = types.StringValue(string(content))
	}
	m.ContentBase64 = types.StringValue(base64.StdEncoding.EncodeToString(content))
	resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
}

// unreadable says why there is no content.
func unreadable(ctx context.Context, id string, err error, client *openai.Client) diag.Diagnostic {
	if long, ok := errors.AsType[*openai.LengthError](err); ok {
		return tooLong(id, long)
	}
	if errors.Is(err, openai.ErrBadRequest) {
		return diag.NewAttributeErrorDiagnostic(path.Root("id"), "OpenAI refuses the content of the File "+id,
			shared.Sentence(err)+" OpenAI returns the content of Files of some purposes only: not of assistants, for example, and for others "+
				"it depends on the account. Nothing was changed. Use the original of the content in place of this ephemeral resource; "+
				"the data source openai_file has everything but the content.")
	}
	return shared.FileUnreadable(ctx, id, err, client)
}

func tooLong(id string, err *openai.LengthError) diag.Diagnostic {
	has, remedy := fmt.Sprintf("has %d bytes", err.Size), fmt.Sprintf("Set max_bytes to %d or more.", err.Size)
	switch {
	case err.Size == 0:
		has = "is longer"
		remedy = fmt.Sprintf("Set max_bytes to the size of the File, which the data source openai_file has in bytes; at most %d.", maxMaxBytes)
	case err.Size > maxMaxBytes:
		remedy = fmt.Sprintf("max_bytes can be %d at most, so the File can't be read here.", maxMaxBytes)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("max_bytes"), "The File "+id+" is longer than max_bytes",
		fmt.Sprintf("Its content %s, and max_bytes is %d. A part of it isn't used. %s", has, err.Limit, remedy))
}
