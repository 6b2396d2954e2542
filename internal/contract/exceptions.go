// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"path"
	"slices"
	"strings"
)

// Exception is a violation that the service is known to commit, or to accept.
type Exception struct {
	// Op and In are those of the violation; an empty Op stands for any.
	Op, In string

	// Pointers are patterns of path.Match.
	Pointers []string

	// Values are those that are excepted. They can be compared.
	Values []any

	// Text is a part of what is said of the violation.
	Text string

	// Source says how it is known.
	Source string
}

// Exceptions are all that are known.
func Exceptions() []Exception {
	inFile := func(member string) []string { return []string{"/" + member, "/file/" + member, "/data/*/" + member} }
	return []Exception{
		{
			Op: "POST /uploads", In: "request", Pointers: []string{"/purpose"}, Values: []any{"user_data", "evals"},
			Source: "recorded traffic (UserDataPurpose.json), and the purposes that the service names when it refuses another; " +
				"the document has them for POST /files",
		},
		{
			In: "response", Pointers: slices.Concat(inFile("expires_at"), inFile("status_details")), Values: []any{nil},
			Source: "recorded traffic (GetFile.json, CompleteUploadWorks.json)",
		},
		{
			Op: "GET /files", In: "response", Pointers: []string{"/first_id", "/last_id"}, Values: []any{nil},
			Source: "an empty list, as the official clients expect it",
		},
		{
			In: "response", Pointers: inFile("purpose"), Values: []any{"evals"},
			Source: "the document has the purpose for POST /files, and not in a File",
		},
		{
			Op: "GET /files/{file_id}/content", In: "response", Pointers: []string{""}, Values: []any{nil}, Text: "application/octet-stream",
			Source: "the document's type of content is a JSON string; recorded traffic (DownloadFileCanParseServiceError.json) and the official clients have bytes",
		},
	}
}

// OfClients are more exceptions, for what official clients are made to send.
func OfClients() []Exception {
	return []Exception{
		{
			Op: "POST /files", In: "request", Pointers: []string{""}, Values: []any{nil}, Text: "expires_after[anchor]: undefined",
			Source: "kin-openapi doesn't know expires_after[anchor], which is how these clients send members of an object in a form",
		},
		{
			Op: "GET /v1/batches", In: "request", Pointers: []string{""}, Values: []any{nil}, Source: "to be refused",
		},
	}
}

func (v Violation) isOneOf(exceptions []Exception) bool {
	return slices.ContainsFunc(exceptions, func(e Exception) bool {
		return (e.Op == "" || e.Op == v.Op) && e.In == v.In && strings.Contains(v.Text, e.Text) && slices.Contains(e.Values, v.Value) &&
			slices.ContainsFunc(e.Pointers, func(pattern string) bool {
				ok, _ := path.Match(pattern, v.Pointer)
				return ok
			})
	})
}
