// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package mimetype_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/mimetype"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

func TestMIMEType(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		want types.String
	}{
		{"training.jsonl", types.StringValue("text/jsonl")},
		{"data/Report.PDF", types.StringValue("application/pdf")},
		{"../a.b/notes.tar.md", types.StringValue("text/markdown")},
		{"no extension", types.StringNull()},
		{"unknown.extension", types.StringNull()},
		{"folder.md/no extension", types.StringNull()},
		{".md", types.StringNull()},
		{"folder/.md", types.StringNull()},
		{"", types.StringNull()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp := function.RunResponse{Result: function.NewResultData(types.StringUnknown())}
			mimetype.NewFunction().Run(t.Context(), function.RunRequest{
				Arguments: function.NewArgumentsData([]attr.Value{types.StringValue(tt.name)}),
			}, &resp)
			if resp.Error != nil || !resp.Result.Value().Equal(tt.want) {
				t.Errorf("got %s, %v, want %s", resp.Result.Value(), resp.Error, tt.want)
			}
		})
	}
}

// TestAccMIMEType calls the function without a key: it asks nobody.
func TestAccMIMEType(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	p := acctest.New(t, mock, "mime_type", nil)
	p.Setenv("OPENAI_API_KEY=")
	p.Apply().WantText(`known = "text/jsonl"`, `unknown = "null"`)
	p.Plan("-detailed-exitcode")
	if n := mock.Connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}
