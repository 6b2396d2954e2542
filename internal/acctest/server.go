// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// Server is the provider in the test's own process, asked over the protocol: for
// what the CLI at hand may be too old for.
type Server struct {
	tb       testing.TB
	provider protocol
	schemas  *tfprotov6.GetProviderSchemaResponse
	identity tftypes.Type // That of openai_upload.
}

// protocol is what the provider serves. Of [tfprotov6.ProviderServer] lists and
// actions aren't part yet.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// Values are a configuration: strings, bools, lists of values, nil, and [Unknown].
type Values = map[string]any

// Unknown is a value that isn't known yet.
const Unknown = unknownValue("unknown")

type unknownValue string

// uploadType is the resource that a [Server] lists.
const uploadType = "openai_upload"

// NewServer configures the provider to send its requests to mock.
func NewServer(tb testing.TB, mock *openaitest.Server) *Server {
	tb.Helper()
	s := &Server{tb: tb}
	served := must(Factories()["openai"]())(tb)
	var ok bool
	if s.provider, ok = served.(protocol); !ok {
		tb.Fatalf("%T serves no lists or no actions", served)
	}
	s.schemas = must(s.provider.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{}))(tb)
	identities := must(s.provider.GetResourceIdentitySchemas(tb.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{}))(tb)
	s.identity = identities.IdentitySchemas[uploadType].ValueType()
	configured := must(s.provider.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: s.config(s.schemas.Provider, Values{"base_url": mock.URL(), "api_key": mock.APIKey(), "max_retries": 0}),
	}))(tb)
	s.problems(configured.Diagnostics).WantNone()
	return s
}

// must returns a function that returns value, or ends the test if there is an error.
func must[T any](value T, err error) func(tb testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return value
	}
}

// config is a configuration with the given values; all others are null.
func (s *Server) config(schema *tfprotov6.Schema, values Values) *tfprotov6.DynamicValue {
	s.tb.Helper()
	typ, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		s.tb.Fatalf("a schema of type %s", schema.ValueType())
	}
	attributes := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		attributes[name] = terraformValue(attribute, values[name])
	}
	config := must(tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, attributes)))(s.tb)
	return &config
}

func terraformValue(typ tftypes.Type, value any) tftypes.Value {
	switch value := value.(type) {
	case unknownValue:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	case []any:
		var elements []tftypes.Value
		for _, element := range value {
			elements = append(elements, terraformValue(tftypes.String, element))
		}
		return tftypes.NewValue(typ, elements)
	}
	return tftypes.NewValue(typ, value)
}

// Found is a result of a list.
type Found struct {
	Name, ID string
	Resource *tftypes.Value // Nil unless it was asked for.
}

// ValidateList validates the configuration of a list.
func (s *Server) ValidateList(config Values) Problems {
	s.tb.Helper()
	resp := must(s.provider.ValidateListResourceConfig(s.tb.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: uploadType, Config: s.config(s.schemas.ListResourceSchemas[uploadType], config),
	}))(s.tb)
	return s.problems(resp.Diagnostics)
}

// List lists the uploads, at most limit, with resources if full is true.
func (s *Server) List(config Values, limit int64, full bool) ([]Found, Problems) {
	s.tb.Helper()
	stream := must(s.provider.ListResource(s.tb.Context(), &tfprotov6.ListResourceRequest{
		TypeName: uploadType, Config: s.config(s.schemas.ListResourceSchemas[uploadType], config), Limit: limit, IncludeResource: full,
	}))(s.tb)
	var all []Found
	problems := s.problems(nil)
	for result := range stream.Results {
		problems.list = append(problems.list, result.Diagnostics...)
		if result.Identity == nil {
			continue
		}
		found := Found{Name: result.DisplayName, ID: s.idOf(s.decode(result.Identity.IdentityData, s.identity))}
		if result.Resource != nil {
			resource := s.decode(result.Resource, s.schemas.ResourceSchemas[uploadType].ValueType())
			found.Resource = &resource
		}
		all = append(all, found)
	}
	return all, problems
}

func (s *Server) decode(value *tfprotov6.DynamicValue, typ tftypes.Type) tftypes.Value {
	s.tb.Helper()
	return must(value.Unmarshal(typ))(s.tb)
}

// Import imports a File and reads it, and returns the state.
func (s *Server) Import(id string) tftypes.Value {
	s.tb.Helper()
	imported := must(s.provider.ImportResourceState(s.tb.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: uploadType, ID: id}))(s.tb)
	s.problems(imported.Diagnostics).WantNone()
	resource := imported.ImportedResources[0]
	read := must(s.provider.ReadResource(s.tb.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: uploadType, CurrentState: resource.State, CurrentIdentity: resource.Identity, Private: resource.Private,
	}))(s.tb)
	s.problems(read.Diagnostics).WantNone()
	return s.decode(read.NewState, s.schemas.ResourceSchemas[uploadType].ValueType())
}

