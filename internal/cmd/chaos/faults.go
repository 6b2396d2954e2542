// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"net/http"
	"strconv"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// fault is a fault of the mock with the name under which it is counted.
type fault struct {
	openaitest.Fault

	kind string
}

// faults draws what goes wrong during a run of the CLI. Often a step fails for
// good, and something goes wrong with cleaning up after it, too.
func (d draw) faults() []fault {
	var list []fault
	if d.chance(40) {
		list = append(list, d.fatal())
		for range d.between(0, 2) {
			list = append(list, d.fault(openaitest.OpCancelUpload))
		}
	}
	if d.chance(8) {
		list = append(list, d.lostCompletion()...)
	}
	for range d.between(1, 7) {
		list = append(list, d.fault(pick(d,
			openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpAddPart, openaitest.OpAddPart,
			openaitest.OpCompleteUpload, openaitest.OpCompleteUpload, openaitest.OpCompleteUpload,
			openaitest.OpCancelUpload, openaitest.OpGetFile, openaitest.OpDeleteFile, openaitest.OpDeleteFile, openaitest.OpListFiles)))
	}
	return list
}

// lostCompletion draws what leaves open whether there is a File: completions aren't answered,
// and cancellations refused.
func (d draw) lostCompletion() []fault {
	lost, refused := fault{kind: "cut after"}, fault{kind: "400"}
	lost.Op, lost.CutAfter, lost.Times = openaitest.OpCompleteUpload, true, -1
	if d.chance(40) {
		lost.kind, lost.CutAfter, lost.CutBefore = "cut before", false, true
	}
	refused.Op, refused.Status, refused.Times = openaitest.OpCancelUpload, http.StatusBadRequest, -1
	return []fault{lost, refused}
}

// fatal draws what ends an upload after its Upload was created.
func (d draw) fatal() fault {
	f := fault{kind: "400"}
	f.Op, f.Status, f.Skip = pick(d, openaitest.OpAddPart, openaitest.OpCompleteUpload), http.StatusBadRequest, pick(d, 0, 0, 1)
	if f.Op == openaitest.OpCompleteUpload && d.chance(50) {
		f.kind, f.Status, f.CutAfter, f.Times = "cut after", 0, true, -1
	}
	return f
}

// fault draws a fault of an operation.
func (d draw) fault(op openaitest.Op) fault {
	kinds := []func(draw, *fault){
		throttled, throttled, exhausted, status(http.StatusInternalServerError), status(http.StatusBadGateway),
		unavailable, status(http.StatusBadRequest), status(http.StatusConflict), status(http.StatusForbidden), noJSON,
		garbage, truncated, cutBefore, cutBefore, cutAfter, cutAfter, cutAfter, hang, delayed, wrongFields, wrongFields,
	}
	if op == openaitest.OpAddPart {
		kinds = append(kinds, early, stall, slow)
	}
	f := fault{}
	f.Op = op
	f.Skip = pick(d, 0, 0, 0, 1, 2)
	f.Times = pick(d, 1, 1, 1, 1, 2, 3, -1)
	pick(d, kinds...)(d, &f)
	return f
}

// retryAfter draws how long to ask the client to wait, if at all.
func (d draw) retryAfter() http.Header {
	return pick(d, nil, nil, http.Header{"Retry-After": {"1"}}, http.Header{"Retry-After-Ms": {strconv.Itoa(d.between(1, 300))}})
}

func throttled(d draw, f *fault) {
	f.kind, f.Status, f.Header = "429", http.StatusTooManyRequests, d.retryAfter()
}

func exhausted(_ draw, f *fault) {
	f.kind, f.Status, f.Code = "429 without quota", http.StatusTooManyRequests, "insufficient_quota"
}

func unavailable(d draw, f *fault) {
	f.kind, f.Status, f.Header = "503", http.StatusServiceUnavailable, d.retryAfter()
}

func status(code int) func(draw, *fault) {
	return func(_ draw, f *fault) { f.kind, f.Status = strconv.Itoa(code), code }
}

func noJSON(d draw, f *fault) {
	f.kind, f.Status, f.Body = "web page with a status", pick(d, 502, 524), "<html>this isn't the API</html>"
}

func garbage(_ draw, f *fault)   { f.kind, f.Garbage = "garbage", true }
func truncated(_ draw, f *fault) { f.kind, f.Truncate = "truncated", true }
func cutAfter(_ draw, f *fault)  { f.kind, f.CutAfter = "cut after", true }
func hang(_ draw, f *fault)      { f.kind, f.Hang, f.Times = "hang", true, 1 }

func cutBefore(d draw, f *fault) {
	f.kind, f.CutBefore, f.AfterBytes = "cut before", true, int64(d.between(0, 300<<10))
}

func delayed(d draw, f *fault) { f.kind, f.Delay = "delay", d.millis(20, 1500) }

func early(d draw, f *fault) {
	f.kind, f.Early, f.Header = "early refusal", true, http.Header{"Retry-After-Ms": {"50"}}
	f.Status, f.AfterBytes = pick(d, 413, 429, 503), int64(d.between(0, 64<<10))
}

func stall(_ draw, f *fault) { f.kind, f.Stall, f.AfterBytes, f.Times = "stall", true, 64<<10, 1 }

func slow(d draw, f *fault) { f.kind, f.BytesPerSecond = "slow", int64(d.between(100, 1000)<<10) }

// wrongFields changes an answer. An answer that only lies, such as the ID of another File,
// isn't drawn: nobody could tell.
func wrongFields(d draw, f *fault) {
	f.kind, f.Times = "wrong fields", 1
	set := func(name string, value any) func(map[string]any) {
		return func(body map[string]any) { body[name] = value }
	}
	inFile := func(change func(map[string]any)) func(map[string]any) {
		return func(body map[string]any) {
			if file, ok := body["file"].(map[string]any); ok {
				change(file)
			}
		}
	}
	switch f.Op {
	case openaitest.OpCreateUpload:
		f.Mutate = pick(d, set("id", ""), set("id", ".."), set("id", nil), set("expires_at", "soon"), set("status", 7))
	case openaitest.OpAddPart:
		f.Mutate = pick(d, set("id", ""), set("id", "part_same"), set("upload_id", nil))
		f.Times = pick(d, 1, -1)
	case openaitest.OpCompleteUpload:
		f.Mutate = pick(d, set("file", nil), set("status", "pending"), inFile(set("bytes", nil)), inFile(set("bytes", float64(1<<40))),
			inFile(set("id", "")), inFile(set("status", "uploaded")), inFile(set("status", "error")))
	case openaitest.OpCancelUpload:
		f.Mutate = pick(d, set("status", "pending"), set("status", nil))
	case openaitest.OpDeleteFile:
		f.Mutate = pick(d, set("deleted", false), set("id", nil))
	case openaitest.OpListFiles:
		f.Mutate = pick(d, set("data", nil), set("has_more", true))
	default:
		f.Mutate = pick(d, set("bytes", nil), set("status", "uploaded"), set("status", "new"), set("created_at", "yesterday"), set("filename", 5))
	}
}
