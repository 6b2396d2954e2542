// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// parts are the requests for the parts of an Upload, in the order of the file.
func (d *demo) parts(uploadID string) []openaitest.Request {
	upload, _ := d.mock.Upload(uploadID)
	sent := d.mock.Requests(openaitest.OpAddPart)
	var parts []openaitest.Request
	for _, id := range upload.PartIDs {
		for _, r := range sent {
			if r.PartID == id {
				parts = append(parts, r)
			}
		}
	}
	return parts
}

// inFlight is how many parts of a journal aren't answered yet.
func inFlight(journal []openaitest.Request) int {
	n := 0
	for _, r := range journal {
		if r.Op == openaitest.OpAddPart && r.Finished.IsZero() {
			n++
		}
	}
	return n
}

// peak is how many requests were in flight at once, at most: it rises only when one starts.
func peak(requests []openaitest.Request) int {
	most := 0
	for _, r := range requests {
		n := 0
		for _, other := range requests {
			if !other.Started.After(r.Started) && other.Finished.After(r.Started) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// timeline draws from when until when each request was in flight, on one scale.
func timeline(requests []openaitest.Request) []string {
	const width = 30
	var begin, end time.Time
	for _, r := range requests {
		if begin.IsZero() || r.Started.Before(begin) {
			begin = r.Started
		}
		if r.Finished.After(end) {
			end = r.Finished
		}
	}
	column := func(t time.Time) int { return int(t.Sub(begin) * width / max(end.Sub(begin), 1)) }
	var lines []string
	for _, r := range requests {
		from, to := column(r.Started), column(r.Finished)
		bar := strings.Repeat(" ", from) + strings.Repeat("=", to-from) + strings.Repeat(" ", width-to)
		lines = append(lines, fmt.Sprintf("|%s| %d bytes, from %.2f s to %.2f s", bar, r.PartBytes,
			r.Started.Sub(begin).Seconds(), r.Finished.Sub(begin).Seconds()))
	}
	return lines
}
