// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command provider-schema prints what "terraform providers schema -json" prints, but
// taken from the provider itself. A CLI leaves out what it doesn't know, so the
// documentation would depend on its version.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/upload-backed/terraform-provider-openai/internal/provider"
)

// source is where tfplugindocs looks for the provider.
const source = "registry.terraform.io/hashicorp/openai"

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints the schemas to out.
func run(ctx context.Context, out io.Writer) error {
	server := provider.New("dev")()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return err
	}
	printed := json.NewEncoder(out)
	printed.SetIndent("", "  ")
	return printed.Encode(object{"format_version": "1.0", "provider_schemas": object{
		source: object{
			"provider":                   schemaJSON(schemas.Provider),
			"resource_schemas":           each(schemas.ResourceSchemas, schemaJSON),
			"resource_identity_schemas":  each(identities.IdentitySchemas, identityJSON),
			"data_source_schemas":        each(schemas.DataSourceSchemas, schemaJSON),
			"ephemeral_resource_schemas": each(schemas.EphemeralResourceSchemas, schemaJSON),
			"list_resource_schemas":      each(schemas.ListResourceSchemas, schemaJSON),
			"action_schemas":             each(schemas.ActionSchemas, actionJSON),
			"functions":                  each(schemas.Functions, functionJSON),
		},
	}})
}

type object = map[string]any

// each applies f to the values of a map.
func each[T any](from map[string]T, f func(T) object) object {
	to := object{}
	for name, value := range from {
		to[name] = f(value)
	}
	return to
}

func schemaJSON(s *tfprotov6.Schema) object {
	return object{"version": s.Version, "block": blockJSON(s.Block)}
}

func actionJSON(a *tfprotov6.ActionSchema) object {
	return object{"block": blockJSON(a.Schema.Block)}
}

func blockJSON(b *tfprotov6.SchemaBlock) object {
	if len(b.BlockTypes) > 0 {
		panic("the provider has a nested block, which isn't printed yet")
	}
	return described(object{"attributes": attributesJSON(b.Attributes)}, b.Description, b.DescriptionKind)
}

func attributesJSON(list []*tfprotov6.SchemaAttribute) object {
	attributes := object{}
	for _, a := range list {
		o := object{"required": a.Required, "optional": a.Optional, "computed": a.Computed, "sensitive": a.Sensitive, "write_only": a.WriteOnly}
		if a.NestedType != nil {
			o["nested_type"] = object{"attributes": attributesJSON(a.NestedType.Attributes), "nesting_mode": nesting(a.NestedType.Nesting)}
		} else {
			o["type"] = typeJSON(a.Type)
		}
		attributes[a.Name] = described(o, a.Description, a.DescriptionKind)
	}
	return attributes
}

func nesting(mode tfprotov6.SchemaObjectNestingMode) string {
	switch mode {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return "single"
	case tfprotov6.SchemaObjectNestingModeList:
		return "list"
	case tfprotov6.SchemaObjectNestingModeSet:
		return "set"
	case tfprotov6.SchemaObjectNestingModeMap:
		return "map"
	case tfprotov6.SchemaObjectNestingModeInvalid:
	}
	panic("a nested attribute of mode " + mode.String())
}

func identityJSON(s *tfprotov6.ResourceIdentitySchema) object {
	attributes := object{}
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = object{
			"type": typeJSON(a.Type), "description": a.Description,
			"required_for_import": a.RequiredForImport, "optional_for_import": a.OptionalForImport,
		}
	}
	return object{"version": s.Version, "attributes": attributes}
}

func functionJSON(f *tfprotov6.Function) object {
	var parameters []object
	for _, p := range f.Parameters {
		parameters = append(parameters, parameterJSON(p))
	}
	o := object{
		"description": f.Description, "summary": f.Summary, "deprecation_message": f.DeprecationMessage,
		"return_type": typeJSON(f.Return.Type), "parameters": parameters,
	}
	if f.VariadicParameter != nil {
		o["variadic_parameter"] = parameterJSON(f.VariadicParameter)
	}
	return o
}

func parameterJSON(p *tfprotov6.FunctionParameter) object {
	return object{"name": p.Name, "description": p.Description, "is_nullable": p.AllowNullValue, "type": typeJSON(p.Type)}
}

func described(o object, description string, kind tfprotov6.StringKind) object {
	o["description"], o["description_kind"] = description, "plain"
	if kind == tfprotov6.StringKindMarkdown {
		o["description_kind"] = "markdown"
	}
	return o
}

// typeJSON is a type as Terraform writes it.
func typeJSON(t tftypes.Type) any {
	switch t := t.(type) {
	case tftypes.List:
		return []any{"list", typeJSON(t.ElementType)}
	case tftypes.Set:
		return []any{"set", typeJSON(t.ElementType)}
	case tftypes.Map:
		return []any{"map", typeJSON(t.ElementType)}
	case tftypes.Object:
		attributes := object{}
		for name, attribute := range t.AttributeTypes {
			attributes[name] = typeJSON(attribute)
		}
		return []any{"object", attributes}
	}
	switch {
	case t.Is(tftypes.String):
		return "string"
	case t.Is(tftypes.Number):
		return "number"
	case t.Is(tftypes.Bool):
		return "bool"
	case t.Is(tftypes.DynamicPseudoType):
		return "dynamic"
	}
	panic("a type that isn't printed yet: " + t.String())
}
