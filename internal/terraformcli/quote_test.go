// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package terraformcli

import (
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/text/unicode/norm"
)

// FuzzQuote reads what it quotes with Terraform's own parser, which puts text into Unicode form NFC.
func FuzzQuote(f *testing.F) {
	for _, text := range []string{"", `C:\new "files"`, `\\host\${x}\`, "a\nb", "${x} %{if} $${ %%{", "$", "${", "%", "\r\t", "你好"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		expression, diags := hclsyntax.ParseExpression([]byte(Quote(text)), "x.tf", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatalf("%q: %v", text, diags)
		}
		value, diags := expression.Value(nil)
		if diags.HasErrors() || value.AsString() != norm.NFC.String(text) {
			t.Errorf("%q is read as %#v, %v", text, value, diags)
		}
	})
}
