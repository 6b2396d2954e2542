// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestCreateFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		errs    []error // Of the calls in turn; those after succeed.
		calls   int
		left    Left // When it fails.
		success bool
		stray   bool // When it succeeds.
	}{
		{name: "5xx", errs: []error{unavailable()}, calls: 2, success: true, stray: true},
		{name: "answer lost", errs: []error{cut()}, calls: 2, success: true, stray: true},
		{name: "throttled", errs: []error{throttled(0)}, calls: 2, success: true},
		{name: "not reached", errs: []error{unreachable()}, calls: 2, success: true},
		{name: "4xx", errs: []error{refused("bad purpose")}, calls: 1},
		{name: "always 5xx", errs: []error{unavailable(), unavailable(), unavailable()}, calls: 3, left: LeftUnknown},
		{name: "answer always lost", errs: []error{cut(), cut(), cut()}, calls: 3, left: LeftUnknown},
		{name: "answer lost, then 4xx", errs: []error{cut(), refused("no")}, calls: 2, left: LeftUnknown},
		{
			name: "never reached", calls: 3,
			errs: []error{unreachable(), unreachable(), unreachable()},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onCreate = func(_ context.Context, call int) (Upload, error) {
					if call <= len(tt.errs) {
						return Upload{}, tt.errs[call-1]
					}
					return s.create(), nil
				}
				result, err := uploader(s, 2).Upload(t.Context(), job(newSource(unit)))
				s.wantCalls(map[string]int{"create": tt.calls, "cancel": 0})
				if tt.success {
					if err != nil || result.Stray != tt.stray {
						t.Errorf("stray %t, %v", result.Stray, err)
					}
					return
				}
				failure := wantError(t, err, tt.left)
				if failure.Op != "creating the upload" || failure.UploadID != "" || !errors.Is(err, tt.errs[tt.calls-1]) {
					t.Errorf("error is %+v", failure)
				}
				if (failure.ExpiresIn == time.Hour) != (tt.left == LeftUnknown) {
					t.Errorf("what may be left expires in %s", failure.ExpiresIn)
				}
				s.wantCalls(map[string]int{"part 0": 0})
			})
		})
	}
}

// TestStrayUploadOfAFailedOne loses the answer to create, and fails later.
func TestStrayUploadOfAFailedOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onCreate = func(_ context.Context, call int) (Upload, error) {
			if call == 1 {
				return Upload{}, cut()
			}
			return s.create(), nil
		}
		s.onPart = func(context.Context, int, Part) (string, error) { return "", refused("quota") }
		_, err := uploader(s, 2).Upload(t.Context(), job(newSource(unit)))
		if failure := wantError(t, err, LeftNothing); !failure.Stray || failure.UploadID == "" {
			t.Errorf("error is %+v", failure)
		}
	})
}

// unreachable is a refused connection.
func unreachable() error {
	return &faulty{text: "connection refused", fault: Fault{Class: Retryable, Delivery: NotSent}}
}

func TestCreateWithoutAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onCreate = func(ctx context.Context, _ int) (Upload, error) {
			return Upload{}, unanswered(ctx)
		}
		err := within(t, 4*time.Minute, func() error {
			_, err := uploader(s, 2).Upload(t.Context(), job(newSource(unit)))
			return err
		})
		if wantLeft(t, err, LeftUnknown); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("error is %v", err)
		}
		s.wantCalls(map[string]int{"create": 3, "part 0": 0, "cancel": 0})
	})
}

func TestCreateWithoutID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onCreate = func(context.Context, int) (Upload, error) { return Upload{}, nil }
		_, err := uploader(s, 2).Upload(t.Context(), job(newSource(unit)))
		if wantLeft(t, err, LeftUnknown); !errors.Is(err, ErrBadAnswer) {
			t.Errorf("error is %v", err)
		}
		s.wantCalls(map[string]int{"create": 1, "part 0": 0, "cancel": 0})
	})
}

// TestLifeIsCountedByTheServersClock has Uploads whose times are nothing like
// this machine's, parts that are never answered, and no other limit.
func TestLifeIsCountedByTheServersClock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		life time.Duration
		want time.Duration
	}{
		{"short", 10 * time.Minute, 10*time.Minute - lifeMargin},
		{"very short", 20 * time.Second, 18 * time.Second},
		{"nonsense", -time.Hour, time.Hour - lifeMargin},
		{"absurd", 1000 * time.Hour, time.Hour - lifeMargin},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.life = tt.life
				s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
					// Just fast enough for the watchdog.
					return s.addPart(slowly(ctx, part, 64<<10, time.Second))
				}
				start := time.Now()
				u := uploader(s, 20)
				u.Slots, u.PartSize = NewSlots(1), 0
				_, err := u.Upload(t.Context(), job(endless{}))
				failure := wantError(t, err, LeftNothing)
				if !errors.Is(err, ErrExpired) || failure.Op != "sending the parts" {
					t.Errorf("error is %v", err)
				}
				if got := time.Since(start); got < tt.want || got > tt.want+time.Second {
					t.Errorf("failed after %s, want %s", got, tt.want)
				}
				s.wantCalls(map[string]int{"complete": 0, "cancel": 1})
			})
		})
	}
}

// endless is content that takes more than an hour at 64 KiB/s.
type endless struct{}

func (endless) Size() int64                             { return 300_000_000 }
func (endless) Unchanged(context.Context, string) error { return nil }
func (endless) ReadAt(p []byte, _ int64) (int, error)   { return len(p), nil }

// TestNoWaitPastTheUploadsLife has a service that asks to wait for longer than
// the Upload lives: it fails at once, with what the service said.
func TestNoWaitPastTheUploadsLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.life = time.Minute
		s.onPart = func(context.Context, int, Part) (string, error) { return "", throttled(90 * time.Second) }
		err := within(t, time.Second, func() error {
			_, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
			return err
		})
		wantLeft(t, err, LeftNothing)
		if _, ok := errors.AsType[*faulty](err); !ok || !errors.Is(err, ErrExpired) {
			t.Errorf("error is %v", err)
		}
	})
}

// TestNoWaitPastTheDeadline is the same for the caller's deadline.
func TestNoWaitPastTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		s.onPart = func(context.Context, int, Part) (string, error) { return "", throttled(90 * time.Second) }
		err := within(t, time.Second, func() error {
			_, err := uploader(s, 5).Upload(ctx, job(newSource(unit)))
			return err
		})
		wantLeft(t, err, LeftNothing)
		if _, ok := errors.AsType[*faulty](err); !ok || errors.Is(err, ErrExpired) {
			t.Errorf("error is %v", err)
		}
	})
}

// TestDeadlineTellsWhatWentBefore has a deadline that ends an attempt after a
// failure: both are reported.
func TestDeadlineTellsWhatWentBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		s.onPart = func(ctx context.Context, call int, _ Part) (string, error) {
			if call == 1 {
				return "", unavailable()
			}
			return "", unanswered(ctx)
		}
		_, err := uploader(s, 5).Upload(ctx, job(newSource(unit)))
		wantLeft(t, err, LeftNothing)
		if _, ok := errors.AsType[*faulty](err); !ok || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v", err)
		}
	})
}
