// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"path/filepath"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// State is the state as it is on disk, to look at and, with [Project.Save], to change.
type State struct {
	content map[string]any

	// Uploads are the instances of openai_upload, in the state's order.
	Uploads []Instance
}

// Instance is a resource instance in a state, with the types of encoding/json.
type Instance map[string]any

// Attributes are the resource's, to look at and to change.
func (i Instance) Attributes() map[string]any {
	attributes, _ := i["attributes"].(map[string]any)
	return attributes
}

// Tainted reports whether the next apply replaces the instance.
func (i Instance) Tainted() bool { return i["status"] == "tainted" }

// State returns the project's state; an empty one if there is none yet.
func (p *Project) State() State {
	p.TB.Helper()
	var st State
	// The CLI makes the file, to lock it, before it has anything to write.
	text := p.Read("terraform.tfstate")
	if text == "" {
		return st
	}
	if err := json.Unmarshal([]byte(text), &st.content); err != nil {
		p.TB.Fatal(err)
	}
	resources, _ := st.content["resources"].([]any)
	for _, r := range resources {
		r, _ := r.(map[string]any)
		instances, _ := r["instances"].([]any)
		for _, i := range instances {
			if i, ok := i.(map[string]any); ok && r["type"] == "openai_upload" {
				st.Uploads = append(st.Uploads, i)
			}
		}
	}
	return st
}

// Only returns the instance of a state that has one.
func (p *Project) Only() (State, Instance) {
	p.TB.Helper()
	st := p.State()
	if len(st.Uploads) != 1 {
		p.TB.Fatalf("%d instances in the state, want 1: %v", len(st.Uploads), st.content)
	}
	return st, st.Uploads[0]
}

// Attributes are those of the state's only instance.
func (p *Project) Attributes() map[string]any {
	p.TB.Helper()
	_, instance := p.Only()
	return instance.Attributes()
}

// Save writes the state as another CLI would have left it.
func (p *Project) Save(st State) {
	p.TB.Helper()
	p.WriteJSON("terraform.tfstate", st.content)
}

// WriteState makes the project's state one with a single resource instance, as the
// provider with the given address keeps it.
func (p *Project) WriteState(source, typeName, name string, attributes map[string]any) {
	p.TB.Helper()
	p.WriteJSON("terraform.tfstate", map[string]any{
		"version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "8c9e8b1f-0f3c-4f0e-9d5b-0a6f7d1e2c3b",
		"outputs": map[string]any{},
		"resources": []any{map[string]any{
			"mode": "managed", "type": typeName, "name": name, "provider": `provider["` + source + `"]`,
			"instances": []any{map[string]any{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []any{}}},
		}},
		"check_results": nil,
	})
}

// PlanFile returns the content of all files in the file plan.bin, which is an archive.
func (p *Project) PlanFile() string {
	p.TB.Helper()
	content, err := terraformcli.ReadPlan(filepath.Join(p.Dir, "plan.bin"))
	if err != nil || content == "" {
		p.TB.Fatalf("the plan has %q, %v", content, err)
	}
	return content
}
