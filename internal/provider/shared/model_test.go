// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// TestGet compares Get with the framework's, which is slower.
func TestGet(t *testing.T) {
	t.Parallel()
	type model struct {
		shared.File

		Keep     types.Bool     `tfsdk:"keep"`
		Labels   types.Object   `tfsdk:"labels"`
		Timeouts timeouts.Value `tfsdk:"timeouts"`
	}
	ctx, text := t.Context(), schema.StringAttribute{Optional: true}
	described := schema.Schema{Attributes: map[string]schema.Attribute{
		"id": text, "filename": text, "purpose": text, "created_at": text, "expires_at": text, "status": text,
		"bytes":    schema.Int64Attribute{Optional: true},
		"keep":     schema.BoolAttribute{Optional: true},
		"labels":   schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{"a": text}},
		"timeouts": timeouts.Attributes(ctx, timeouts.Opts{Read: true}),
	}}
	typ, ok := described.Type().TerraformType(ctx).(tftypes.Object)
	if !ok {
		t.Fatal("a schema that isn't an object")
	}
	limits := typ.AttributeTypes["timeouts"]
	for _, tt := range []struct {
		name   string
		values map[string]tftypes.Value
	}{
		{"null", nil},
		{"known", map[string]tftypes.Value{
			"id": tftypes.NewValue(tftypes.String, "file-1"), "bytes": tftypes.NewValue(tftypes.Number, 7), "keep": tftypes.NewValue(tftypes.Bool, true),
			"timeouts": tftypes.NewValue(limits, map[string]tftypes.Value{"read": tftypes.NewValue(tftypes.String, "1m")}),
		}},
		{"unknown", map[string]tftypes.Value{
			"id": tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "labels": tftypes.NewValue(typ.AttributeTypes["labels"], tftypes.UnknownValue),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			values := map[string]tftypes.Value{}
			for name, attribute := range typ.AttributeTypes {
				values[name] = tftypes.NewValue(attribute, nil)
				if value, ok := tt.values[name]; ok {
					values[name] = value
				}
			}
			state := tfsdk.State{Schema: described, Raw: tftypes.NewValue(typ, values)}
			var got, want model
			diags := shared.Get(ctx, state, &got)
			diags.Append(state.Get(ctx, &want)...)
			if diags.HasError() || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v, problems %v", got, want, diags)
			}
		})
	}
}

func TestGetReportsWhatTheFrameworkDoes(t *testing.T) {
	t.Parallel()
	state := tfsdk.State{
		Schema: schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Optional: true}}},
		Raw:    tftypes.NewValue(tftypes.String, "not an object"),
	}
	var file shared.File
	if diags := shared.Get(t.Context(), state, &file); !diags.HasError() || !file.ID.IsNull() {
		t.Errorf("problems %v, file %+v", diags, file)
	}
}
