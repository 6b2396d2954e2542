// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

const (
	// foreignTypeName is the resource of other providers that MoveState takes over.
	foreignTypeName = "openai_file"

	// This resource, in this provider's namespace of any registry.
	ownTypeName  = "openai_upload"
	ownNamespace = "upload-backed"
)

// foreignProviders returns the namespaces of the providers whose openai_file
// is known, as in registry.terraform.io/NAMESPACE/openai.
func foreignProviders() []string { return []string{"mkdev-me", "skyscrapr"} }

// foreignFile is the state of openai_file in either provider.
type foreignFile struct {
	ID        string          `json:"id"`
	File      string          `json:"file"`
	Filepath  string          `json:"filepath"`
	Filename  string          `json:"filename"`
	Purpose   string          `json:"purpose"`
	Bytes     *int64          `json:"bytes"`
	CreatedAt json.RawMessage `json:"created_at"`
}

// MoveState takes over openai_file of other providers without an upload: the
// File is refreshed by its ID, and the next plan adopts it like an imported one.
// OpenTofu also calls it when only the provider's address changes, for example
// from one registry to another; then the state stays as it is.
func (r *uploadResource) MoveState(ctx context.Context) []resource.StateMover {
	var own resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &own)
	return []resource.StateMover{
		{StateMover: moveForeignFile},
		{SourceSchema: &own.Schema, StateMover: keepOwnState},
	}
}

func keepOwnState(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != ownTypeName || !isFrom(req.SourceProviderAddress, ownNamespace) || req.SourceState == nil {
		return
	}
	var state model
	resp.Diagnostics.Append(req.SourceState.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, key := range []string{contentKey, uploadedKey} {
		value, diags := req.SourcePrivate.GetKey(ctx, key)
		resp.Diagnostics.Append(diags...)
		if len(value) > 0 {
			resp.Diagnostics.Append(resp.TargetPrivate.SetKey(ctx, key, value)...)
		}
	}
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &state)...)
	resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, identity{ID: state.ID})...)
}

func moveForeignFile(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != foreignTypeName || !isFrom(req.SourceProviderAddress, foreignProviders()...) {
		return
	}
	var source foreignFile
	if req.SourceRawState == nil || json.Unmarshal(req.SourceRawState.JSON, &source) != nil || source.ID == "" {
		resp.Diagnostics.AddError("State of openai_file not understood",
			"The state of "+req.SourceProviderAddress+" doesn't have the attributes that this provider knows of, or no ID. "+
				"Remove the resource from the state (terraform state rm), and import the File by its ID if it has one. "+
				"If it has none, the next apply uploads it.")
		return
	}
	target := source.model(ctx)
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, &target)...)
	resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, identity{ID: target.ID})...)
}

// isFrom reports whether address is that of a provider openai in one of the
// namespaces. It ignores the host: a mirror has another one.
func isFrom(address string, namespaces ...string) bool {
	elements := strings.Split(address, "/")
	return len(elements) == 3 && elements[2] == "openai" && slices.Contains(namespaces, elements[1])
}

func (f foreignFile) model(ctx context.Context) model {
	local := f.File
	if local == "" {
		local = f.Filepath
	}
	return model{
		File: shared.File{
			ID:        types.StringValue(f.ID),
			Filename:  stringOrNull(f.Filename),
			Purpose:   stringOrNull(f.Purpose),
			Bytes:     types.Int64PointerValue(f.Bytes),
			CreatedAt: f.createdAt(),
		},
		Path:         stringOrNull(local),
		FileID:       types.StringValue(f.ID),
		ExpiresAfter: types.ObjectNull(expiry{}.attributeTypes()),
		Timeouts:     nullTimeouts(ctx),
	}
}

// createdAt reads either form in which providers keep the time: seconds since
// 1970, or RFC 3339.
func (f foreignFile) createdAt() types.String {
	var seconds int64
	if json.Unmarshal(f.CreatedAt, &seconds) == nil && seconds > 0 {
		return shared.Timestamp(time.Unix(seconds, 0))
	}
	var text string
	if json.Unmarshal(f.CreatedAt, &text) == nil {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return shared.Timestamp(t)
		}
	}
	return types.StringNull()
}

func nullTimeouts(ctx context.Context) timeouts.Value {
	described, ok := timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Delete: true}).GetType().(attr.TypeWithAttributeTypes)
	if !ok {
		return timeouts.Value{}
	}
	return timeouts.Value{Object: types.ObjectNull(described.AttributeTypes())}
}

func stringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
