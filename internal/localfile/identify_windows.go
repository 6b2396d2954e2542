// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package localfile

import (
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// basicInfo is Windows' FILE_BASIC_INFO. Its times are FILETIMEs.
type basicInfo struct {
	creation, lastAccess, lastWrite, change windows.Filetime

	attributes uint32
	_          uint32 // to a multiple of 8, as in C
}

// identify sets the fields that need an open handle. Those that the file system
// doesn't know stay 0.
func (s *Signature) identify(file *os.File, _ fs.FileInfo) {
	conn, err := file.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		handle := windows.Handle(fd)
		var basic basicInfo
		err := windows.GetFileInformationByHandleEx(handle, windows.FileBasicInfo,
			(*byte)(unsafe.Pointer(&basic)), uint32(unsafe.Sizeof(basic)))
		if err == nil && basic.change != (windows.Filetime{}) {
			s.CTime = basic.change.Nanoseconds()
		}
		var byHandle windows.ByHandleFileInformation
		if err := windows.GetFileInformationByHandle(handle, &byHandle); err == nil {
			s.Inode = uint64(byHandle.FileIndexHigh)<<32 | uint64(byHandle.FileIndexLow)
			s.Device = uint64(byHandle.VolumeSerialNumber)
		}
	})
}
