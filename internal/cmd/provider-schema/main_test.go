// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
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
	if err := json.Unmarshal(out.Bytes(), &own); err != nil {
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
