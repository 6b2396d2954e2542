// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// TraceLog is the log of all processes of a project, at level TRACE.
const TraceLog = "trace.log"

// sampleSize is how many bytes in a row of a file are looked for: more than a message
// quotes of a line.
const sampleSize = 64

// secrets looks for what must stay secret in all that the processes of a project write.
type secrets struct {
	// tokens are keys and tokens, samples are bytes of files to upload in all their forms.
	tokens  []string
	samples [][]string
}

// wantSecret looks for the mock's key and tokens, and for the content of the files that the test
// made, in what was printed, in the logs, and in states and plans. What a configuration says
// or reads is excepted: Terraform keeps and shows that by itself. Values of variables it
// keeps in plans alone.
func (p *Project) wantSecret(printed string) {
	p.TB.Helper()
	// Values of variables come from the environment, too.
	variables := slices.DeleteFunc(slices.Clone(p.Env), func(v string) bool { return !strings.HasPrefix(v, "TF_VAR_") })
	values := p.values + strings.Join(variables, "\n")
	s := secrets{tokens: p.Mock.Secrets(), samples: p.samples}.without(p.configured)
	inPlans := s.without(values)
	s.samples = inPlans.samples // An argument's value is shown and kept wherever the argument is.
	s.want(p.TB, "what was printed", printed)
	for _, name := range files(p.TB, p.Dir, ".log", ".tfstate", ".tfstate.backup") {
		s.want(p.TB, name, p.Read(name))
	}
	for _, name := range files(p.TB, p.Dir, "plan.bin", "tfplan") {
		inPlans.want(p.TB, name, p.Read(name))
		// What an interrupt left of a plan may be no archive.
		if content, err := terraformcli.ReadPlan(filepath.Join(p.Dir, name)); err == nil {
			inPlans.want(p.TB, name+", unpacked", content)
		}
	}
}

// without is what isn't in a configuration.
func (s secrets) without(configuration string) secrets {
	var kept secrets
	for _, token := range s.tokens {
		if !strings.Contains(configuration, token) {
			kept.tokens = append(kept.tokens, token)
		}
	}
	if strings.Contains(configuration, "file(") {
		return kept
	}
	for _, sample := range s.samples {
		if !slices.ContainsFunc(sample, func(form string) bool { return strings.Contains(configuration, form) }) {
			kept.samples = append(kept.samples, sample)
		}
	}
	return kept
}

// want reports what text contains.
func (s secrets) want(tb testing.TB, where, text string) {
	tb.Helper()
	for _, secret := range slices.Concat(s.tokens, slices.Concat(s.samples...)) {
		if before, after, found := strings.Cut(text, secret); found {
			tb.Errorf("%s has %q, after %q and before %q", where, secret, before[max(0, len(before)-100):], after[:min(100, len(after))])
		}
	}
}

// forms are how bytes of a file may be written: as they are, as text in JSON, with and without
// what HTML needs, or in Go, and in base64, whose groups begin anywhere.
func forms(sample string) []string {
	var plain strings.Builder
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(sample)             // It can be encoded,
	escaped, _ := json.Marshal(sample) // either way.
	all := []string{sample}
	for _, text := range []string{plain.String(), string(escaped), strconv.Quote(sample)} {
		text = strings.TrimSuffix(text, "\n")
		all = append(all, text[1:len(text)-1])
	}
	for i := range 3 {
		all = append(all, base64.StdEncoding.EncodeToString([]byte(sample[i:i+(len(sample)-i)/3*3])))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// files are the files below dir whose names end in one of suffixes.
func files(tb testing.TB, dir string, suffixes ...string) []string {
	tb.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		for _, suffix := range suffixes {
			if strings.HasSuffix(path, suffix) {
				name, err := filepath.Rel(dir, path)
				found = append(found, name)
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Error(err)
	}
	return found
}

// sample remembers bytes of a file that a test made. Short ones may be anywhere by accident.
func (p *Project) sample(content string) {
	if len(content) >= sampleSize {
		middle := (len(content) - sampleSize) / 2
		p.samples = append(p.samples, forms(content[:sampleSize]), forms(content[middle:middle+sampleSize]))
	}
}
