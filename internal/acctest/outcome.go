// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	goversion "github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// Address is that of the resource in most configurations.
const Address = "openai_upload.test"

// Action is what a plan does to a resource, as the CLI marks it.
type Action string

// The actions of a plan.
const (
	NoOp                Action = ""
	Create              Action = "+"
	Update              Action = "~"
	Destroy             Action = "-"
	DestroyBeforeCreate Action = "-/+"
	CreateBeforeDestroy Action = "+/-"
)

// Outcome is how a CLI process ended.
type Outcome struct {
	tb testing.TB

	// Output is what it printed to both streams.
	Output string

	// ExitCode is -1 for a process that was killed.
	ExitCode int
}

// Run runs the CLI to its end.
func (p *Project) Run(args ...string) Outcome {
	p.TB.Helper()
	return p.Start(args...).Wait()
}

// MustRun runs the CLI and ends the test unless it succeeds.
func (p *Project) MustRun(args ...string) Outcome {
	p.TB.Helper()
	out := p.Run(args...)
	if out.ExitCode != 0 {
		p.TB.Fatalf("%s: exit status %d\n%s", strings.Join(args, " "), out.ExitCode, out.Output)
	}
	return out
}

// Apply applies without asking, and ends the test unless that succeeds.
func (p *Project) Apply(args ...string) Outcome {
	p.TB.Helper()
	return p.MustRun(apply(args)...)
}

// TryApply is Apply that may fail.
func (p *Project) TryApply(args ...string) Outcome {
	p.TB.Helper()
	return p.Run(apply(args)...)
}

// StartApply is Apply without waiting for its end.
func (p *Project) StartApply(args ...string) *Process {
	p.TB.Helper()
	return p.Start(apply(args)...)
}

func apply(args []string) []string {
	return append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, args...)
}

// Destroy destroys without asking.
func (p *Project) Destroy(args ...string) Outcome {
	p.TB.Helper()
	return p.Run(append([]string{"destroy", "-auto-approve", "-input=false", "-no-color"}, args...)...)
}

// Plan plans into the file plan.bin, and ends the test unless that succeeds.
func (p *Project) Plan(args ...string) Outcome {
	p.TB.Helper()
	return p.MustRun(plan(args)...)
}

func plan(args []string) []string {
	return append([]string{"plan", "-input=false", "-no-color", "-out=plan.bin"}, args...)
}

// WantPlan plans into the file plan.bin and checks what that does to the
// resource at [Address].
func (p *Project) WantPlan(want Action, args ...string) Outcome {
	p.TB.Helper()
	out := p.Plan(args...)
	if got, ok := action(out.Output); !ok || got != want {
		p.TB.Errorf("planned %q, want %q:\n%s", got, want, out.Output)
	}
	return out
}

// header matches the beginning of the resource at [Address] in a plan, unless
// it is a deposed one: comments, and then the action.
var header = regexp.MustCompile(`# openai_upload\.test [a-z].*\n(?: *#.*\n)* *(\S*) resource`)

// action returns what a printed plan does to the resource at [Address], or false
// if text is no plan.
func action(text string) (Action, bool) {
	// Changes made outside of Terraform are listed before that.
	_, actions, ok := strings.Cut(text, "will perform the following actions:")
	if !ok {
		return NoOp, strings.Contains(text, "No changes.")
	}
	if found := header.FindStringSubmatch(actions); found != nil {
		return Action(found[1]), true
	}
	return NoOp, true // Other resources only.
}

// TryPlan is Plan that may fail.
func (p *Project) TryPlan(args ...string) Outcome {
	p.TB.Helper()
	return p.Run(plan(args)...)
}

// ApplyPlan applies the file plan.bin.
func (p *Project) ApplyPlan() Outcome {
	p.TB.Helper()
	return p.Run("apply", "-input=false", "-no-color", "plan.bin")
}

// Change is what a plan knows of a resource.
type Change struct {
	// After has the values, with the types of encoding/json.
	After map[string]any

	// Unknown has true for what is known after apply.
	Unknown map[string]any `json:"after_unknown"`
}

// Planned returns what the file plan.bin knows of the resource at [Address].
func (p *Project) Planned() Change {
	p.TB.Helper()
	var shown struct {
		Changes []struct {
			Address string
			Deposed string
			Change  Change
		} `json:"resource_changes"`
	}
	p.MustRun("show", "-json", "plan.bin").Decode(&shown)
	for _, c := range shown.Changes {
		if c.Address == Address && c.Deposed == "" {
			return c.Change
		}
	}
	p.TB.Fatalf("%s isn't in the plan", Address)
	return Change{}
}

// What a CLI says that is too old for a configuration, as patterns of [Outcome.WantMatch].
const (
	NoIdentity = `argument named "identity" is not expected|argument "id" is required`
	NoActions  = `flag provided but not defined: -invoke` // Terraform 1.13 ignores the block.
	NoQuery    = `has no command named "query"`
	NoDestroy  = `argument named "destroy" is not expected here`
)

