// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"slices"
	"strings"
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
	for _, test := range []struct {
		name          string
		first, second send
		sent          int
		within        time.Duration
		refused       bool
	}{
		{name: "hangs", first: after(never), second: after(2 * time.Second), sent: 2, within: 13 * time.Second},
		{name: "answers first after all", first: after(9 * time.Second), second: after(never), sent: 2, within: 15 * time.Second},
		{name: "both answer at once", first: after(8 * time.Second), second: after(8*time.Second - 3*2*time.Second), sent: 2, within: 15 * time.Second},
		{name: "is late, but not so late", first: after(5 * time.Second), sent: 1, within: 11 * time.Second},
		{name: "second fails, first answers", first: after(20 * time.Second), second: failing(time.Second, cut()), sent: 2, within: 27 * time.Second},
		{name: "first fails, second answers", first: failing(9*time.Second, cut()), second: after(6 * time.Second), sent: 2, within: 20 * time.Second},
		{name: "second is refused", first: after(never), second: failing(time.Second, refused("no")), sent: 2, within: 15 * time.Second, refused: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
					switch {
					case part.Number != 4:
						return after(2*time.Second)(ctx, s, part)
					case call == 1:
						return test.first(ctx, s, part)
					default:
						return test.second(ctx, s, part)
					}
				}
				u := uploader(s, 5)
				u.Slots = NewSlots(3)
				src := newSource(10 * unit)
				j := job(src)
				var last Event
				j.Observe = func(e Event) { last = e }
				err := within(t, test.within, func() error {
					_, err := u.Upload(t.Context(), j)
					return err
				})
				s.wantCalls(map[string]int{"part 3": 1, "part 4": test.sent, "part 9": 1})
				if u.Slots.busy != 0 {
					t.Errorf("%d slots are lost", u.Slots.busy)
				}
				if test.refused {
					if failure := wantError(t, err, LeftNothing); !strings.Contains(failure.Error(), "part 5 of 10: no") {
						t.Errorf("error is %v", failure)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(s.content, src.data) || last.BytesDone != last.Bytes {
					t.Errorf("other content has arrived, or too much: %+v", last)
				}
			})
		})
	}
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
		slots.throttle(time.Minute)
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
