// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // What the API uses.
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

const (
	mib = 1 << 20

	// unit is the size of parts in most tests.
	unit = 64 << 10
)

// serverTime is what the service's clock says, years away from the engine's.
var serverTime = time.Date(2041, 1, 2, 3, 4, 5, 0, time.UTC)

// service is a Backend that works, takes latency for each call, and
// does something else where a script says so. A script may call the method of
// the same name that does the work. It fails the test when something is sent
// that must not be: a cancellation while parts are in flight, or a completion
// that doesn't match the parts.
type service struct {
	t       *testing.T
	latency time.Duration

	// unchecked leaves out what needs the content of parts.
	unchecked bool

	// Scripts get the number of the call, from 1; for parts that of the part's.
	onCreate   func(ctx context.Context, call int) (Upload, error)
	onPart     func(ctx context.Context, call int, part Part) (string, error)
	onComplete func(ctx context.Context, call int) (Upload, error)
	onCancel   func(ctx context.Context, call int) (Upload, error)
	onFind     func(ctx context.Context, call int) ([]File, error)

	mu       sync.Mutex
	journal  []string // "create", "part 0", "complete", "cancel", "find", as they began.
	calls    map[string]int
	flying   int
	most     int // Parts in flight.
	spec     Spec
	parts    map[string][]byte
	ids      []string // What complete was asked to join.
	state    string   // Of the Upload: "", "pending", "completed", "cancelled".
	life     time.Duration
	uploadID string
	files    []File
	content  []byte
}

func newService(t *testing.T) *service {
	t.Helper()
	return &service{
		t: t, latency: 10 * time.Millisecond, life: time.Hour, uploadID: "upload_1",
		calls: map[string]int{}, parts: map[string][]byte{},
	}
}

// unanswered waits as a call does that nobody answers, and returns its error.
func unanswered(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// begin notes a call and returns its number.
func (s *service) begin(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal = append(s.journal, name)
	s.calls[name]++
	return s.calls[name]
}

func (s *service) Create(ctx context.Context, spec Spec) (Upload, error) {
	call := s.begin("create")
	s.mu.Lock()
	s.spec = spec
	s.mu.Unlock()
	if err := sleep(ctx, s.latency); err != nil {
		return Upload{}, err
	}
	if s.onCreate != nil {
		return s.onCreate(ctx, call)
	}
	return s.create(), nil
}

func (s *service) create() Upload {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = "pending"
	return Upload{ID: s.uploadID, CreatedAt: serverTime, ExpiresAt: serverTime.Add(s.life)}
}

func (s *service) AddPart(ctx context.Context, uploadID string, part Part) (string, error) {
	call := s.begin(fmt.Sprintf("part %d", part.Number))
	s.mu.Lock()
	s.flying++
	s.most = max(s.most, s.flying)
	if uploadID != s.uploadID || s.state != "pending" {
		s.t.Errorf("part %d sent to Upload %q, which is %q", part.Number, uploadID, s.state)
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.flying--
	}()
	if err := sleep(ctx, s.latency); err != nil {
		return "", err
	}
	if s.onPart != nil {
		return s.onPart(ctx, call, part)
	}
	return s.addPart(part)
}

func (s *service) addPart(part Part) (string, error) {
	data, err := readAll(part.Open(), part.Size)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if int64(len(data)) != part.Size {
		s.t.Errorf("part %d has %d bytes, announced were %d", part.Number, len(data), part.Size)
	}
	id := fmt.Sprintf("part_%d_%d", part.Number, len(s.parts))
	s.parts[id] = data
	return id, nil
}

func (s *service) Complete(ctx context.Context, uploadID string, ids []string, sum string) (Upload, error) {
	call := s.begin("complete")
	s.mu.Lock()
	if uploadID != s.uploadID || s.flying > 0 {
		s.t.Errorf("complete of %q with %d parts in flight", uploadID, s.flying)
	}
	s.ids = slices.Clone(ids)
	s.content = nil
	for _, id := range ids {
		s.content = append(s.content, s.parts[id]...)
	}
	if !s.unchecked && sum != md5Hex(s.content) {
		s.t.Errorf("md5 is %s, the content's is %s", sum, md5Hex(s.content))
	}
	if int64(len(s.content)) != s.spec.Bytes && !s.unchecked {
		s.t.Errorf("parts have %d bytes, announced were %d", len(s.content), s.spec.Bytes)
	}
	s.mu.Unlock()
	if err := sleep(ctx, s.latency); err != nil {
		return Upload{}, err
	}
	if s.onComplete != nil {
		return s.onComplete(ctx, call)
	}
	return s.complete()
}

func (s *service) complete() (Upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != "pending" {
		return Upload{}, refused("Upload is " + s.state)
	}
	s.state = statusCompleted
	file := s.file("file-1")
	s.files = append(s.files, file)
	return Upload{Status: statusCompleted, File: &file}, nil
}

// file is a File like the one that the Upload becomes.
func (s *service) file(id string) File {
	return File{
		ID: id, Filename: s.spec.Filename, Purpose: s.spec.Purpose, Bytes: s.spec.Bytes, CreatedAt: serverTime,
	}
}

func (s *service) Cancel(ctx context.Context, uploadID string) (Upload, error) {
	call := s.begin("cancel")
	s.mu.Lock()
	if uploadID != s.uploadID || s.flying > 0 {
		s.t.Errorf("cancel of %q with %d parts in flight", uploadID, s.flying)
	}
	s.mu.Unlock()
	if err := sleep(ctx, s.latency); err != nil {
		return Upload{}, err
	}
	if s.onCancel != nil {
		return s.onCancel(ctx, call)
	}
	return s.cancel()
}

func (s *service) cancel() (Upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != "pending" {
		return Upload{}, refused("Upload is " + s.state)
	}
	s.state = StatusCancelled
	return Upload{Status: StatusCancelled}, nil
}

func (s *service) Files(ctx context.Context, purpose string) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		files, err := s.find(ctx, purpose)
		for _, file := range files {
			if !yield(file, nil) {
				return
			}
		}
		if err != nil {
			yield(File{}, err)
		}
	}
}

