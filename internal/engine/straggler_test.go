// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestStraggler has ten parts that take 2 s each on three slots, but for one.
func TestStraggler(t *testing.T) {
	t.Parallel()
	type send func(ctx context.Context, s *service, part Part) (string, error)
	after := func(d time.Duration) send {
		return func(ctx context.Context, s *service, part Part) (string, error) {
			if err := sleep(ctx, d); err != nil {
				return "", err
			}
			return s.addPart(part)
		}
	}
	failing := func(d time.Duration, err error) send {
		return func(ctx context.Context, _ *service, _ Part) (string, error) {
			if err := sleep(ctx, d); err != nil {
				return "", err
			}
			return "", err
		}
	}
	const never = time.Hour
	for _, tt := range []struct {
		name          string
		first, second send
		sent          int
		within        time.Duration
		refused       bool
	}{
		{name: "hangs", first: after(never), second: after(2 * time.Second), sent: 2, within: 13 * time.Second},
		{name: "answers first after all", first: after(9 * time.Second), second: after(never), sent: 2, within: 15 * time.Second},
		{name: "is late, but not so late", first: after(5 * time.Second), sent: 1, within: 11 * time.Second},
		{name: "second fails, first answers", first: after(20 * time.Second), second: failing(time.Second, cut()), sent: 2, within: 27 * time.Second},
		{name: "first fails, second answers", first: failing(9*time.Second, cut()), second: after(6 * time.Second), sent: 2, within: 20 * time.Second},
		{name: "second is refused", first: after(never), second: failing(time.Second, refused("no")), sent: 2, within: 15 * time.Second, refused: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
					switch {
					case part.Number != 4:
						return after(2*time.Second)(ctx, s, part)
					case call == 1:
						return tt.first(ctx, s, part)
					default:
						return tt.second(ctx, s, part)
					}
				}
				u := uploader(s, 5)
				u.Slots = NewSlots(3)
				src := newSource(10 * unit)
				err := within(t, tt.within, func() error {
					_, err := u.Upload(t.Context(), job(src))
					return err
				})
				s.wantCalls(map[string]int{"part 3": 1, "part 4": tt.sent, "part 9": 1})
				if u.Slots.busy != 0 {
					t.Errorf("%d slots are lost", u.Slots.busy)
				}
				if tt.refused {
					if failure := wantError(t, err, LeftNothing); !strings.Contains(failure.Error(), "part 5 of 10: no") {
						t.Errorf("error is %v", failure)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(s.content, src.data) {
					t.Error("other content has arrived")
				}
			})
		})
	}
}

// TestStragglerAndItsTwinAnswerAtOnce counts the part once: the last part isn't read
// before all others are done.
func TestStragglerAndItsTwinAnswerAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		var begun atomic.Pointer[time.Time]
		s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
			took := 2 * time.Second
			switch {
			case part.Number == 1 && call == 1:
				begun.Store(new(time.Now()))
				took = 8 * time.Second
			case part.Number == 1:
				took = 8*time.Second - time.Since(*begun.Load())
			case part.Number == 9:
				took = 30 * time.Second
			}
			if err := sleep(ctx, took); err != nil {
				return "", err
			}
			return s.addPart(part)
		}
		u := uploader(s, 5)
		u.Slots = NewSlots(5)
		j := job(newSource(10 * unit))
		seen := false
		j.Observe = func(e Event) {
			if e.PartsDone == 9 {
				seen = true
				if e.BytesDone != 9*unit {
					t.Errorf("%d bytes are done, want %d", e.BytesDone, 9*unit)
				}
			}
		}
		if _, err := u.Upload(t.Context(), j); err != nil || !seen {
			t.Errorf("error %v; seen without its last part %t", err, seen)
		}
		s.wantCalls(map[string]int{"part 1": 2})
	})
}

// TestThrottledTwinPausesAll has a straggler whose twin is throttled: the first goes
// on, and nobody else begins.
func TestThrottledTwinPausesAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		u := uploader(s, 5)
		u.Slots = NewSlots(3)
		s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
			switch {
			case part.Number != 3:
			case call == 1:
				if err := sleep(ctx, 20*time.Second); err != nil {
					return "", err
				}
			default:
				return "", throttled(time.Minute)
			}
			return s.addPart(part)
		}
		time.AfterFunc(15*time.Second, func() {
			if u.Slots.takeIdle() {
				t.Error("a slot is granted in the pause")
			}
		})
		if _, err := u.Upload(t.Context(), job(newSource(4*unit))); err != nil {
			t.Fatal(err)
		}
		s.wantCalls(map[string]int{"part 3": 2})
	})
}

// TestIdleSlots takes none that another may want.
func TestIdleSlots(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(2)
		for i, want := range []bool{true, true, false} {
			if got := slots.takeIdle(); got != want {
				t.Errorf("%d are busy, and another one is %t", i, got)
			}
		}
		slots.release()
		slots.throttle(Fault{Wait: time.Minute})
		if slots.takeIdle() {
			t.Error("taken in a pause")
		}
		go mustAcquire(t, slots)
		synctest.Wait()
		time.Sleep(time.Minute)
		synctest.Wait()
		slots.release()
		if slots.takeIdle() {
			t.Error("taken right after the first one that a pause let go")
		}
		time.Sleep(startInterval)
		if !slots.takeIdle() {
			t.Error("none is idle")
		}
	})
}
