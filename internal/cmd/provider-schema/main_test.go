// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestMain removes what the tests share.
func TestMain(m *testing.M) { acctest.Main(m) }

type printed struct {
	Providers map[string]map[string]any `json:"provider_schemas"`
}

// TestAccSchema compares what is printed with what the CLI prints, as far as that goes.
func TestAccSchema(t *testing.T) {
	t.Parallel()
	p := acctest.NewEmpty(t, openaitest.Start(t))
	var cli, own printed
	p.MustRun("providers", "schema", "-json").Decode(&cli)
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	text := out.Bytes()
	if !p.HasWriteOnly() {
		text = bytes.ReplaceAll(text, []byte(`"write_only": true`), []byte(`"write_only": false`))
	}
	if err := json.Unmarshal(text, &own); err != nil {
		t.Fatal(err)
	}
	sections := cli.Providers[acctest.Source("upload-backed", "openai")]
	if len(sections) < 3 {
		t.Errorf("the CLI prints only %v", sections)
	}
	for section, want := range sections {
		if got := own.Providers[source][section]; !reflect.DeepEqual(withoutDefaults(got), withoutDefaults(want)) {
			t.Errorf("%s: got\n%v\nwant\n%v", section, got, want)
		}
	}
}

// TestDescriptions looks for an attribute, a parameter or a whole schema without a description.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var printed any
	if err := json.Unmarshal(out.Bytes(), &printed); err != nil {
		t.Fatal(err)
	}
	count := 0
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			if description, ok := value["description"].(string); ok {
				count++
				if description == "" {
					t.Errorf("%s has no description", path)
				}
			}
			for name, v := range value {
				walk(path+"/"+name, v)
			}
		case []any:
			for i, v := range value {
				walk(fmt.Sprint(path, "/", i), v)
			}
		}
	}
	walk("", printed)
	if count < 100 {
		t.Errorf("only %d descriptions", count)
	}
}

// withoutDefaults leaves out what JSON may leave out.
func withoutDefaults(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, v := range value {
			if v = withoutDefaults(v); v != nil && v != false && v != "" {
				kept[name] = v
			}
		}
		return kept
	case []any:
		var kept []any
		for _, v := range value {
			kept = append(kept, withoutDefaults(v))
		}
		return kept
	}
	return value
}
