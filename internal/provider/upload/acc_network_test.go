// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload_test

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

// TestAccNetwork_redirect sends the client elsewhere, where it mustn't go.
func TestAccNetwork_redirect(t *testing.T) {
	t.Parallel()
	for _, op := range []openaitest.Op{openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpCompleteUpload} {
		for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
			t.Run(fmt.Sprint(op, status), func(t *testing.T) {
				t.Parallel()
				mock, other := acctest.Mock(t), acctest.Mock(t)
				p := project(t, mock, "content")
				mock.Inject(openaitest.Fault{
					Op: op, Times: -1, Status: status, Header: http.Header{"Location": {other.URL() + "/uploads"}},
				})
				p.TryApply().WantFailure("redirected to host", "redirects are refused")
				wantNoState(p)
				if n := other.Connections(); n != 0 {
					t.Errorf("%d connections to where the redirect leads", n)
				}
				if n := len(mock.Requests(op)); n != 1 {
					t.Errorf("%d requests, want 1", n)
				}
			})
		}
	}
}

// TestAccNetwork_certificate meets a server whose certificate nobody has signed.
func TestAccNetwork_certificate(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t, openaitest.Options{TLS: true})
	const content = "content"
	strict := project(t, mock, content)
	strict.TryApply().WantFailure("failed to verify certificate", "othing is left at OpenAI")
	wantNoState(strict)
	acctest.WantRequests(t, mock, map[openaitest.Op]int{})
	if n := mock.Connections(); n != 1 {
		t.Errorf("%d connections, want 1, as no retry can mend it", n)
	}
	trusting := project(t, mock, content, with("ca_cert_file", "ca.pem"))
	trusting.Write("ca.pem", string(mock.CertPEM()))
	wantApplied(trusting, content)
}

// TestAccNetwork_nobodyListens asks where nothing answers.
func TestAccNetwork_nobodyListens(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	p := project(t, acctest.Mock(t), "content")
	p.Setenv("OPENAI_BASE_URL=http://" + address)
	p.TryApply().WantFailure("Creating the upload", address, "connection refused", "Nothing is left at OpenAI")
	wantNoState(p)
}

// tenFiles makes a project that uploads content under ten names.
func tenFiles(tb testing.TB, mock *openaitest.Server, slots int, content string) *acctest.Project {
	tb.Helper()
	p := acctest.New(tb, mock, "ten_names", withInt("slots", slots))
	p.Write("data.bin", content)
	return p
}

// TestAccNetwork_slots uploads ten files of three parts each with three slots.
func TestAccNetwork_slots(t *testing.T) {
	t.Parallel()
	const slots = 3
	mock := acctest.Mock(t, openaitest.Options{Latency: 30 * time.Millisecond})
	p := tenFiles(t, mock, slots, acctest.Pattern(2*mib+1, 31))
	p.Apply()
	parts := mock.Requests(openaitest.OpAddPart)
	// On a busy machine a part may lag, and is sent twice.
	if len(parts) < 30 {
		t.Errorf("%d parts, want 30", len(parts))
	}
	// Fewer would mean that resources don't share what there is.
	if most := inParallel(parts); most != slots {
		t.Errorf("%d parts at the same time, want %d", most, slots)
	}
	// Besides the parts, the CLI has no more than ten resources in work.
	if n := mock.Connections(); n > slots+10 {
		t.Errorf("%d connections", n)
	}
}

// TestAccNetwork_straggler has one part that the service takes at 16 KiB/s, while
// the others are done at once.
func TestAccNetwork_straggler(t *testing.T) {
	t.Parallel()
	mock := acctest.Mock(t)
	content := acctest.Pattern(8*mib, 32)
	p := project(t, mock, content, withInt("max_retries", 0))
	mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Skip: 3, BytesPerSecond: 16 << 10})
	wantApplied(p, content)
	parts := mock.Requests(openaitest.OpAddPart)
	if len(parts) != 9 {
		t.Errorf("%d requests with parts, want one of the eight parts twice", len(parts))
	}
	completed := mock.Requests(openaitest.OpCompleteUpload)[0].Started
	for _, r := range parts {
		// When the server notices that the client has given one up is its own affair.
		if !r.Aborted && r.Finished.After(completed) {
			t.Errorf("a part is in flight while the Upload is completed")
		}
	}
	if took := completed.Sub(parts[0].Started); took > 30*time.Second {
		t.Errorf("completed after %s, while the slow connection alone takes 64 s", took)
	}
}

// inParallel is the greatest number of requests that were in flight together.
func inParallel(requests []openaitest.Request) int {
	type edge struct {
		at   time.Time
		step int
	}
	var edges []edge
	for _, r := range requests {
		edges = append(edges, edge{r.Started, 1}, edge{r.Finished, -1})
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(a.at.Compare(b.at), a.step-b.step) })
	var now, most int
	for _, e := range edges {
		now += e.step
		most = max(most, now)
	}
	return most
}
