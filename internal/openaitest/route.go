// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxJSON is the most that a JSON body may hold, in bytes.
const maxJSON = 1 << 20

// route is what a method and path ask for.
type route struct {
	op       Op
	uploadID string
	fileID   string
	json     bool   // a JSON body is expected
	allow    string // the methods that the path has, if it has any
}

// parseRoute finds out what r asks for. Paths are taken literally, escaped as
// they came: nothing is cleaned or redirected.
func parseRoute(r *http.Request) route {
	unknown := route{op: OpUnknown}
	if r.Method == http.MethodPost && r.URL.EscapedPath() == "/oauth/token" {
		return route{op: OpExchangeToken, json: true}
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/v1/")
	if !ok {
		return unknown
	}
	seg := strings.Split(rest, "/")
	id := ""
	if len(seg) > 1 {
		var err error
		if id, err = url.PathUnescape(seg[1]); err != nil || id == "" {
			return unknown
		}
	}
	var rt route
	var methods map[string]Op
	switch {
	case len(seg) == 1 && seg[0] == "uploads":
		methods = map[string]Op{http.MethodPost: OpCreateUpload}
	case len(seg) == 3 && seg[0] == "uploads":
		op, known := map[string]Op{
			"parts": OpAddPart, "complete": OpCompleteUpload, "cancel": OpCancelUpload,
		}[seg[2]]
		if !known {
			return unknown
		}
		rt.uploadID = id
		methods = map[string]Op{http.MethodPost: op}
	case len(seg) == 1 && seg[0] == "files":
		methods = map[string]Op{http.MethodGet: OpListFiles, http.MethodPost: OpCreateFile}
	case len(seg) == 2 && seg[0] == "files":
		rt.fileID = id
		methods = map[string]Op{http.MethodGet: OpGetFile, http.MethodDelete: OpDeleteFile}
	case len(seg) == 3 && seg[0] == "files" && seg[2] == "content":
		rt.fileID = id
		methods = map[string]Op{http.MethodGet: OpFileContent}
	default:
		return unknown
	}
	rt.op, ok = methods[r.Method]
	if !ok {
		rt.op = OpUnknown
	}
	rt.json = rt.op == OpCreateUpload || rt.op == OpCompleteUpload
	var names []string
	for m := range methods {
		names = append(names, m)
	}
	slices.Sort(names)
	rt.allow = strings.Join(names, ", ")
	return rt
}

// readJSON reads a JSON body, so that the journal and the faults can see it;
// what is wrong with it is kept for later. It fails if the client went away.
func (x *exchange) readJSON() error {
	raw, err := io.ReadAll(io.LimitReader(x.body, maxJSON+1))
	if err != nil {
		return err
	}
	if len(raw) > maxJSON {
		x.fieldErr = refused(http.StatusRequestEntityTooLarge, "The JSON body is too large.")
		return nil
	}
	if media, _, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type")); media != "application/json" {
		x.fieldErr = refused(http.StatusUnsupportedMediaType, "The Content-Type must be application/json.")
		return nil
	}
	x.fields, x.fieldErr = decodeObject(raw)
	if loose := looseObject(raw); loose != nil {
		delete(loose, "subject_token")
		x.note(func(r *Request) { r.Body = loose })
	}
	return nil
}

// work does what was asked for. Its error is an apiError, or the way in which
// reading the body or keeping content failed.
func (x *exchange) work() (answer, error) {
	if x.route.op == OpExchangeToken {
		return x.exchangeToken()
	}
	if err := x.check(); err != nil {
		return answer{}, err
	}
	switch x.route.op {
	case OpCreateUpload:
		return x.createUpload()
	case OpAddPart:
		return x.addPart()
	case OpCompleteUpload:
		return x.completeUpload()
	case OpCancelUpload:
		return x.cancelUpload()
	case OpGetFile:
		return x.getFile()
	case OpDeleteFile:
		return x.deleteFile()
	case OpListFiles:
		return x.listFiles()
	case OpFileContent:
		return x.fileContent()
	case OpCreateFile:
		return x.createFile()
	case OpExchangeToken, OpUnknown:
	}
	return answer{}, refused(http.StatusNotFound, "Invalid URL (%s %s): this mock serves Uploads and Files only.", x.r.Method, x.r.URL.EscapedPath())
}

// check is what every request must pass.
func (x *exchange) check() error {
	r := x.r
	switch found := x.s.credential(r); {
	case found == "":
		return refused(http.StatusUnauthorized, "You didn't provide an API key. "+
			"You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).")
	case found == "wrong":
		return errorFor(http.StatusUnauthorized)
	case x.route.op == OpUnknown && x.route.allow != "":
		e := refused(http.StatusMethodNotAllowed, "Not allowed to %s on %s", r.Method, r.URL.EscapedPath())
		e.header = http.Header{"Allow": {x.route.allow}}
		return e
	case x.route.op == OpUnknown:
		return nil
	case r.Header.Get("Idempotency-Key") != "":
		return invalid("", "The header Idempotency-Key isn't supported: no answer may rely on it.")
	case r.Header.Get("Content-Encoding") != "":
		return refused(http.StatusUnsupportedMediaType, "A Content-Encoding isn't supported.")
	case x.route.op != OpListFiles && r.URL.RawQuery != "":
		return invalid("", "This path takes no query.")
	case x.fieldErr != nil:
		return x.fieldErr
	}
	if x.route.json || x.route.op == OpAddPart || x.route.op == OpCreateFile {
		return nil
	}
	// io.CopyN would do, but it says EOF for the good case.
	switch n, err := io.Copy(io.Discard, io.LimitReader(x.body, 1)); {
	case err != nil:
		return err
	case n > 0:
		return invalid("", "This request takes no body.")
	}
	return nil
}
