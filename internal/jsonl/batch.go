// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

// What is wanted of a request. The OpenAPI document's BatchRequestInput names the
// members; the service refuses lines that lack one.
const (
	wantObject   = "a JSON object on each line"
	wantCustomID = "custom_id: a string that no other line has"
	wantMethod   = `method: "POST"`
	wantURL      = `url: the path of an endpoint that takes batches, such as "/v1/responses"`
	wantBody     = "body: an object with the parameters of the request"
)

// batchURLs are the documented endpoints for batches (the OpenAPI document,
// createBatch). New ones come, so any other is only a warning.
var batchURLs = []string{
	"/v1/responses", "/v1/chat/completions", "/v1/embeddings", "/v1/completions",
	"/v1/moderations", "/v1/images/generations", "/v1/images/edits", "/v1/videos",
}

// checkRequest checks a line of a batch, which begins with a brace, and returns where
// the object ends.
func (k *chunk) checkRequest(line []byte, i int) int {
	var id, method, url, body, model value
	end := members(line, i, 0, func(name value, i int) int {
		switch string(name.text()) {
		case "custom_id":
			return read(line, i, 1, &id)
		case "method":
			return read(line, i, 1, &method)
		case "url":
			return read(line, i, 1, &url)
		case "body":
			model = value{}
			return readBody(line, i, &body, &model)
		}
		return skip(line, i, 1)
	})
	if end = finish(line, end); end < 0 {
		return end
	}
	r := record{line: k.lines}
	if k.require(id, '"', codeInvalidRequest, wantCustomID) {
		if id.empty() {
			k.error(codeInvalidRequest, id, wantCustomID)
		} else {
			r.id = id
		}
	}
	if k.require(method, '"', codeInvalidRequest, wantMethod) && string(method.text()) != "POST" {
		k.error(codeInvalidRequest, method, wantMethod)
	}
	if k.require(url, '"', codeInvalidRequest, wantURL) {
		r.url = url
	}
	if k.require(body, '{', codeInvalidRequest, wantBody) && model.kind() == '"' && !model.empty() {
		r.model = model
	}
	if r.id.kind()|r.url.kind()|r.model.kind() != 0 {
		k.records = append(k.records, r)
	}
	return end
}

// require reports whether v is there and of a kind. If it isn't there, that is an
// error; if it is of another kind, that is one with this code.
func (k *chunk) require(v value, kind byte, code, wanted string) bool {
	switch {
	case v.missing():
		k.error(codeMissingParameter, v, wanted)
	case v.kind() != kind:
		k.error(code, v, wanted)
	default:
		return true
	}
	return false
}

// readBody reads a request's body, and its model.
func readBody(line []byte, i int, body, model *value) int {
	if at(line, i) != '{' {
		return read(line, i, 1, body)
	}
	end := members(line, i, 1, func(name value, i int) int {
		if string(name.text()) == "model" {
			return read(line, i, 2, model)
		}
		return skip(line, i, 2)
	})
	if end >= 0 {
		*body = value{pos: i, raw: line[i:end]}
	}
	return end
}
