// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
)

// Descriptions of the attributes of a [Filter], for the schemas that have them.
const (
	PurposeFilterDescription = "Only Files with this purpose. By default any."
	FilenameRegexDescription = "Only Files whose name matches this regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)), " +
		"anywhere in the name: anchor it with `^` and `$`. By default any."
)

// Filter has the attributes that select Files by what doesn't change, for models to
// embed.
type Filter struct {
	Purpose       types.String `tfsdk:"purpose"`
	FilenameRegex types.String `tfsdk:"filename_regex"`
}

// Compile returns a function that reports whether a File is selected. An attribute
// that is null or unknown selects every File; one that is unusable is an error.
func (f Filter) Compile() (matches func(engine.File) bool, diags diag.Diagnostics) {
	if f.Purpose.Equal(types.StringValue("")) {
		diags.AddAttributeError(path.Root("purpose"), "Empty purpose",
			"An empty purpose selects nothing. Set it to a purpose such as \"batch\", or leave it out.")
	}
	if f.FilenameRegex.Equal(types.StringValue("")) {
		diags.AddAttributeError(path.Root("filename_regex"), "Empty filename_regex",
			`An empty regular expression matches every name. Set one such as "\\.jsonl$", or leave it out.`)
	}
	pattern := CompileFilenameRegex(f.FilenameRegex, &diags)
	purpose := f.Purpose.ValueString()
	return func(file engine.File) bool {
		return (purpose == "" || file.Purpose == purpose) && pattern.MatchString(file.Filename)
	}, diags
}

// CompileFilenameRegex compiles the attribute filename_regex. What is null or unknown
// matches every name; what can't be compiled is an error in diags.
func CompileFilenameRegex(value types.String, diags *diag.Diagnostics) *regexp.Regexp {
	pattern, err := regexp.Compile(value.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("filename_regex"), "Unusable filename_regex",
			Sentence(err)+` It has to be a regular expression in the syntax of RE2, such as "\\.jsonl$".`)
	}
	return pattern
}
