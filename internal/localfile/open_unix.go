// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package localfile

import "syscall"

// openFlag makes opening a named pipe return at once, should one take a regular
// file's place between the check and the opening. It has no effect on regular
// files.
const openFlag = syscall.O_NONBLOCK
