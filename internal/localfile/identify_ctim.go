// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build dragonfly || linux || openbsd || solaris

package localfile

import (
	"io/fs"
	"os"
	"syscall"
)

// identify sets the fields that only this system's stat has.
func (s *Signature) identify(_ *os.File, info fs.FileInfo) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		s.CTime = stat.Ctim.Nano()
		s.Inode = uint64(stat.Ino)  //nolint:unconvert // its type differs between systems
		s.Device = uint64(stat.Dev) //nolint:unconvert // as above
	}
}
