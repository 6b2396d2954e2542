// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPartFaults(t *testing.T) {
	t.Parallel()
	// In each case part 1 fails at first.
	for _, tt := range []struct {
		name   string
		first  func(ctx context.Context, s *service, part Part) (string, error)
		within time.Duration
		final  error // Nil: part 1 is sent again and all is well.
		op     string
	}{
		{name: "reset before the body", first: func(context.Context, *service, Part) (string, error) {
			return "", cut()
		}},
		{name: "reset within the body", first: func(_ context.Context, _ *service, part Part) (string, error) {
			_, _ = part.Open().Read(make([]byte, 1000))
			return "", cut()
		}},
		{name: "answer lost, part orphaned", first: func(_ context.Context, s *service, part Part) (string, error) {
			_, err := s.addPart(part)
			return "", errors.Join(err, cut())
		}},
		{name: "5xx", first: func(context.Context, *service, Part) (string, error) {
			return "", unavailable()
		}},
		{name: "unknown error", first: func(context.Context, *service, Part) (string, error) {
			return "", errors.New("something else")
		}},
		{name: "success before the body", first: func(context.Context, *service, Part) (string, error) {
			return "part_x", nil
		}},
		{name: "black hole", within: 60 * time.Second, first: func(ctx context.Context, _ *service, _ Part) (string, error) {
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), ErrStalled) {
				t.Errorf("cause is %v", context.Cause(ctx))
			}
			return "", fmt.Errorf("wrapped: %w", ctx.Err())
		}},
		{name: "stops reading", within: 60 * time.Second, first: func(ctx context.Context, _ *service, part Part) (string, error) {
			_, _ = part.Open().Read(make([]byte, 1000))
			<-ctx.Done()
			return "", fmt.Errorf("wrapped: %w", ctx.Err())
		}},
		{name: "no answer", within: 75 * time.Second, first: func(ctx context.Context, s *service, part Part) (string, error) {
			if _, err := s.addPart(part); err != nil {
				t.Error(err)
			}
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), ErrNoAnswer) {
				t.Errorf("cause is %v", context.Cause(ctx))
			}
			return "", ctx.Err()
		}},
		{name: "4xx", final: &faulty{fault: Fault{Class: Final}}, first: func(context.Context, *service, Part) (string, error) {
			return "", refused("no such thing")
		}},
		{name: "empty part ID", final: ErrBadAnswer, first: func(_ context.Context, s *service, part Part) (string, error) {
			_, err := s.addPart(part)
			return "", err
		}},
		{name: "duplicate part ID", op: "sending the parts", final: ErrBadAnswer, first: func(ctx context.Context, _ *service, part Part) (string, error) {
			_, err := readAll(part.Open(), part.Size)
			return "part_0_0", errors.Join(err, sleep(ctx, time.Second))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
					if part.Number == 1 && call == 1 {
						return tt.first(ctx, s, part)
					}
					return s.addPart(part)
				}
				src := newSource(2 * unit)
				u := uploader(s, 3)
				u.Slots = NewSlots(1) // No other is idle, so that a straggler isn't sent twice.
				err := within(t, max(tt.within, 20*time.Second), func() error {
					_, err := u.Upload(t.Context(), job(src))
					return err
				})
				if tt.final == nil {
					if err != nil {
						t.Fatal(err)
					}
					s.wantCalls(map[string]int{"part 0": 1, "part 1": 2, "complete": 1, "cancel": 0})
					if !slices.Equal(s.content, src.data) {
						t.Error("other content has arrived")
					}
					return
				}
				failure := wantError(t, err, LeftNothing)
				if failure.Op != cmp.Or(tt.op, "part 2 of 2") || failure.UploadID != "upload_1" {
					t.Errorf("error is %+v", failure)
				}
				if _, isFault := errors.AsType[*faulty](err); !errors.Is(err, tt.final) && !isFault {
					t.Errorf("error is %v, want %v", err, tt.final)
				}
				s.wantCalls(map[string]int{"part 1": 1, "complete": 0, "cancel": 1})
				s.wantCancelled()
			})
		})
	}
}

// TestSlowAnswerIsNoFault has a service that thinks for a while about a part
// that it has, and a proxy that takes a large part at once and passes it on at
// 64 KiB/s.
func TestSlowAnswerIsNoFault(t *testing.T) {
	t.Parallel()
	for size, wait := range map[int]time.Duration{unit: 59 * time.Second, targetPart: targetPart*time.Second/(64<<10) - time.Second} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
					id, err := s.addPart(part)
					return id, errors.Join(err, sleep(ctx, wait))
				}
				u := uploader(s, 0)
				u.PartSize = targetPart
				if _, err := u.Upload(t.Context(), job(newSource(size))); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// TestSlowLineIsNoFault has peers that take 16 KiB/s, evenly or in the large pieces
