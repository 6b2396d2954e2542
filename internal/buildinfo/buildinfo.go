// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package buildinfo says which version of the project a program is.
package buildinfo

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// Version returns the version, without a "v", of the running program: linked, which a release
// sets with the linker, else the one that Go recorded for its module, as with "go install", else
// "dev".
func Version(linked string) string {
	info, _ := debug.ReadBuildInfo()
	return version(linked, info)
}

func version(linked string, info *debug.BuildInfo) string {
	recorded := ""
	if info != nil && info.Main.Version != "(devel)" {
		recorded = strings.TrimPrefix(info.Main.Version, "v")
	}
	return cmp.Or(linked, recorded, "dev")
}