// Upload creates an upload and returns the ID of its File.
func (s *Server) Upload(config Values) string {
	s.tb.Helper()
	schema := s.schemas.ResourceSchemas[uploadType]
	none := must(tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil)))(s.tb)
	configured := s.config(schema, config)
	plan := must(s.provider.PlanResourceChange(s.tb.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: uploadType, PriorState: &none, ProposedNewState: configured, Config: configured,
	}))(s.tb)
	s.problems(plan.Diagnostics).WantNone()
	applied := must(s.provider.ApplyResourceChange(s.tb.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: uploadType, PriorState: &none, PlannedState: plan.PlannedState, Config: configured, PlannedPrivate: plan.PlannedPrivate,
	}))(s.tb)
	s.problems(applied.Diagnostics).WantNone()
	return s.idOf(s.decode(applied.NewState, schema.ValueType()))
}

// idOf is the attribute id of a resource or an identity.
func (s *Server) idOf(object tftypes.Value) string {
	s.tb.Helper()
	var attributes map[string]tftypes.Value
	err := object.As(&attributes)
	var id string
	if err == nil {
		err = attributes["id"].As(&id)
	}
	if err != nil {
		s.tb.Fatal(err)
	}
	return id
}

// ValidateAction validates the configuration of an action.
func (s *Server) ValidateAction(name string, config Values) Problems {
	s.tb.Helper()
	resp := must(s.provider.ValidateActionConfig(s.tb.Context(), &tfprotov6.ValidateActionConfigRequest{
		ActionType: name, Config: s.config(s.schemas.ActionSchemas[name].Schema, config),
	}))(s.tb)
	return s.problems(resp.Diagnostics)
}

// PlanAction plans an action.
func (s *Server) PlanAction(name string, config Values) Problems {
	s.tb.Helper()
	resp := must(s.provider.PlanAction(s.tb.Context(), &tfprotov6.PlanActionRequest{
		ActionType: name, Config: s.config(s.schemas.ActionSchemas[name].Schema, config),
	}))(s.tb)
	return s.problems(resp.Diagnostics)
}

// Invoke invokes an action and returns its messages.
func (s *Server) Invoke(name string, config Values) ([]string, Problems) {
	s.tb.Helper()
	stream := must(s.provider.InvokeAction(s.tb.Context(), &tfprotov6.InvokeActionRequest{
		ActionType: name, Config: s.config(s.schemas.ActionSchemas[name].Schema, config),
	}))(s.tb)
	var messages []string
	problems := s.problems(nil)
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			messages = append(messages, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			problems = s.problems(event.Diagnostics)
		}
	}
	return messages, problems
}

// Stop asks the provider to end what it does, as the CLI does after Ctrl-C. It may be
// called from another goroutine.
func (s *Server) Stop() {
	if _, err := s.provider.StopProvider(s.tb.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		s.tb.Error(err)
	}
}

// Problems are the errors and warnings of one call.
type Problems struct {
	tb   testing.TB
	list []*tfprotov6.Diagnostic
}

func (s *Server) problems(list []*tfprotov6.Diagnostic) Problems {
	return Problems{tb: s.tb, list: list}
}

// WantNone expects neither an error nor a warning.
func (p Problems) WantNone() {
	p.tb.Helper()
	if len(p.list) != 0 {
		p.tb.Errorf("problems:\n%s", p)
	}
}

// WantError expects one error, and nothing else, which says all of texts. It is on the
// attribute, whose name is empty if none caused it.
func (p Problems) WantError(attribute string, texts ...string) {
	p.tb.Helper()
	p.want(tfprotov6.DiagnosticSeverityError, attribute, texts)
}

// WantWarning is [Problems.WantError] for a warning.
func (p Problems) WantWarning(attribute string, texts ...string) {
	p.tb.Helper()
	p.want(tfprotov6.DiagnosticSeverityWarning, attribute, texts)
}

func (p Problems) want(severity tfprotov6.DiagnosticSeverity, attribute string, texts []string) {
	p.tb.Helper()
	if len(p.list) != 1 || p.list[0].Severity != severity || attributeOf(p.list[0]) != attribute {
		p.tb.Errorf("want one %s on %q, got:\n%s", severity, attribute, p)
	}
	for _, text := range texts {
		if !strings.Contains(p.String(), text) {
			p.tb.Errorf("%q isn't said in:\n%s", text, p)
		}
	}
}

// attributeOf is the name of the root attribute that a problem is on.
func attributeOf(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil || len(d.Attribute.Steps()) == 0 {
		return ""
	}
	name, _ := d.Attribute.Steps()[0].(tftypes.AttributeName)
	return string(name)
}

// String lists the problems.
func (p Problems) String() string {
	var text strings.Builder
	for _, d := range p.list {
		text.WriteString(d.Severity.String() + " on " + d.Attribute.String() + ": " + d.Summary + ": " + d.Detail + "\n")
	}
	return text.String()
}

// ShortPages has mock give at most size Files in one answer, whatever it is asked for.
func ShortPages(mock *openaitest.Server, size int) {
	mock.Inject(openaitest.Fault{Op: openaitest.OpListFiles, Times: -1, Mutate: func(body map[string]any) {
		if data, ok := body["data"].([]any); ok && len(data) > size {
			body["data"], body["has_more"] = data[:size], true
		}
	}})
}
