// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package filesprune

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// model is the action's configuration.
type model struct {
	shared.Filter

	OlderThan types.String `tfsdk:"older_than"`
	Keep      types.Set    `tfsdk:"keep"`
	DryRun    types.Bool   `tfsdk:"dry_run"`
}

// selection says which Files are to be deleted.
type selection struct {
	purpose string // Empty for any.
	matches func(engine.File) bool
	age     time.Duration // Zero for any.
	keep    map[string]bool
	dryRun  bool
}

// newSelection returns what a configuration selects, or what is wrong with it. Values
// that aren't known yet pass.
func newSelection(ctx context.Context, config tfsdk.Config) (selection, diag.Diagnostics) {
	var m model
	diags := config.Get(ctx, &m)
	if m.Purpose.IsNull() && m.FilenameRegex.IsNull() && m.OlderThan.IsNull() {
		diags.AddError("No filter", "Without purpose, filename_regex and older_than every File that isn't in keep would match. "+
			"Nothing was deleted. Set at least one of them; to mean every File, set filename_regex = \".*\".")
	}
	matches, unusable := m.Compile()
	diags.Append(unusable...)
	s := selection{
		purpose: m.Purpose.ValueString(), matches: matches,
		age: m.age(&diags), keep: map[string]bool{},
		dryRun: !m.DryRun.Equal(types.BoolValue(false)),
	}
	for _, element := range m.Keep.Elements() {
		id, _ := element.(types.String)
		if !id.IsUnknown() && id.ValueString() == "" {
			diags.AddAttributeError(path.Root("keep").AtSetValue(element), "keep contains no ID",
				"An element of keep is null or empty, so the File that it stands for would not be kept. Nothing was deleted. "+
					"Every element has to be the ID of a File; a resource that has no File yet has to be left out.")
		}
		s.keep[id.ValueString()] = true
	}
	return s, diags
}

// age is older_than, zero while it is null or unknown.
func (m model) age(diags *diag.Diagnostics) time.Duration {
	if m.OlderThan.IsNull() || m.OlderThan.IsUnknown() {
		return 0
	}
	age, err := time.ParseDuration(m.OlderThan.ValueString())
	if err != nil || age <= 0 {
		diags.AddAttributeError(path.Root("older_than"), "Unusable older_than", fmt.Sprintf(
			"older_than must be a time longer than zero with units h, m and s, such as \"720h\" for 30 days; it is %q. Nothing was deleted.",
			m.OlderThan.ValueString()))
	}
	return age
}

// list returns all Files that are selected. It reads the list to its end, because
// deletions would disturb its pages.
func (s selection) list(ctx context.Context, client *openai.Client) ([]engine.File, error) {
	var files []engine.File
	for file, err := range client.Files(ctx, s.purpose) {
		if err != nil {
			return nil, err
		}
		if s.includes(file, time.Now()) {
			files = append(files, file)
		}
	}
	return files, nil
}

// includes reports whether file is to be deleted. now counts where the service didn't
// say what time it is. A File whose age is unknown isn't older than anything.
func (s selection) includes(file engine.File, now time.Time) bool {
	if !file.AsOf.IsZero() {
		now = file.AsOf
	}
	old := s.age == 0 || !file.CreatedAt.IsZero() && now.Sub(file.CreatedAt) > s.age
	return old && s.matches(file) && !s.keep[file.ID]
}
