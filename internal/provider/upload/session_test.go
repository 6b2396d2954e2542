// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// session is a project of real CLI processes, for what the test framework
// doesn't show: warnings, saved plans, and the state as it is on disk.
type session struct {
	*acctest.Project

	t    *testing.T
	mock *openaitest.Server
}

// newSession makes a session of testdata/upload with the given variables.
func newSession(t *testing.T, mock *openaitest.Server, v acctest.Variables) *session {
	t.Helper()
	hcl, err := os.ReadFile("testdata/upload/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	s := newSessionOf(t, mock, string(hcl))
	s.set(v)
	return s
}

// newSessionOf makes a session of the given configuration.
func newSessionOf(t *testing.T, mock *openaitest.Server, hcl string) *session {
	t.Helper()
	return &session{Project: acctest.NewProject(t, mock, acctest.RequiredProviders+hcl), t: t, mock: mock}
}

// configure replaces the configuration.
func (s *session) configure(hcl string) {
	s.t.Helper()
	s.write("main.tf", acctest.RequiredProviders+hcl)
}

// set replaces the variables' values.
func (s *session) set(v acctest.Variables) {
	s.t.Helper()
	values, err := json.Marshal(acctest.Vars(s.mock, v))
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("terraform.tfvars.json", string(values))
}

func (s *session) write(name, content string) {
	s.t.Helper()
	acctest.Rewrite(s.t, filepath.Join(s.Dir, name), []byte(content))
}

func (s *session) read(name string) string {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.Dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(content)
}

// planned is what a plan says of the resource in testdata/upload.
type planned struct {
	output  string
	actions []string
	after   map[string]any
	unknown map[string]any
}

// plan plans into plan.bin.
func (s *session) plan(args ...string) planned {
	s.t.Helper()
	out := s.MustRun(s.t, append([]string{"plan", "-no-color", "-input=false", "-out=plan.bin"}, args...)...)
	shown := s.MustRun(s.t, "show", "-json", "plan.bin").Output
	var plan struct {
		Changes []struct {
			Address string
			Deposed string
			Change  struct {
				Actions []string
				After   map[string]any
				Unknown map[string]any `json:"after_unknown"`
			}
		} `json:"resource_changes"`
	}
	decode(s.t, shown, &plan)
	p := planned{output: out.Output}
	for _, c := range plan.Changes {
		if c.Address == address && c.Deposed == "" {
			p.actions, p.after, p.unknown = c.Change.Actions, c.Change.After, c.Change.Unknown
		}
	}
	return p
}

// decode reads the JSON that the CLI printed after whatever else it had to say.
func decode(t *testing.T, output string, into any) {
	t.Helper()
	_, object, _ := strings.Cut(output, "{")
	if err := json.Unmarshal([]byte("{"+object), into); err != nil {
		t.Fatalf("%v in:\n%s", err, output)
	}
}

// wantPlan plans into plan.bin and checks the actions on the resource.
func (s *session) wantPlan(actions []string, args ...string) planned {
	s.t.Helper()
	p := s.plan(args...)
	if !slices.Equal(p.actions, actions) {
		s.t.Errorf("planned %v, want %v\n%s", p.actions, actions, p.output)
	}
	return p
}

// Actions of a plan, as the CLI's JSON has them.
func noop() []string     { return []string{"no-op"} }
func create() []string   { return []string{"create"} }
func update() []string   { return []string{"update"} }
func replaces() []string { return []string{"delete", "create"} }

// apply applies without a saved plan.
func (s *session) apply() acctest.Outcome {
	s.t.Helper()
	return s.MustRun(s.t, "apply", "-no-color", "-input=false", "-auto-approve")
}

// applyPlan applies plan.bin.
func (s *session) applyPlan() acctest.Outcome {
	s.t.Helper()
	return s.Run(s.t, "apply", "-no-color", "-input=false", "plan.bin")
}

// wantPlanError plans and expects an error.
func (s *session) wantPlanError(pattern string, args ...string) {
	s.t.Helper()
	out := s.Run(s.t, append([]string{"plan", "-no-color", "-input=false"}, args...)...)
	wantFailure(s.t, out, pattern)
}

func wantFailure(t *testing.T, out acctest.Outcome, pattern string) {
	t.Helper()
	if out.ExitCode == 0 || !words("(?i)"+pattern).MatchString(out.Output) {
		t.Errorf("exit status %d, want an error that matches %q:\n%s", out.ExitCode, pattern, out.Output)
	}
}

func wantSuccess(t *testing.T, out acctest.Outcome) {
	t.Helper()
	if out.ExitCode != 0 {
		t.Errorf("exit status %d:\n%s", out.ExitCode, out.Output)
	}
}

func wantText(t *testing.T, output, pattern string) {
	t.Helper()
	if !words("(?i)" + pattern).MatchString(output) {
		t.Errorf("nothing matches %q:\n%s", pattern, output)
	}
}

func wantNoText(t *testing.T, output, pattern string) {
	t.Helper()
	if words("(?i)" + pattern).MatchString(output) {
		t.Errorf("%q matches:\n%s", pattern, output)
	}
}

// wantNoWarning expects no warning but the CLI's, about development overrides.
func wantNoWarning(t *testing.T, output string) {
	t.Helper()
	wantNoText(t, strings.Replace(output, "Warning: Provider development overrides", "", 1), "Warning: ")
}

// wantNothingSent checks that the mock was asked for nothing but Files since
// the journal was reset.
func wantNothingSent(t *testing.T, mock *openaitest.Server) {
	t.Helper()
	for _, op := range ops(mock) {
		if op != openaitest.OpGetFile {
			t.Errorf("%s was requested; all requests: %v", op, ops(mock))
			return
		}
	}
}

// state is the state on disk.
type state struct {
	content map[string]any
	// instance is the resource's only one.
	instance map[string]any
}

func (s *session) state() state {
	s.t.Helper()
	var st state
	if err := json.Unmarshal([]byte(s.read("terraform.tfstate")), &st.content); err != nil {
		s.t.Fatal(err)
	}
	resources, _ := st.content["resources"].([]any)
	for _, r := range resources {
		r, _ := r.(map[string]any)
		if r["type"] != "openai_upload" {
			continue
		}
		instances, _ := r["instances"].([]any)
		if len(instances) != 1 {
			s.t.Fatalf("%d instances in the state", len(instances))
		}
		st.instance, _ = instances[0].(map[string]any)
	}
	if st.instance == nil {
		s.t.Fatalf("no openai_upload in the state: %v", st.content)
	}
	return st
}

// save writes the state as another CLI would have left it.
func (s *session) save(st state) {
	s.t.Helper()
	content, err := json.Marshal(st.content)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("terraform.tfstate", string(content))
}

// attributes are the resource's, to read and to change.
func (st state) attributes() map[string]any {
	attributes, _ := st.instance["attributes"].(map[string]any)
	return attributes
}

// remembered decodes what the private state remembers of the local file; it is
// nil if that is nothing.
func (st state) remembered(t *testing.T) map[string]any {
	t.Helper()
	encoded, _ := st.instance["private"].(string)
	if encoded == "" {
		return nil
	}
	var value map[string]any
	if raw := decodeValues(t, encoded)["content"]; len(raw) > 0 {
		// Nanoseconds don't fit into a float64.
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return value
}

// setRemembered changes what the private state remembers of the local file.
func (st state) setRemembered(t *testing.T, value map[string]any) {
	t.Helper()
	encoded, _ := st.instance["private"].(string)
	values := decodeValues(t, encoded)
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	values["content"] = raw
	all, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	st.instance["private"] = base64.StdEncoding.EncodeToString(all)
}

// decodeValues reads the form in which the framework keeps private values.
func decodeValues(t *testing.T, encoded string) map[string][]byte {
	t.Helper()
	all, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	var values map[string][]byte
	if err := json.Unmarshal(all, &values); err != nil {
		t.Fatal(err)
	}
	return values
}
