// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package localfile

// openFlag is empty: opening a file never blocks here.
const openFlag = 0