// that full buffers make of that.
func TestSlowLineIsNoFault(t *testing.T) {
	t.Parallel()
	for _, pause := range []time.Duration{time.Second, 40 * time.Second} {
		for _, parts := range []int{1, 8} {
			t.Run(fmt.Sprintf("%d parts, every %s", parts, pause), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := newService(t)
					s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
						return s.addPart(slowly(ctx, part, 16<<10*int(pause/time.Second), pause))
					}
					u := uploader(s, 0)
					u.Slots, u.PartSize = NewSlots(8), mib
					if _, err := u.Upload(t.Context(), job(newSource(parts*mib))); err != nil {
						t.Fatal(err)
					}
				})
			})
		}
	}
}

func TestRetriesAreCounted(t *testing.T) {
	t.Parallel()
	for _, retries := range []int{0, 1, 5} {
		t.Run(strconv.Itoa(retries), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onPart = func(context.Context, int, Part) (string, error) { return "", unavailable() }
				_, err := uploader(s, retries).Upload(t.Context(), job(newSource(unit)))
				wantLeft(t, err, LeftNothing)
				s.wantCalls(map[string]int{"part 0": retries + 1, "complete": 0, "cancel": 1})
			})
		})
	}
}

func TestRetryAfterIsHonouredAndClamped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ asked, want time.Duration }{
		{7 * time.Second, 7 * time.Second},
		{1<<63 - 1, 2 * time.Minute},
		{-time.Hour, 500 * time.Millisecond},
	} {
		t.Run(tt.asked.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				var failed time.Time
				s.onPart = func(_ context.Context, call int, part Part) (string, error) {
					if call == 1 {
						failed = time.Now()
						return "", &faulty{text: "conflict", fault: Fault{Class: Retryable, Wait: tt.asked, Delivery: Answered}}
					}
					waited := time.Since(failed) - s.latency
					if tt.asked > 0 && waited != tt.want || waited > tt.want {
						t.Errorf("waited for %s, want %s", waited, tt.want)
					}
					return s.addPart(part)
				}
				if _, err := uploader(s, 1).Upload(t.Context(), job(newSource(unit))); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

func TestBackoffGrowsAndIsCapped(t *testing.T) {
	t.Parallel()
	for try, limit := range map[int]time.Duration{
		0: 500 * time.Millisecond, 1: time.Second, 3: 4 * time.Second, 4: 8 * time.Second, 1000: 8 * time.Second,
	} {
		longest := time.Duration(0)
		for range 1000 {
			wait := Fault{}.Backoff(try)
			if wait < limit/2 || wait > limit {
				t.Fatalf("Backoff(%d) is %s", try, wait)
			}
			longest = max(longest, wait)
		}
		if longest < limit*3/4 {
			t.Errorf("Backoff(%d) was never above %s", try, longest)
		}
	}
}

// TestThrottlingPausesAllWorkers has one upload throttled: another one that
// shares the slots starts nothing in the pause, and what was in flight goes on.
func TestThrottlingPausesAllWorkers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(3)
		var mu sync.Mutex
		var until time.Time
		script := func(s *service, throttles bool) {
			s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
				mu.Lock()
				if begun := time.Now().Add(-s.latency); begun.Before(until) && begun.After(until.Add(-time.Minute)) {
					t.Errorf("part %d was sent %s before the end of the pause", part.Number, until.Sub(begun))
				}
				if throttles && part.Number == 1 && call == 1 {
					until = time.Now().Add(time.Minute)
					mu.Unlock()
					return "", throttled(time.Minute)
				}
				mu.Unlock()
				if err := sleep(ctx, time.Second); err != nil {
					return "", err
				}
				return s.addPart(part)
			}
		}
		var uploads sync.WaitGroup
		for _, throttles := range []bool{true, false} {
			s := newService(t)
			script(s, throttles)
			u := uploader(s, 1)
			u.Slots = slots
			uploads.Go(func() {
				if _, err := u.Upload(t.Context(), job(newSource(6*unit))); err != nil {
					t.Error(err)
				}
				if got := s.count("part 0"); got != 1 {
					t.Errorf("part 0 was sent %d times", got)
				}
			})
		}
		uploads.Wait()
		if time.Now().Before(until) {
			t.Error("all was done in the pause")
		}
	})
}

func TestThrottlingHoldsBackCreateAndComplete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		u := uploader(s, 1)
		u.Slots.throttle(Fault{Wait: time.Minute})
		start := time.Now()
		s.onCreate = func(context.Context, int) (Upload, error) {
			if time.Since(start) < time.Minute {
				t.Error("created in the pause")
			}
			return s.create(), nil
		}
		s.onComplete = func(_ context.Context, call int) (Upload, error) {
			if call == 1 {
				start = time.Now()
				return Upload{}, throttled(time.Minute)
			}
			if time.Since(start) < time.Minute {
				t.Error("completed in the pause")
			}
			return s.complete()
		}
		if _, err := u.Upload(t.Context(), job(newSource(unit))); err != nil {
			t.Fatal(err)
		}
		s.wantCalls(map[string]int{"find": 0})
	})
}

