// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// TestFillFromFile checks the file that was opened, which is what would be sent, just before
// that.
func TestFillFromFile(t *testing.T) {
	t.Parallel()
	const good = `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{}}` + "\n"
	bad := strings.Replace(good, "POST", "GET", 1)
	for _, tt := range []struct {
		name, opened, later string
		refused             bool
	}{
		{"good", good, "", false},
		{"bad", bad, "", true},
		{"bad, with a good one in its place", bad, good, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.jsonl")
			write(t, path, tt.opened)
			file, err := localfile.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if tt.later != "" {
				write(t, path+".new", tt.later)
				if err := os.Rename(path+".new", path); err != nil {
					t.Fatal(err)
				}
			}
			config := model{Path: types.StringValue(path)}
			config.Purpose, config.Filename = types.StringValue("batch"), types.StringValue("a.jsonl")
			plan := config
			plan.MIMEType, plan.ContentSHA256 = types.StringValue("application/jsonl"), types.StringUnknown()
			refusal := plan.fillFromFile(t.Context(), shared.NewService(nil, nil), config, file)
			if got := refusal != nil; got != tt.refused {
				t.Errorf("refused: %t, want %t", got, tt.refused)
			}
		})
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