func (s *service) find(ctx context.Context, purpose string) ([]File, error) {
	call := s.begin("find")
	s.mu.Lock()
	if purpose != s.spec.Purpose {
		s.t.Errorf("Files with purpose %q are listed", purpose)
	}
	s.mu.Unlock()
	if err := sleep(ctx, s.latency); err != nil {
		return nil, err
	}
	if s.onFind != nil {
		return s.onFind(ctx, call)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.files), nil
}

func (s *service) GetFile(ctx context.Context, id string) (File, error) {
	s.begin("get")
	if err := sleep(ctx, s.latency); err != nil {
		return File{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, file := range s.files {
		if file.ID == id {
			return file, nil
		}
	}
	return File{}, refused("no such File")
}

// count returns how often a call was made.
func (s *service) count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[name]
}

// wantCalls fails the test unless the calls were made so often.
func (s *service) wantCalls(want map[string]int) {
	s.t.Helper()
	for name, n := range want {
		if got := s.count(name); got != n {
			s.t.Errorf("%s was called %d times, want %d (%v)", name, got, n, s.journal)
		}
	}
}

// wantCancelled fails the test unless the Upload is cancelled.
func (s *service) wantCancelled() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != StatusCancelled {
		s.t.Errorf("the Upload is %q", s.state)
	}
}

// source is content in memory.
type source struct {
	data  []byte
	check func() error
	read  func(p []byte, offset int64) (int, error)
}

func newSource(size int) *source {
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data)
	return &source{data: data}
}

func (s *source) Size() int64 { return int64(len(s.data)) }

func (s *source) Unchanged(context.Context, string) error {
	if s.check != nil {
		return s.check()
	}
	return nil
}

func (s *source) ReadAt(p []byte, offset int64) (int, error) {
	if s.read != nil {
		return s.read(p, offset)
	}
	return bytes.NewReader(s.data).ReadAt(p, offset)
}

// faulty is an error of the service or of the way to it.
type faulty struct {
	text  string
	fault Fault
}

func (f *faulty) Error() string { return f.text }
func (f *faulty) Fault() Fault  { return f.fault }

// refused is an answer like 400.
func refused(text string) error {
	return &faulty{text: text, fault: Fault{Class: Final, Delivery: Answered}}
}

// unavailable is an answer like 500.
func unavailable() error {
	return &faulty{text: "server error", fault: Fault{Class: Retryable, Delivery: Answered}}
}

// cut is a lost connection.
func cut() error { return &faulty{text: "connection reset", fault: Fault{Class: Retryable}} }

// throttled is an answer like 429.
func throttled(after time.Duration) error {
	return &faulty{text: "slow down", fault: Fault{Class: Throttled, Wait: after, Delivery: Answered}}
}

func md5Hex(data []byte) string {
	sum := md5.Sum(data) //nolint:gosec // What the API uses.
	return hex.EncodeToString(sum[:])
}

// job is an upload of a source.
func job(src Source) Job {
	return Job{Source: src, Spec: Spec{Filename: "a.jsonl", Purpose: "batch", MIMEType: "text/jsonl"}}
}

// uploader returns one with two slots and retries, and parts of one unit.
func uploader(s *service, retries int) *Uploader {
	return &Uploader{Backend: s, Claims: NewClaims(), Slots: NewSlots(2), Retries: retries, PartSize: unit}
}

// wantError returns err as an *Error and fails the test unless it left that.
func wantError(t *testing.T, err error, left Left) *Error {
	t.Helper()
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("error is %v, want an *Error", err)
	}
	if failure.Left != left {
		t.Errorf("left is %d, want %d (%v; %v)", failure.Left, left, failure, failure.CancelErr)
	}
	if (failure.CancelErr != nil) && left == LeftNothing {
		t.Errorf("cancelling failed: %v", failure.CancelErr)
	}
	return failure
}

// wantLeft fails the test unless err is an *Error that left that.
func wantLeft(t *testing.T, err error, left Left) {
	t.Helper()
	_ = wantError(t, err, left)
}

// within fails the test if f takes more time than limit, and returns its error.
func within(t *testing.T, limit time.Duration, f func() error) error {
	t.Helper()
	start := time.Now()
	err := f()
	if took := time.Since(start); took > limit {
		t.Errorf("took %s, want at most %s", took, limit)
	}
	return err
}

// slowly returns part with a reader that yields piece bytes at a time, after a
// pause, until ctx ends.
func slowly(ctx context.Context, part Part, piece int, pause time.Duration) Part {
	open := part.Open
	part.Open = func() io.Reader {
		content := open()
		return readerFunc(func(p []byte) (int, error) {
			if err := sleep(ctx, pause); err != nil {
				return 0, err
			}
			return content.Read(p[:min(len(p), piece)])
		})
	}
	return part
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// readAll reads up to the end, with a buffer that has room for all.
func readAll(r io.Reader, size int64) ([]byte, error) {
	data := make([]byte, 0, size+1)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return nil, err
		case len(data) == cap(data):
			return nil, errors.New("more bytes than announced")
		}
	}
}
