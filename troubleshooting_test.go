// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// varies stands for what isn't constant in a summary, in the guide and here.
const varies = "…"

// TestTroubleshooting compares the headings of the guide with the summaries of the
// diagnostics in the provider's source: none is missing, and none is too many.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	entries := headings(readFile(t, "docs/guides/troubleshooting.md"), 3)
	printed := summaries(t)
	others := []string{
		// Of Terraform and the validators, and a table of details.
		"Failed to query available provider packages", "Invalid Attribute …", "Provider produced inconsistent final plan", "Saved plan is stale", "In any message",
	}
	for _, summary := range printed {
		if !slices.ContainsFunc(entries, func(entry string) bool { return alike(entry, summary) }) {
			t.Errorf("the guide has no entry %q", summary)
		}
	}
	for _, entry := range entries {
		if !slices.Contains(others, entry) && !slices.ContainsFunc(printed, func(summary string) bool { return alike(entry, summary) }) {
			t.Errorf("the provider doesn't print %q", entry)
		}
	}
}

// alike reports whether one of two summaries is the other one with something in place
// of what varies.
func alike(a, b string) bool {
	matches := func(pattern, text string) bool {
		return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), varies, ".+") + "$").MatchString(text)
	}
	return matches(a, b) || matches(b, a)
}

// summaries returns those of all diagnostics in the provider's source.
func summaries(tb testing.TB) []string {
	tb.Helper()
	var found []string
	add := func(e ast.Expr) {
		if text := summary(e); strings.Trim(text, varies+" ") != "" { // Only passed on.
			found = append(found, text)
		}
	}
	for _, path := range find(tb, "internal/provider", ".go") {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			tb.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if e := summaryOf(n); e != nil {
				add(e)
			}
			return true
		})
	}
	if len(found) < 50 {
		tb.Errorf("only %d summaries: %q", len(found), found)
	}
	return found
}

// reporters are the functions that take a summary, as the last argument but one.
var reporters = regexp.MustCompile(`^(Add|New)(Attribute)?(Error|Warning)(Diagnostic)?$`)

// summaryOf returns the expression that n makes a diagnostic's summary, nil for none.
func summaryOf(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		if len(n.Args) > 1 && reporters.MatchString(name(n.Fun)) {
			return n.Args[len(n.Args)-2]
		}
	case *ast.CompositeLit: // A notice without keys.
		if len(n.Elts) > 1 && name(n.Type) == "notice" {
			return n.Elts[1]
		}
	case *ast.KeyValueExpr:
		if name(n.Key) == "summary" {
			return n.Value
		}
	case *ast.AssignStmt:
		if i := slices.IndexFunc(n.Lhs, func(e ast.Expr) bool { return name(e) == "summary" }); i >= 0 && i < len(n.Rhs) {
			return n.Rhs[i]
		}
	case *ast.ValueSpec:
		if i := slices.IndexFunc(n.Names, func(id *ast.Ident) bool { return id.Name == "summary" }); i >= 0 && i < len(n.Values) {
			return n.Values[i]
		}
	}
	return nil
}

// name is the last name in e, if it ends in one.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// verbs are those of formats.
var verbs = regexp.MustCompile(`%[a-z]`)

// summary returns the text of e with varies for what isn't constant.
func summary(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.BinaryExpr:
		return summary(e.X) + summary(e.Y)
	case *ast.CallExpr:
		if name(e.Fun) == "Sprintf" {
			return verbs.ReplaceAllString(summary(e.Args[0]), varies)
		}
	}
	return varies
}
