// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"cmp"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// maxPage is the most Files that a page holds, and the default.
const maxPage = 10000

// found returns the request's File; s.mu is held.
func (x *exchange) found() (*file, *apiError) {
	if f := x.s.file(x.route.fileID); f != nil {
		return f, nil
	}
	e := refused(http.StatusNotFound, "No such File object: %s", x.route.fileID)
	e.param, e.detail = "id", true
	return nil, e
}

// getFile is GET /files/{id}.
func (x *exchange) getFile() (answer, error) {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	f, apiErr := x.found()
	if apiErr != nil {
		return answer{}, apiErr
	}
	return jsonAnswer(http.StatusOK, f.json()), nil
}

// deleteFile is DELETE /files/{id}.
func (x *exchange) deleteFile() (answer, error) {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	f, apiErr := x.found()
	if apiErr != nil {
		return answer{}, apiErr
	}
	if f.processing > 0 {
		f.processing--
		x.s.saveFile(f)
		return answer{}, refused(http.StatusConflict, "File is still processing. Check back later.")
	}
	x.s.dropFile(f.ID)
	return jsonAnswer(http.StatusOK, deletedJSON{Object: "file", Deleted: true, ID: f.ID}), nil
}

// fileContent is GET /files/{id}/content. The service refuses it for some
// purposes.
func (x *exchange) fileContent() (answer, error) {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	f, apiErr := x.found()
	switch {
	case apiErr != nil:
		return answer{}, apiErr
	case f.Purpose == "assistants" || f.Purpose == "batch":
		return answer{}, invalid("", "Not allowed to download files of purpose: %s", f.Purpose)
	case f.blobs == nil:
		return answer{}, invalid("", "The mock keeps no content of this File.")
	}
	var size int64
	for _, b := range f.blobs {
		size += b.size()
	}
	h := http.Header{
		"Content-Type":        {"application/octet-stream"},
		"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": f.Filename})},
	}
	return answer{status: http.StatusOK, header: h, content: &chain{rest: f.blobs}, size: size}, nil
}

// listFiles is GET /files.
func (x *exchange) listFiles() (answer, error) {
	q, err := url.ParseQuery(x.r.URL.RawQuery)
	if err != nil {
		return answer{}, invalid("", "The query can't be parsed.")
	}
	for k, v := range q {
		if !slices.Contains([]string{"after", "limit", "order", "purpose"}, k) || len(v) != 1 {
			return answer{}, invalid(k, "Unknown or repeated parameter: '%s'.", k)
		}
	}
	limit := maxPage
	if q.Has("limit") {
		limit, err = strconv.Atoi(q.Get("limit"))
		if err != nil || limit < 1 || limit > maxPage {
			return answer{}, invalid("limit", "Invalid 'limit': it must be an integer between 1 and %d.", maxPage)
		}
	}
	order := cmp.Or(q.Get("order"), "desc")
	if order != "asc" && order != "desc" {
		return answer{}, invalid("order", "'%s' is not one of ['asc', 'desc'] - 'order'", order)
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	all := x.s.sorted(order == "desc")
	if q.Has("after") {
		i := slices.IndexFunc(all, func(f *file) bool { return f.ID == q.Get("after") })
		if i < 0 {
			return answer{}, invalid("after", "No such File object: %s", q.Get("after"))
		}
		all = all[i+1:]
	}
	if q.Has("purpose") {
		all = slices.DeleteFunc(all, func(f *file) bool { return f.Purpose != q.Get("purpose") })
	}
	page := listJSON{Object: "list", Data: []fileJSON{}, HasMore: len(all) > limit}
	for _, f := range all[:min(limit, len(all))] {
		page.Data = append(page.Data, f.json())
	}
	if n := len(page.Data); n > 0 {
		page.FirstID, page.LastID = &page.Data[0].ID, &page.Data[n-1].ID
	}
	return jsonAnswer(http.StatusOK, page), nil
}

// sorted returns the living Files by created_at, those of one second in the
// order in which they were made; s.mu is held.
func (s *Server) sorted(descending bool) []*file {
	var all []*file
	for _, id := range slices.Clone(s.fileOrder) {
		if f := s.file(id); f != nil {
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b *file) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if descending {
		slices.Reverse(all)
	}
	return all
}