// TestSlotIsGivenBackForTheWait has the only slot and a part that waits for its
// retry: the other parts are sent meanwhile.
func TestSlotIsGivenBackForTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(_ context.Context, call int, part Part) (string, error) {
			if part.Number == 0 && call == 1 {
				return "", &faulty{text: "conflict", fault: Fault{Class: Retryable, Wait: time.Minute, Delivery: Answered}}
			}
			return s.addPart(part)
		}
		u := uploader(s, 1)
		u.Slots = NewSlots(1)
		if _, err := u.Upload(t.Context(), job(newSource(3*unit))); err != nil {
			t.Fatal(err)
		}
		want := []string{"create", "part 0", "part 1", "part 2", "part 0", "complete"}
		if !slices.Equal(s.journal, want) {
			t.Errorf("calls were %v, want %v", s.journal, want)
		}
	})
}

func TestBurstOfFaultsIsSurvived(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(_ context.Context, call int, part Part) (string, error) {
			if call <= 3 {
				return "", unavailable()
			}
			return s.addPart(part)
		}
		u := uploader(s, 5)
		u.Slots = NewSlots(8)
		if _, err := u.Upload(t.Context(), job(newSource(16*unit))); err != nil {
			t.Fatal(err)
		}
	})
}

// TestPartsStartOneByOneAfterAPause checks that parts don't all start at once
// after a pause.
func TestPartsStartOneByOneAfterAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(4)
		slots.throttle(Fault{Wait: 10 * time.Second})
		started := make(chan time.Time, 4)
		for range 4 {
			go func() {
				_ = slots.acquire(t.Context(), 0)
				started <- time.Now()
			}()
		}
		last := time.Now().Add(10*time.Second - startInterval)
		for range 4 {
			at := <-started
			if between := at.Sub(last); between < startInterval {
				t.Errorf("%s between two starts", between)
			}
			last = at
		}
	})
}

// TestThrottlingWithoutALengthGrows pauses for longer each time, once for all
// who are told in the same pause, until a part succeeds.
func TestThrottlingWithoutALengthGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(4)
		for _, limit := range []time.Duration{firstPause, 2 * firstPause, 4 * firstPause, longestPause, longestPause} {
			wait, added := slots.throttle(Fault{})
			if wait < limit/2 || wait > limit || added != 0 {
				t.Errorf("pause of %s, %s asked for; the limit is %s", wait, added, limit)
			}
			if again, _ := slots.throttle(Fault{}); again != wait {
				t.Errorf("the second one waits for %s, not %s", again, wait)
			}
			time.Sleep(wait + time.Second)
		}
		slots.calm()
		if wait, _ := slots.throttle(Fault{}); wait > firstPause {
			t.Errorf("pause of %s after a success", wait)
		}
	})
}

// TestSilentCompletionEnds has a service that answers everything but completions.
func TestSilentCompletionEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onComplete = func(ctx context.Context, _ int) (Upload, error) {
			return Upload{}, unanswered(ctx)
		}
		err := within(t, 20*time.Minute, func() error {
			_, err := uploader(s, 20).Upload(t.Context(), job(newSource(unit)))
			return err
		})
		if wantLeft(t, err, LeftNothing); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("error is %v", err)
		}
		s.wantCalls(map[string]int{"cancel": 1})
	})
}

func TestFirstFinalErrorEndsAllPartsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
			if part.Number == 2 {
				return "", refused("quota")
			}
			return "", unanswered(ctx)
		}
		u := uploader(s, 5)
		u.Slots = NewSlots(4)
		err := within(t, time.Second, func() error {
			_, err := u.Upload(t.Context(), job(newSource(8*unit)))
			return err
		})
		failure := wantError(t, err, LeftNothing)
		if failure.Op != "part 3 of 8" || failure.Err.Error() != "quota" {
			t.Errorf("error is %v", err)
		}
		s.wantCalls(map[string]int{"part 2": 1, "part 7": 0, "complete": 0, "cancel": 1})
	})
}

// TestLateReadersDontSeeTheSource has a transport that goes on reading a body
// after the request was given up.
func TestLateReadersDontSeeTheSource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		var late []func() error
		s.onPart = func(_ context.Context, call int, part Part) (string, error) {
			content := part.Open()
			late = append(late, func() error {
				_, err := content.Read(make([]byte, 1))
				return err
			})
			if call == 1 {
				return "", cut()
			}
			for _, read := range late[:1] {
				if !errors.Is(read(), errAttemptOver) {
					t.Error("a reader outlives its attempt")
				}
			}
			part.Open() // Another one makes it useless.
			late = append(late, func() error {
				_, err := content.Read(make([]byte, 1))
				return err
			})
			return s.addPart(part)
		}
		src := newSource(unit)
		if _, err := uploader(s, 1).Upload(t.Context(), job(src)); err != nil {
			t.Fatal(err)
		}
		src.read = func([]byte, int64) (int, error) {
			t.Error("the source is read after the upload")
			return 0, errors.New("closed")
		}
		for _, read := range late {
			if !errors.Is(read(), errAttemptOver) {
				t.Error("a reader outlives its upload")
			}
		}
	})
}
