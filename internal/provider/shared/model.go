// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// source is a configuration, a plan or a state of the framework.
type source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Get reads from into model, a struct whose fields are Terraform's values, as from.Get does. That
// compiles a regular expression for each field each time, which is a fifth of what a plan costs.
func Get[T any](ctx context.Context, from source, model *T) diag.Diagnostics {
	var object types.Object
	diags := from.Get(ctx, &object)
	values := object.Attributes()
	fields := reflect.ValueOf(model).Elem()
	for _, field := range reflect.VisibleFields(fields.Type()) {
		if value, ok := values[field.Tag.Get("tfsdk")]; ok {
			fields.FieldByIndex(field.Index).Set(reflect.ValueOf(value))
		}
	}
	return diags
}
