// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// soon makes a client that honours it send a request again at once.
var soon = http.Header{"Retry-After-Ms": {"1"}}

// TestAccFault_part lets the first attempt at the second part go wrong.
func TestAccFault_part(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
		// received is how many Parts the mock has made of three.
		received int
	}{
		{"reset", openaitest.Fault{CutBefore: true, AfterBytes: 300 << 10}, 3},
		{"badGateway", openaitest.Fault{Status: 502, Times: 2, Header: soon}, 3},
		{"cloudflare", openaitest.Fault{Status: 524, Body: "<html>timeout</html>", Header: soon}, 3},
		{"throttled", openaitest.Fault{Status: 429, Header: soon}, 3},
		{"conflict", openaitest.Fault{Status: 409, Header: soon}, 3},
		{"lost", openaitest.Fault{CutAfter: true}, 4},
		{"truncated", openaitest.Fault{Truncate: true}, 4},
		{"garbage", openaitest.Fault{Garbage: true}, 4},
		{"empty", openaitest.Fault{Body: "{"}, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			content := acctest.Pattern(2*mib+9, 11)
			p := project(t, mock, content, withInt("max_retries", 2))
			tt.fault.Op, tt.fault.Skip = openaitest.OpAddPart, 1
			mock.Inject(tt.fault)
			wantApplied(p, content)
			upload := onlyUpload(t, mock)
			if len(upload.Parts) != tt.received || len(upload.PartIDs) != 3 {
				t.Errorf("%d Parts were made and %d used, want %d and 3", len(upload.Parts), len(upload.PartIDs), tt.received)
			}
		})
	}
}

// TestAccFault_early answers before the part is read, and cuts the connection:
// the status has to reach the user all the same.
func TestAccFault_early(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status int
		more   acctest.Variables
		text   string
	}{
		{"tooLarge", 413, nil, "413 Request Entity Too Large"},
		// What is throttled is sent again for a minute at least.
		{"throttled", 429, with("create_timeout", "5s"), "429 Too Many Requests"},
		{"unauthorized", 401, nil, "401 Unauthorized"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t, openaitest.Options{ReadBuffer: 16 << 10})
			p := project(t, mock, acctest.Pattern(12*mib, 12), withInt("part_size", 16777216), tt.more)
			mock.Inject(openaitest.Fault{
				Op: openaitest.OpAddPart, Times: -1, Early: true, Status: tt.status, AfterBytes: 64 << 10, Header: soon,
			})
			p.TryApply().WantFailure(tt.text, "was cancelled; nothing is left")
			wantCancelled(p)
		})
	}
}

// refusal is an error with all that the service says of one.
func refusal(kind, code string) string {
	return `{"error":{"message":"This is refused.","type":"` + kind + `","param":"the_param","code":"` + code + `"}}`
}

// TestAccFault_final answers what no retry can mend: one attempt, and all that
// the service said.
func TestAccFault_final(t *testing.T) {
	t.Parallel()
	once := map[openaitest.Op]map[openaitest.Op]int{
		openaitest.OpCreateUpload:   {openaitest.OpCreateUpload: 1},
		openaitest.OpAddPart:        {openaitest.OpCreateUpload: 1, openaitest.OpAddPart: 1, openaitest.OpCancelUpload: 1},
		openaitest.OpCompleteUpload: {openaitest.OpCreateUpload: 1, openaitest.OpAddPart: 1, openaitest.OpCompleteUpload: 1, openaitest.OpCancelUpload: 1},
	}
	for _, tt := range []struct {
		name   string
		op     openaitest.Op
		status int
		code   string
	}{
		{"createUnauthorized", openaitest.OpCreateUpload, 401, "invalid_api_key"},
		{"createForbidden", openaitest.OpCreateUpload, 403, "forbidden"},
		{"createBadRequest", openaitest.OpCreateUpload, 400, "bad"},
		{"createQuota", openaitest.OpCreateUpload, 429, "insufficient_quota"},
		{"partUnauthorized", openaitest.OpAddPart, 401, "invalid_api_key"},
		{"partBadRequest", openaitest.OpAddPart, 400, "bad_part"},
		{"partForbidden", openaitest.OpAddPart, 403, "forbidden"},
		{"partQuota", openaitest.OpAddPart, 429, "insufficient_quota"},
		{"completeBadRequest", openaitest.OpCompleteUpload, 400, "md5_mismatch"},
		{"completeForbidden", openaitest.OpCompleteUpload, 403, "forbidden"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, "content")
			mock.Inject(openaitest.Fault{
				Op: tt.op, Times: -1, Status: tt.status, Body: refusal("the_type", tt.code),
				Header: http.Header{"X-Request-Id": {"req_of_the_refusal"}},
			})
			p.TryApply().WantFailure("This is refused.", "param the_param", "code "+tt.code, "request ID req_of_the_refusal", "othing is left at OpenAI")
			acctest.WantRequests(t, mock, once[tt.op])
			wantNoState(p)
			wantNoFiles(t, mock)
		})
	}
}

