// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// step applies testdata/upload with the given variables, expects action of the
// plan, and a quiet plan afterwards (which the framework checks).
func step(mock *openaitest.Server, vars acctest.Variables, action plancheck.ResourceActionType, checks ...statecheck.StateCheck) resource.TestStep {
	return resource.TestStep{
		ConfigDirectory:   config.StaticDirectory("testdata/upload"),
		ConfigVariables:   acctest.Vars(mock, vars),
		ConfigStateChecks: checks,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}
}

// failing applies testdata/upload and expects an error.
func failing(mock *openaitest.Server, vars acctest.Variables, pattern string) resource.TestStep {
	return resource.TestStep{
		ConfigDirectory: config.StaticDirectory("testdata/upload"),
		ConfigVariables: acctest.Vars(mock, vars),
		ExpectError:     words(pattern),
	}
}

// words matches a text whatever way the CLI wrapped its lines.
func words(pattern string) *regexp.Regexp {
	return regexp.MustCompile(regexp.MustCompile(` +`).ReplaceAllString(pattern, `[\s│|]+`))
}

func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	// A configuration with a provider block wants its factories at each step.
	for i := range steps {
		steps[i].ProtoV6ProviderFactories = acctest.Factories()
	}
	resource.Test(t, resource.TestCase{Steps: steps})
}

func attribute(name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}

func text(name, value string) statecheck.StateCheck {
	return attribute(name, knownvalue.StringExact(value))
}

func unknown(names ...string) []plancheck.PlanCheck {
	var checks []plancheck.PlanCheck
	for _, name := range names {
		checks = append(checks, plancheck.ExpectUnknownValue(address, tfjsonpath.New(name)))
	}
	return checks
}

func known(name, value string) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(address, tfjsonpath.New(name), knownvalue.StringExact(value))
}

// checked adds checks of the plan to a step.
func checked(s resource.TestStep, checks ...plancheck.PlanCheck) resource.TestStep {
	s.ConfigPlanChecks.PreApply = append(s.ConfigPlanChecks.PreApply, checks...)
	return s
}

// before does something before a step.
func before(f func(), s resource.TestStep) resource.TestStep {
	s.PreConfig = f
	return s
}

// check is a state check that looks at the mock instead, at a moment when the
// step was applied and nothing is destroyed yet.
type check func()

func checkThat(f func()) statecheck.StateCheck { return check(f) }

// CheckState implements statecheck.StateCheck.
func (c check) CheckState(context.Context, statecheck.CheckStateRequest, *statecheck.CheckStateResponse) {
	c()
}
