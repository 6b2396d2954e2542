// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// input is what is uploaded: a local file, or the content in the configuration.
type input interface {
	engine.Source
	io.Closer
	shared.Hasher

	// Hashed is what to remember of content that hashed to sha256.
	Hashed(sha256 string) localfile.Hashed
}

var (
	_ input = (*localfile.File)(nil)
	_ input = inlineInput{}
)

// inlineInput is the content in the configuration. It can't change.
type inlineInput struct {
	*bytes.Reader
	shared.Text
}

// Unchanged implements engine.Source.
func (inlineInput) Unchanged(context.Context, string) error { return nil }

// Close implements io.Closer.
func (inlineInput) Close() error { return nil }

// Hashed implements input. No local file is remembered.
func (inlineInput) Hashed(sha256 string) localfile.Hashed { return localfile.Hashed{SHA256: sha256} }

// open opens what m, a configuration, uploads.
func (m *model) open() (input, error) {
	if name, _ := m.source(); name == "path" {
		return localfile.Open(m.Path.ValueString())
	}
	return m.inline(), nil
}

// inspect hashes content, which m, a configuration, uploads, and checks its lines. A local
// file isn't read if the plan just before the apply has read it.
func (m *model) inspect(ctx context.Context, service *shared.Service, content input, format jsonl.Format) (shared.Inspected, error) {
	if file, ok := content.(*localfile.File); ok {
		return service.InspectOpen(ctx, m.Path.ValueString(), file, format)
	}
	return shared.Inspect(ctx, content, format)
}

// source returns the attribute that says what is uploaded, and its value. One
// that isn't known yet may still turn out to be null.
func (m *model) source() (attribute string, value types.String) {
	attribute, value = "path", m.Path
	for _, s := range m.sources() {
		switch {
		case s.value.IsUnknown() && value.IsNull():
			attribute, value = s.attribute, *s.value
		case !s.value.IsUnknown() && !s.value.IsNull():
			return s.attribute, *s.value
		}
	}
	return attribute, value
}

// dropIgnored drops, from a configuration in which ignore_changes has put a source
// from the state beside the configured one, the former.
func (m *model) dropIgnored(state model) {
	set := 0
	for _, s := range m.sources() {
		if !s.value.IsNull() {
			set++
		}
	}
	if set < 2 {
		return
	}
	old := state.sources()
	for i, s := range m.sources() {
		if s.value.Equal(*old[i].value) {
			*s.value = types.StringNull()
		}
	}
}

type source struct {
	attribute string
	value     *types.String
}

// sources are the attributes one of which says what is uploaded.
func (m *model) sources() []source {
	return []source{
		{"path", &m.Path}, {"content", &m.Content}, {"content_base64", &m.ContentBase64}, {"content_wo", &m.ContentWO},
	}
}

// inline is the content in m, a configuration that has some.
func (m *model) inline() inlineInput {
	attribute, value := m.source()
	content := []byte(value.ValueString())
	if attribute == "content_base64" {
		// The schema has checked it.
		content, _ = base64.StdEncoding.DecodeString(value.ValueString())
	}
	return inlineInput{bytes.NewReader(content), content}
}

// digest describes content without it.
type digest struct {
	size   int64
	sha256 string
}

// digest describes the content in m, a configuration; null if it has a path.
func (m *model) digest(ctx context.Context) opt[digest] {
	attribute, value := m.source()
	switch {
	case attribute == "path":
		return opt[digest]{}
	case value.IsUnknown():
		return unknownUntilApply[digest]()
	}
	content := m.inline()
	hashed, _ := content.Hash(ctx)
	return some(digest{size: content.Size(), sha256: hashed.SHA256})
}
