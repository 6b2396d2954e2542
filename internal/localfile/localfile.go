// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package localfile answers this provider's questions about a local file: where
// its path leads, whether it can be uploaded, what its content hashes to, and
// whether it stayed the same meanwhile. It knows neither Terraform nor the API.
//
// Every function that takes a path expands it (see [Expand]), follows symbolic
// links and never waits for a named pipe or touches a device. A problem with a
// file is an [*Error], whose [Problem] says what kind it is.
//
// A file's content is identified by its [Signature]. That notices every write
// that the system stamps, even one that restores the old modification time,
// within these limits:
//
//   - A write through a memory mapping is stamped when the system gets to it,
//     at the latest when the writer syncs or closes.
//   - A network file system may show stamps some seconds late, and stamps by
//     its own clock: if that is behind the local one, two writes within one
//     step of it can look like one.
//   - Where stamps have whole seconds (FAT, HFS+) or there is no change time,
//     a write of the same size within one step goes unnoticed while the file
//     is open. No hash of such a file is remembered before its stamps are old
//     enough, and none at all without a change time.
package localfile

// Limits of the API on a file's size, in bytes.
const (
	// MaxBytes is the most that an upload takes, with "8 GB" read as 8 GiB. A
	// file above it is [TooLarge].
	MaxBytes int64 = 8 << 30

	// MaxBytesDecimal is the other reading of "8 GB". The API may refuse a file
	// between the two.
	MaxBytesDecimal int64 = 8_000_000_000

	// BatchMaxBytes is the most that the input of a batch may have.
	BatchMaxBytes int64 = 200 << 20
)

// Info describes a file that can be uploaded.
type Info struct {
	// Size is the number of bytes, from 1 to [MaxBytes].
	Size int64

	Signature Signature
}

// Stat describes the file at path, or returns an [*Error] that says why it
// can't be uploaded. It opens the file, so that it can tell whether it may be
// read, but reads no content.
func Stat(path string) (Info, error) {
	path, file, err := openRegular(path)
	if err != nil {
		return Info{}, err
	}
	defer file.Close()
	sig, err := signatureOf(file)
	if err != nil {
		return Info{}, newError(path, err)
	}
	if err := checkSize(path, sig.Size); err != nil {
		return Info{}, err
	}
	return Info{Size: sig.Size, Signature: sig}, nil
}