// TestAccFault_retryAfter checks the least time that has to be between two requests.
func TestAccFault_retryAfter(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const content = "content"
	p := project(t, mock, content)
	// With an Upload of its own, so that it is seen that create is sent again as well.
	for _, op := range []openaitest.Op{openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload} {
		mock.Inject(openaitest.Fault{Op: op, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}})
	}
	wantApplied(p, content)
	for _, op := range []openaitest.Op{openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload} {
		requests := mock.Requests(op)
		if len(requests) != 2 {
			t.Errorf("%s: %d requests, want 2", op, len(requests))
			continue
		}
		if pause := requests[1].Started.Sub(requests[0].Finished); pause < time.Second {
			t.Errorf("%s was sent again after %s", op, pause)
		}
	}
}

// TestAccFault_cancelFails leaves an Upload that can't be cancelled, and clears
// it with the next apply, or with destroy.
func TestAccFault_cancelFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		fault   openaitest.Fault
		reason  string
		destroy bool
	}{
		{"refused", openaitest.Fault{Status: 403, Message: "not now"}, "403 Forbidden: not now", false},
		{"refusedDestroyed", openaitest.Fault{Status: 403, Message: "not now"}, "403 Forbidden: not now", true},
		{"down", openaitest.Fault{Status: 500, Header: soon}, "500 Internal Server Error", false},
		{"hangs", openaitest.Fault{Hang: true}, "doesn't answer", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			const content = "content"
			p := project(t, mock, content)
			mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 400, Message: "part refused"})
			tt.fault.Op, tt.fault.Times = openaitest.OpCancelUpload, -1
			mock.Inject(tt.fault)
			out := p.TryApply()
			left := onlyUpload(t, mock)
			out.WantFailure("Part ", "part refused", "The Upload "+left.ID+" could not be cancelled", tt.reason, "expires by itself within 60 minutes", "marked as tainted")
			wantTainted(p, map[string]any{"id": left.ID, "upload_id": left.ID, "file_id": nil})
			mock.ClearFaults()
			mock.ResetJournal()
			p.Apply("-refresh-only")
			acctest.WantRequests(t, mock, map[openaitest.Op]int{})
			wantTainted(p, map[string]any{"id": left.ID, "upload_id": left.ID, "file_id": nil})
			if tt.destroy {
				wantDestroyed(p)
				acctest.WantRequests(t, mock, map[openaitest.Op]int{openaitest.OpCancelUpload: 1})
			} else {
				wantApplied(p, content)
				want := []openaitest.Op{openaitest.OpCancelUpload, openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload}
				if got := ops(mock); !slices.Equal(got, want) {
					t.Errorf("requests: got %v, want %v", got, want)
				}
			}
			if left, _ = mock.Upload(left.ID); left.Status != "cancelled" {
				t.Errorf("the Upload is %s", left.Status)
			}
		})
	}
}

// TestAccFault_leftoverCantBeCancelled keeps an Upload in the state until it is
// known to be over.
func TestAccFault_leftoverCantBeCancelled(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	const content = "content"
	p := project(t, mock, content, withInt("max_retries", 0))
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 400})
	mock.Inject(openaitest.Fault{Op: openaitest.OpCancelUpload, Times: -1, Status: 500})
	p.TryApply()
	left := onlyUpload(t, mock)
	p.TryApply().WantFailure("Cancelling the Upload "+left.ID+" failed", "It stays in the state")
	wantTainted(p, map[string]any{"id": left.ID, "file_id": nil})
	mock.ClearFaults()
	mock.Advance(openaitest.UploadLifetime)
	wantApplied(p, content)
}

