// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlotsAreFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(1)
		mustAcquire(t, slots)
		var order []int
		var waiting sync.WaitGroup
		for i := range 5 {
			waiting.Go(func() {
				mustAcquire(t, slots)
				order = append(order, i) // Alone, with the only slot.
				time.Sleep(time.Second)
				slots.release()
			})
			synctest.Wait()
		}
		slots.release()
		waiting.Wait()
		if want := []int{0, 1, 2, 3, 4}; !slices.Equal(order, want) {
			t.Errorf("served in order %v, want %v", order, want)
		}
	})
}

func TestSlotsOfGivenUpWaitersGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(1)
		mustAcquire(t, slots)
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		var waiting sync.WaitGroup
		waiting.Go(func() {
			if err := slots.acquire(ctx); !errors.Is(err, cause) {
				t.Errorf("error %v, want the cause", err)
			}
		})
		synctest.Wait()
		waiting.Go(func() { mustAcquire(t, slots) })
		synctest.Wait()
		cancel(cause)
		slots.release() // Whoever of the two it goes to, the second one gets it.
		waiting.Wait()
		slots.release()
		if slots.busy != 0 {
			t.Errorf("%d slots are lost", slots.busy)
		}
	})
}

func TestSlotsPauseHoldsBackAllAndKeepsOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(2)
		slots.pause(10 * time.Second)
		slots.pause(time.Second) // Shortens nothing.
		start := time.Now()
		var order []int
		var mu sync.Mutex
		var waiting sync.WaitGroup
		for i := range 3 {
			waiting.Go(func() {
				mustAcquire(t, slots)
				defer slots.release()
				if got := time.Since(start); got < 10*time.Second {
					t.Errorf("waiter %d was served in the pause, after %s", i, got)
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				time.Sleep(time.Duration(i+1) * time.Second)
			})
			synctest.Wait()
		}
		if err := slots.ready(t.Context()); err != nil || time.Since(start) != 10*time.Second {
			t.Errorf("ready after %s: %v", time.Since(start), err)
		}
		waiting.Wait()
		if order[2] != 2 {
			t.Errorf("served in order %v, want 2 at the end", order)
		}
	})
}

func TestSlotsShareTheClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(4)
		mustAcquire(t, slots)
		time.Sleep(4 * time.Second) // 4 s alone.
		mustAcquire(t, slots)
		time.Sleep(4 * time.Second) // 2 s as one of two.
		slots.release()
		time.Sleep(time.Second)
		if got := slots.share(); got != 7*time.Second {
			t.Errorf("a share of %s, want 7s", got)
		}
	})
}

func mustAcquire(t *testing.T, slots *Slots) {
	t.Helper()
	if err := slots.acquire(t.Context()); err != nil {
		t.Error(err)
	}
}
