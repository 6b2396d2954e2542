// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestSlotsServeTheLeastLeftFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(1)
		mustAcquire(t, slots)
		var order []int
		var waiting sync.WaitGroup
		for i, left := range []int64{5, 3, 5, 0, 3, 9} {
			waiting.Go(func() {
				if err := slots.acquire(t.Context(), left); err != nil {
					t.Error(err)
				}
				order = append(order, i) // Alone, with the only slot.
				time.Sleep(time.Second)
				slots.release()
			})
			synctest.Wait()
		}
		slots.release()
		waiting.Wait()
		if want := []int{3, 1, 4, 0, 2, 5}; !slices.Equal(order, want) {
			t.Errorf("served in order %v, want %v", order, want)
		}
	})
}

// TestLargeUploadsOnASlowLine sends ten files that take 400 s each over a line
// that they share, all at once: at the pace of all of them none would be done
// before its Upload expires.
func TestLargeUploadsOnASlowLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const (
			files, size = 10, 16 * mib
			rate        = 40 << 10
			piece       = 64 << 10
		)
		slots := NewSlots(DefaultSlots)
		var flying atomic.Int64
		var mu sync.Mutex
		var completed []time.Duration
		started := time.Now()
		var uploads sync.WaitGroup
		for range files {
			s := newService(t)
			var created time.Time
			s.onCreate = func(context.Context, int) (Upload, error) {
				created = time.Now()
				return s.create(), nil
			}
			s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
				flying.Add(1)
				defer flying.Add(-1)
				content, buf := part.Open(), make([]byte, piece)
				for {
					_, err := io.ReadFull(content, buf)
					switch {
					case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
						return fmt.Sprintf("part_%d_%d", part.Number, call), nil
					case err != nil:
						return "", err
					}
					if err := sleep(ctx, time.Duration(flying.Load())*time.Second*piece/rate); err != nil {
						return "", err
					}
				}
			}
			s.onComplete = func(context.Context, int) (Upload, error) {
				mu.Lock()
				defer mu.Unlock()
				completed = append(completed, time.Since(started))
				// Alone it takes 410 s, and it begins with the last parts of another.
				if took := time.Since(created); took > 600*time.Second {
					t.Errorf("an Upload lived for %s", took)
				}
				return Upload{Status: statusCompleted, File: new(s.file(fmt.Sprint("file-", len(completed))))}, nil
			}
			s.unchecked = true
			uploads.Go(func() {
				u := &Uploader{Backend: s, Slots: slots, Claims: NewClaims(), PartSize: mib / 4}
				if _, err := u.Upload(t.Context(), job(zeros(size))); err != nil {
					t.Error(err)
				}
			})
		}
		uploads.Wait()
		if len(completed) != files {
			t.Fatalf("%d of %d uploads are completed", len(completed), files)
		}
		if all := completed[files-1]; all < time.Hour || completed[0]*100 > all*11 {
			t.Errorf("completed after %v", completed)
		}
	})
}

// TestLargeUploadsTakeTurns begins one after the other, the smaller ones first, but
// a small one at once.
func TestLargeUploadsTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(3)
		order := make(chan int64, 10)
		dispatched := map[int64]func(){}
		begin := func(bytes int64, parts int) {
			go func() {
				done, err := slots.begin(t.Context(), bytes, parts)
				if err != nil {
					t.Error(err)
				}
				dispatched[bytes] = done
				order <- bytes
			}()
			synctest.Wait()
		}
		want := func(bytes ...int64) {
			t.Helper()
			synctest.Wait()
			for _, b := range bytes {
				select {
				case got := <-order:
					if got != b {
						t.Errorf("%d begins, want %d", got, b)
					}
				default:
					t.Errorf("%d doesn't begin", b)
				}
			}
			if len(order) > 0 {
				t.Errorf("%d more began", len(order))
			}
		}
		begin(50, 3)
		begin(60, 9)
		begin(50, 3)
		want(50)
		begin(99, 2) // Not large, and there is room.
		want(99)
		begin(40, 3) // Smaller than the one that has begun.
		want(40)
		slots.release()
		want() // It is the turn of 40 and of the first 50.
		dispatched[40]()
		want()
		dispatched[50]()
		want(50)
		dispatched[50]()
		dispatched[50]() // Has no further effect.
		want()
		slots.release()
		want(60)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, err := slots.begin(ctx, 60, 3)
			failed <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		dispatched[60]()
		if len(slots.begun) > 0 {
			t.Errorf("begun are %v", slots.begun)
		}
	})
}

// zeros is a source of so many zero bytes.
type zeros int64

func (z zeros) Size() int64                             { return int64(z) }
func (z zeros) Unchanged(context.Context, string) error { return nil }
func (z zeros) ReadAt(p []byte, _ int64) (int, error)   { clear(p); return len(p), nil }

// TestTimeoutDoesNotCountTheQueue waits longer for a slot than the upload may take.
func TestTimeoutDoesNotCountTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		u := uploader(s, 1)
		u.Slots = NewSlots(1)
		mustAcquire(t, u.Slots)
		time.AfterFunc(time.Hour, u.Slots.release)
		j := job(newSource(unit))
		j.Timeout, j.TimeoutCause = time.Minute, errors.New("overtime")
		if _, err := u.Upload(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		s.onPart = func(ctx context.Context, _ int, _ Part) (string, error) {
			return "", unanswered(ctx)
		}
		started := time.Now()
		_, err := u.Upload(t.Context(), j)
		if failure := wantError(t, err, LeftNothing); !errors.Is(failure, j.TimeoutCause) {
			t.Errorf("error is %v", err)
		}
		if took := time.Since(started); took < time.Minute || took > 62*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestQueuedUploadIsNotCreated is interrupted while others have the slots.
func TestQueuedUploadIsNotCreated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		u := uploader(s, 1)
		u.Slots = NewSlots(1)
		mustAcquire(t, u.Slots)
		ctx, interrupt := interruptedIn(t)
		time.AfterFunc(time.Minute, interrupt)
		_, err := u.Upload(ctx, job(newSource(unit)))
		if wantLeft(t, err, LeftNothing); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		s.wantCalls(map[string]int{"create": 0, "cancel": 0})
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
			if err := slots.acquire(ctx, 0); !errors.Is(err, cause) {
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
		slots.throttle(Fault{Wait: 10 * time.Second})
		slots.throttle(Fault{Wait: time.Second}) // Shortens nothing.
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

func mustAcquire(t *testing.T, slots *Slots) {
	t.Helper()
	if err := slots.acquire(t.Context(), 0); err != nil {
		t.Error(err)
	}
}