// TestAccFault_leftoverWasCompleted learns from the cancellation of a leftover that
// it was completed: its File is deleted, or those that may be it are named.
func TestAccFault_leftoverWasCompleted(t *testing.T) {
	t.Parallel()
	for _, named := range []bool{true, false} {
		t.Run(fmt.Sprintf("named %t", named), func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			const content = "content"
			p := project(t, mock, content, withInt("max_retries", 0))
			mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Status: 400})
			mock.Inject(openaitest.Fault{Op: openaitest.OpCancelUpload, Status: 500})
			p.TryApply()
			file := mock.AddFile(openaitest.File{Filename: "data.bin", Content: []byte(content)})
			answer := `{"id":"` + onlyUpload(t, mock).ID + `","object":"upload","status":"completed"`
			if named {
				answer += `,"file":{"id":"` + file.ID + `","object":"file","filename":"data.bin","bytes":7}`
			}
			mock.Inject(openaitest.Fault{Op: openaitest.OpCancelUpload, Status: 200, Body: answer + "}"})
			out := p.Apply()
			if _, still := mock.File(file.ID); still == named {
				t.Errorf("the File is there: %t", still)
			}
			if says := strings.Contains(out.Flat(), "terraform import ADDRESS "+file.ID); says == named {
				t.Errorf("the File is named: %t\n%s", says, out.Output)
			}
			mock.RemoveFile(file.ID)
			wantOnly(p, content)
		})
	}
}

// TestAccFault_identifiers answers with IDs that can't be used, or not as they are.
func TestAccFault_identifiers(t *testing.T) {
	t.Parallel()
	set := func(id string) func(map[string]any) {
		return func(body map[string]any) { body["id"] = id }
	}
	for _, tt := range []struct {
		name  string
		fault openaitest.Fault
		texts []string
		// paths are those of the requests after create.
		paths []string
	}{
		{
			"duplicatePart",
			openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Mutate: set("part_same")},
			[]string{"a part ID was given twice", "was cancelled; nothing is left"},
			[]string{"/v1/uploads/ID/parts", "/v1/uploads/ID/parts", "/v1/uploads/ID/cancel"},
		},
		{
			"emptyPart",
			openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Mutate: set("")},
			[]string{"a part without an ID", "was cancelled; nothing is left"},
			[]string{"/v1/uploads/ID/parts", "/v1/uploads/ID/cancel"},
		},
		{
			"emptyUpload",
			openaitest.Fault{Op: openaitest.OpCreateUpload, Mutate: set("")},
			[]string{"an Upload without an ID", "expires by itself within 60 minutes"},
			nil,
		},
		{
			"hostileUpload",
			openaitest.Fault{Op: openaitest.OpCreateUpload, Mutate: set("../x?")},
			[]string{"404 Not Found"},
			[]string{"/v1/uploads/..%2Fx%3F/parts", "/v1/uploads/..%2Fx%3F/cancel"},
		},
		{
			"dotsUpload",
			openaitest.Fault{Op: openaitest.OpCreateUpload, Mutate: set("..")},
			[]string{"an Upload without an ID", "expires by itself within 60 minutes"},
			nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			// One at a time, so that what is sent after the first part is certain.
			p := project(t, mock, acctest.Pattern(mib+1, 15), withInt("max_concurrent_parts", 1))
			mock.Inject(tt.fault)
			p.TryApply().WantFailure(tt.texts...)
			var paths []string
			for _, r := range mock.Journal()[1:] {
				paths = append(paths, strings.ReplaceAll(r.Path, onlyUpload(t, mock).ID, "ID"))
			}
			if !slices.Equal(paths, tt.paths) {
				t.Errorf("requests: got %v, want %v", paths, tt.paths)
			}
			wantNoFiles(t, mock)
		})
	}
}

// TestAccFault_endless answers without an end.
func TestAccFault_endless(t *testing.T) {
	t.Parallel()
	for _, op := range []openaitest.Op{openaitest.OpCreateUpload, openaitest.OpAddPart} {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			p := project(t, mock, "content", withInt("max_retries", 0))
			mock.Inject(openaitest.Fault{Op: op, Times: -1, Endless: true})
			p.TryApply().WantFailure("the answer is longer than 1048576 bytes")
			wantNoState(p)
			if op == openaitest.OpAddPart {
				wantCancelled(p)
			}
		})
	}
}
