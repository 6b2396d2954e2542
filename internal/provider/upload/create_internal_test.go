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

// TestFillFromFile_anotherFile has a good file take the place of the bad one that was opened
// and would be sent.
func TestFillFromFile_anotherFile(t *testing.T) {
	t.Parallel()
	const good = `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{}}` + "\n"
	path := filepath.Join(t.TempDir(), "a.jsonl")
	write(t, path, strings.Replace(good, "POST", "GET", 1))
	file, err := localfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	write(t, path+".new", good)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	config := model{Path: types.StringValue(path)}
	config.Purpose, config.Filename = types.StringValue("batch"), types.StringValue("a.jsonl")
	plan := config
	plan.MIMEType, plan.ContentSHA256 = types.StringValue("application/jsonl"), types.StringUnknown()
	if plan.fillFromFile(t.Context(), shared.NewService(nil, nil), config, file) == nil {
		t.Error("the file that was opened isn't refused")
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
