// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestOutageIsSurvived has every request fail for a minute, in mid-upload or when
// the upload is completed, with default settings.
func TestOutageIsSurvived(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault error
	}{{"refused", unreachable()}, {"reset", cut()}, {"500", unavailable()}, {"429 or 503", throttled(0)}} {
		for _, completing := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, completing %t", tt.name, completing), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := newService(t)
					var (
						mu   sync.Mutex
						from time.Time
					)
					down := func(begins bool) bool {
						mu.Lock()
						defer mu.Unlock()
						if from.IsZero() && begins {
							from = time.Now()
						}
						return !from.IsZero() && time.Since(from) < time.Minute
					}
					s.onPart = func(_ context.Context, _ int, part Part) (string, error) {
						if down(!completing && part.Number == 5) {
							return "", tt.fault
						}
						return s.addPart(part)
					}
					s.onComplete = func(context.Context, int) (Upload, error) {
						if down(completing) {
							return Upload{}, tt.fault
						}
						return s.complete()
					}
					u := uploader(s, DefaultRetries)
					u.Slots = NewSlots(DefaultSlots)
					err := within(t, 2*time.Minute, func() error {
						_, err := u.Upload(t.Context(), job(newSource(32*unit)))
						return err
					})
					if err != nil {
						t.Error(err)
					}
					s.wantCalls(map[string]int{"cancel": 0})
				})
			})
		}
	}
}

// TestDeadServiceEndsInAnError fails for ever in mid-upload.
func TestDeadServiceEndsInAnError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		fault  error
		within time.Duration
	}{
		{"refused", unreachable(), 2 * time.Minute},
		{"cut", cut(), 2 * time.Minute},
		{"500", unavailable(), 2 * time.Minute},
		{"throttled", throttled(0), 2 * time.Minute},
		{"with long pauses", throttled(time.Hour), 15 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				var dead time.Time
				s.onPart = func(_ context.Context, _ int, part Part) (string, error) {
					if part.Number < 3 {
						return s.addPart(part)
					}
					if dead.IsZero() {
						dead = time.Now()
					}
					return "", tt.fault
				}
				u := uploader(s, DefaultRetries)
				u.Slots = NewSlots(1)
				_, err := u.Upload(t.Context(), job(newSource(32*unit)))
				if took := time.Since(dead); took > tt.within {
					t.Errorf("ended after %s", took)
				}
				if failure := wantError(t, err, LeftNothing); !strings.HasPrefix(failure.Op, "part ") || !errors.Is(err, tt.fault) {
					t.Errorf("error is %v", err)
				}
				s.wantCalls(map[string]int{"part 31": 0, "cancel": 1})
			})
		})
	}
}

// TestDeadServiceLeavesAnUpload fails everything for ever in mid-upload, the
// cancellation included.
func TestDeadServiceLeavesAnUpload(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault error
	}{{"refused", unreachable()}, {"cut", cut()}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onPart = func(_ context.Context, _ int, part Part) (string, error) {
					if part.Number < 3 {
						return s.addPart(part)
					}
					return "", tt.fault
				}
				s.onCancel = func(context.Context, int) (Upload, error) { return Upload{}, tt.fault }
				err := within(t, 3*time.Minute, func() error {
					_, err := uploader(s, DefaultRetries).Upload(t.Context(), job(newSource(8*unit)))
					return err
				})
				if failure := wantError(t, err, LeftUpload); !strings.HasPrefix(failure.Op, "part ") {
					t.Errorf("error is %v", err)
				}
			})
		})
	}
}

// TestQueueIsNoOutage waits longer for its first slot than an outage may last.
func TestQueueIsNoOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(_ context.Context, call int, part Part) (string, error) {
			if call == 1 {
				return "", cut()
			}
			return s.addPart(part)
		}
		u := uploader(s, 1)
		u.Slots = NewSlots(1)
		if err := u.Slots.acquire(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(10*time.Minute, u.Slots.release)
		if _, err := u.Upload(t.Context(), job(newSource(unit))); err != nil {
			t.Error(err)
		}
	})
}
