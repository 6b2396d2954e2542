// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !linux

package main

// tellsPeak is whether watchPeak works on this system.
const tellsPeak = false

// watchPeak has nothing to look at here.
func watchPeak(string) func() uint64 { return func() uint64 { return 0 } }
