// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import "github.com/hashicorp/terraform-plugin-framework/types"

// opt is a value that is null (the zero opt), unknown until apply, or known.
type opt[T comparable] struct {
	value          T
	known, unknown bool
}

func some[T comparable](value T) opt[T] { return opt[T]{value: value, known: true} }

func unknownUntilApply[T comparable]() opt[T] { return opt[T]{unknown: true} }

func (o opt[T]) isNull() bool { return !o.known && !o.unknown }

func fromString(s types.String) opt[string] {
	return opt[string]{value: s.ValueString(), known: !s.IsNull() && !s.IsUnknown(), unknown: s.IsUnknown()}
}

func toString(o opt[string]) types.String {
	switch {
	case o.known:
		return types.StringValue(o.value)
	case o.unknown:
		return types.StringUnknown()
	}
	return types.StringNull()
}
