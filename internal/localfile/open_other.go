// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package localfile

// openFlag is empty: no open blocks here.
const openFlag = 0