// HasIdentity reports whether the CLI knows resource identity: Terraform and
// OpenTofu do from 1.12 on.
func (p *Project) HasIdentity() bool {
	p.TB.Helper()
	return p.version().GreaterThanOrEqual(tfversion.Version1_12_0)
}

// NoEphemeral matches the error of a CLI that doesn't know ephemeral resources.
const NoEphemeral = `Blocks of type "ephemeral" are not expected here`

// HasEphemeral reports whether the CLI knows ephemeral resources: Terraform does from
// 1.10 on, and OpenTofu from 1.11.
func (p *Project) HasEphemeral() bool {
	p.TB.Helper()
	first := tfversion.Version1_10_0
	if terraformcli.IsOpenTofu(p.CLI) {
		first = tfversion.Version1_11_0
	}
	return p.version().GreaterThanOrEqual(first)
}

// NoWriteOnly matches the provider's error with a CLI that doesn't know write-only arguments.
const NoWriteOnly = `Write-only\s+attributes\s+are\s+only\s+supported`

// HasWriteOnly reports whether the CLI knows write-only arguments: Terraform and OpenTofu
// do from 1.11 on.
func (p *Project) HasWriteOnly() bool {
	p.TB.Helper()
	return p.version().GreaterThanOrEqual(tfversion.Version1_11_0)
}

// HasActions reports whether the CLI knows actions, list resources and the command
// "query": Terraform does from 1.14 on, and OpenTofu doesn't.
func (p *Project) HasActions() bool {
	p.TB.Helper()
	return p.version().GreaterThanOrEqual(tfversion.Version1_14_0) && !terraformcli.IsOpenTofu(p.CLI)
}

// HasDestroy reports whether the CLI knows the argument destroy of the block
// lifecycle, and whether it is OpenTofu: Terraform does from 1.16 on, and OpenTofu
// from 1.12.
func (p *Project) HasDestroy() (known, openTofu bool) {
	p.TB.Helper()
	if terraformcli.IsOpenTofu(p.CLI) {
		return p.version().GreaterThanOrEqual(tfversion.Version1_12_0), true
	}
	return p.version().GreaterThanOrEqual(goversion.Must(goversion.NewVersion("1.16.0"))), false
}

// version is the CLI's, without what follows a hyphen.
func (p *Project) version() *goversion.Version {
	p.TB.Helper()
	version, err := terraformcli.Version(p.TB.Context(), p.CLI)
	if err != nil {
		p.TB.Fatal(err)
	}
	v, err := goversion.NewVersion(version)
	if err != nil {
		p.TB.Fatal(err)
	}
	return v.Core()
}

// Decode decodes the JSON that was printed after any other output.
func (o Outcome) Decode(into any) {
	o.tb.Helper()
	_, object, _ := strings.Cut(o.Output, "{")
	if err := json.Unmarshal([]byte("{"+object), into); err != nil {
		o.tb.Fatalf("%v in:\n%s", err, o.Output)
	}
}

// Flat is what was printed as one line, without the CLI's boxes and line breaks.
func (o Outcome) Flat() string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(o.Output)), " ")
}

// WantSuccess expects no error.
func (o Outcome) WantSuccess() Outcome {
	o.tb.Helper()
	if o.ExitCode != 0 {
		o.tb.Errorf("exit status %d:\n%s", o.ExitCode, o.Output)
	}
	return o
}

// WantFailure expects an error that says all of texts, see [Outcome.WantText].
func (o Outcome) WantFailure(texts ...string) Outcome {
	o.tb.Helper()
	if o.ExitCode <= 0 {
		o.tb.Errorf("exit status %d, want a failure:\n%s", o.ExitCode, o.Output)
	}
	return o.WantText(texts...)
}

// WantText expects all of texts, in this order, whatever way the CLI wrapped its
// lines, and wherever a sentence begins.
func (o Outcome) WantText(texts ...string) Outcome {
	o.tb.Helper()
	rest := strings.ToLower(o.Flat())
	for _, text := range texts {
		_, after, found := strings.Cut(rest, strings.ToLower(text))
		if !found {
			o.tb.Errorf("%q is not in what was printed, or not in this order:\n%s", text, o.Output)
			return o
		}
		rest = after
	}
	return o
}

// WantMatch expects text that matches pattern in what [Outcome.Flat] returns.
func (o Outcome) WantMatch(pattern string) Outcome {
	o.tb.Helper()
	if !regexp.MustCompile(pattern).MatchString(o.Flat()) {
		o.tb.Errorf("nothing matches %q:\n%s", pattern, o.Output)
	}
	return o
}

// WantNoText expects none of texts.
func (o Outcome) WantNoText(texts ...string) Outcome {
	o.tb.Helper()
	flat := strings.ToLower(o.Flat())
	if i := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(flat, strings.ToLower(text)) }); i >= 0 {
		o.tb.Errorf("%q was printed:\n%s", texts[i], o.Output)
	}
	return o
}

// WantNoWarning expects no warning but the CLI's own, of development overrides.
func (o Outcome) WantNoWarning() Outcome {
	o.tb.Helper()
	o.Output = strings.Replace(o.Output, "Warning: Provider development overrides", "", 1)
	return o.WantNoText("Warning: ")
}
