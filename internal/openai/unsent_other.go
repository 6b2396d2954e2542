// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !linux && !darwin

package openai

import "syscall"

// limitUnsent does nothing: the system has no such limit.
func limitUnsent(_, _ string, _ syscall.RawConn) error { return nil }
