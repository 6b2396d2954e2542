// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// interruptedIn is the context of an interrupt, sent by calling the function.
func interruptedIn(t *testing.T) (ctx context.Context, interrupt func()) {
	t.Helper()
	return context.WithCancel(t.Context())
}

// TestInterruptAtEveryStep interrupts every step of the protocol before the
// request has any effect, and once it has but before it is answered.
func TestInterruptAtEveryStep(t *testing.T) {
	t.Parallel()
	steps := []string{"create", "part 0", "part 2", "hash", "verify", "check", "complete"}
	for _, step := range steps {
		for _, done := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s done %t", step, done), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := newService(t)
					ctx, interrupt := interruptedIn(t)
					defer interrupt()
					var at time.Time
					hit := func(here string) bool {
						if here != step {
							return false
						}
						at = time.Now()
						interrupt()
						return true
					}
					s.onCreate = func(ctx context.Context, _ int) (Upload, error) {
						if hit("create") && !done {
							return Upload{}, unanswered(ctx)
						}
						return s.create(), nil
					}
					s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
						if hit(fmt.Sprintf("part %d", part.Number)) && !done {
							return "", unanswered(ctx)
						}
						return s.addPart(part)
					}
					s.onComplete = func(ctx context.Context, _ int) (Upload, error) {
						if !hit("complete") {
							return s.complete()
						}
						if done {
							if _, err := s.complete(); err != nil {
								t.Error(err)
							}
						}
						return Upload{}, unanswered(ctx)
					}
					src := newSource(4 * unit)
					src.check = func() error {
						hit("check")
						return nil
					}
					j := job(src)
					j.Verify = func(Digests) error {
						hit("verify")
						return nil
					}
					j.Observe = func(e Event) {
						if e.PartsDone == 1 {
							hit("hash")
						}
					}
					result, err := uploader(s, 5).Upload(ctx, j)
					if took := time.Since(at); took >= 5*time.Second {
						t.Errorf("returned after %s", took)
					}
					if err == nil {
						t.Fatalf("succeeded with %+v", result)
					}
					if !errors.Is(err, context.Canceled) {
						t.Errorf("error is %v", err)
					}
					switch {
					case step == "create" && !done:
						wantLeft(t, err, LeftUnknown)
						s.wantCalls(map[string]int{"create": 1, "part 0": 0, "cancel": 0})
					case step == "complete" && done:
						if failure := wantError(t, err, LeftFile); failure.File.ID != "file-1" {
							t.Errorf("error is %+v", failure)
						}
						s.wantCalls(map[string]int{"complete": 1, "cancel": 1, "find": 1})
					default:
						wantLeft(t, err, LeftNothing)
						s.wantCalls(map[string]int{"cancel": 1, "find": 0})
						s.wantCancelled()
					}
				})
			})
		}
	}
}

func TestInterruptBeforeCreateSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		ctx, interrupt := interruptedIn(t)
		interrupt()
		_, err := uploader(s, 5).Upload(ctx, job(newSource(unit)))
		wantLeft(t, err, LeftNothing)
		if len(s.journal) > 0 {
			t.Errorf("calls were %v", s.journal)
		}
	})
}

// TestInterruptWhileCreatingAwaitsTheAnswer has an answer to create that comes a
// while after the interrupt.
func TestInterruptWhileCreatingAwaitsTheAnswer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		answer error
		after  time.Duration
		left   Left
		cancel int
	}{
		{after: 2900 * time.Millisecond, left: LeftNothing, cancel: 1},
		{after: 3100 * time.Millisecond, left: LeftUnknown},
		{after: 2900 * time.Millisecond, answer: refused("no"), left: LeftNothing},
		{after: 2900 * time.Millisecond, answer: unavailable(), left: LeftUnknown},
		{after: 2900 * time.Millisecond, answer: cut(), left: LeftUnknown},
	} {
		t.Run(fmt.Sprint(tt.after, tt.answer), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				ctx, interrupt := interruptedIn(t)
				s.onCreate = func(ctx context.Context, _ int) (Upload, error) {
					interrupt()
					if err := sleep(ctx, tt.after); err != nil {
						return Upload{}, err
					}
					if tt.answer != nil {
						return Upload{}, tt.answer
					}
					return s.create(), nil
				}
				err := within(t, 5*time.Second, func() error {
					_, err := uploader(s, 5).Upload(ctx, job(newSource(unit)))
					return err
				})
				wantLeft(t, err, tt.left)
				s.wantCalls(map[string]int{"create": 1, "part 0": 0, "cancel": tt.cancel})
			})
		})
	}
}

// TestInterruptInAWait interrupts while an upload waits for a retry and in a pause.
func TestInterruptInAWait(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		script func(s *service)
	}{
		{"retry", func(s *service) {
			s.onPart = func(context.Context, int, Part) (string, error) {
				return "", &faulty{text: "conflict", fault: Fault{Class: Retryable, Wait: time.Minute}}
			}
		}},
		{"pause", func(s *service) {
			s.onPart = func(context.Context, int, Part) (string, error) { return "", throttled(time.Minute) }
		}},
		{"complete", func(s *service) {
			s.onComplete = func(context.Context, int) (Upload, error) { return Upload{}, throttled(time.Minute) }
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				u := uploader(s, 5)
				tt.script(s)
				ctx, stop := context.WithCancel(t.Context())
				time.AfterFunc(20*time.Second, stop)
				err := within(t, 21*time.Second, func() error {
					_, err := u.Upload(ctx, job(newSource(3*unit)))
					return err
				})
				if wantLeft(t, err, LeftNothing); !errors.Is(err, context.Canceled) {
					t.Errorf("error is %v", err)
				}
				s.wantCalls(map[string]int{"cancel": 1, "find": 0})
			})
		})
	}
}

func TestCancelFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		script func(ctx context.Context, s *service, call int) (Upload, error)
		calls  int
		left   Left
	}{
		{"5xx", func(_ context.Context, s *service, call int) (Upload, error) {
			if call == 1 {
				return Upload{}, unavailable()
			}
			return s.cancel()
		}, 2, LeftNothing},
		{"always 5xx", func(context.Context, *service, int) (Upload, error) { return Upload{}, unavailable() }, 3, LeftUpload},
		{"4xx", func(context.Context, *service, int) (Upload, error) { return Upload{}, refused("no") }, 1, LeftUpload},
		{"404", func(context.Context, *service, int) (Upload, error) {
			return Upload{}, &faulty{text: "not found", fault: Fault{Class: Final, Delivery: Answered, Gone: true}}
		}, 1, LeftNothing},
		{"hangs", func(ctx context.Context, _ *service, _ int) (Upload, error) {
			return Upload{}, unanswered(ctx)
		}, 2, LeftUpload},
		{"another status", func(context.Context, *service, int) (Upload, error) { return Upload{Status: "pending"}, nil }, 1, LeftUpload},
		{"a File", func(_ context.Context, s *service, _ int) (Upload, error) {
			return Upload{Status: statusCompleted, File: new(s.file("file-1"))}, nil
		}, 1, LeftFile},
		{"asks for a long wait", func(context.Context, *service, int) (Upload, error) { return Upload{}, throttled(time.Hour) }, 1, LeftUpload},
		{"panic", func(context.Context, *service, int) (Upload, error) { panic("cancel") }, 1, LeftUpload},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onPart = func(context.Context, int, Part) (string, error) { return "", refused("quota") }
				s.onCancel = func(ctx context.Context, call int) (Upload, error) { return tt.script(ctx, s, call) }
				err := within(t, 11*time.Second, func() error {
					_, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
					return err
				})
				failure := wantError(t, err, tt.left)
				if failure.Err.Error() != "quota" || failure.UploadID != "upload_1" {
					t.Errorf("error is %+v", failure)
				}
				if left := failure.ExpiresIn; tt.left == LeftUpload && (left < 59*time.Minute || left >= time.Hour || failure.CancelErr == nil) {
					t.Errorf("what is left expires in %s; %v", left, failure.CancelErr)
				}
				s.wantCalls(map[string]int{"cancel": tt.calls})
			})
		})
	}
}

// TestInterruptWhileAReadHangs has a file system that doesn't answer any more:
// the Upload is cancelled all the same, and in time.
func TestInterruptWhileAReadHangs(t *testing.T) {
	t.Parallel()
	for _, hashing := range []bool{false, true} {
		t.Run(fmt.Sprintf("hashing %t", hashing), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				ctx, interrupt := interruptedIn(t)
				defer interrupt()
				src := newSource(4 * unit)
				woken := make(chan struct{})
				defer close(woken) // The worker that was left behind ends.
				var hung atomic.Bool
				src.read = func(p []byte, offset int64) (int, error) {
					if offset >= 2*unit || hashing {
						if hung.CompareAndSwap(false, true) {
							interrupt()
						}
						<-woken
					}
					return bytes.NewReader(src.data).ReadAt(p, offset)
				}
				// A transport doesn't wait for a read that hangs.
				s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
					added := make(chan error, 1)
					go func() {
						_, err := readAll(part.Open(), part.Size)
						added <- err
					}()
					select {
					case err := <-added:
						return fmt.Sprint("part_", part.Number), err
					case <-ctx.Done():
						return "", ctx.Err()
					}
				}
				err := within(t, 5*time.Second, func() error {
					_, err := uploader(s, 5).Upload(ctx, job(src))
					return err
				})
				wantLeft(t, err, LeftNothing)
				s.wantCancelled()
			})
		})
	}
}

// TestInterruptedCancelThatHangs interrupts before and during a cancellation that
// isn't answered: one is sent, and it is over in time.
func TestInterruptedCancelThatHangs(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		t.Run(fmt.Sprintf("late %t", late), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				ctx, interrupt := interruptedIn(t)
				defer interrupt()
				var at time.Time
				s.onPart = func(ctx context.Context, _ int, _ Part) (string, error) {
					if late {
						return "", refused("quota")
					}
					at = time.Now()
					interrupt()
					return "", unanswered(ctx)
				}
				s.onCancel = func(ctx context.Context, _ int) (Upload, error) {
					if late {
						if err := sleep(ctx, time.Second); err != nil {
							return Upload{}, err
						}
						at = time.Now()
						interrupt()
					}
					return Upload{}, unanswered(ctx)
				}
				_, err := uploader(s, 5).Upload(ctx, job(newSource(unit)))
				if took := time.Since(at); took >= 5*time.Second {
					t.Errorf("returned after %s", took)
				}
				if failure := wantError(t, err, LeftUpload); !errors.Is(failure.CancelErr, ErrNoAnswer) {
					t.Errorf("cancelling failed by %v", failure.CancelErr)
				}
				if !late {
					s.wantCalls(map[string]int{"cancel": 1})
				}
			})
		})
	}
}

// TestHungCheckIsInterrupted has a network file system hang when the source is
// checked again.
func TestHungCheckIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		ctx, interrupt := interruptedIn(t)
		hung := make(chan struct{})
		defer close(hung)
		var at time.Time
		src := newSource(unit)
		src.check = func() error {
			time.AfterFunc(time.Second, func() {
				at = time.Now()
				interrupt()
			})
			<-hung
			return nil
		}
		_, err := uploader(s, 5).Upload(ctx, job(src))
		if took := time.Since(at); took >= 5*time.Second {
			t.Errorf("returned after %s", took)
		}
		wantLeft(t, err, LeftNothing)
		s.wantCalls(map[string]int{"cancel": 1, "complete": 0})
	})
}

func TestPanicsAreErrors(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"create", "part", "complete", "read"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				blow := func(here string) {
					if here == where {
						panic("blown up")
					}
				}
				s.onCreate = func(context.Context, int) (Upload, error) {
					blow("create")
					return s.create(), nil
				}
				s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
					blow("part")
					return s.addPart(slowly(ctx, part, unit/4, time.Second))
				}
				s.onComplete = func(context.Context, int) (Upload, error) {
					blow("complete")
					return s.complete()
				}
				src := newSource(4 * unit)
				reads := &source{data: src.data}
				src.read = func(p []byte, offset int64) (int, error) {
					blow("read")
					return reads.ReadAt(p, offset)
				}
				_, err := uploader(s, 5).Upload(t.Context(), job(src))
				left, cancels := LeftNothing, 1
				if where == "create" {
					left, cancels = LeftUnknown, 0
				}
				wantLeft(t, err, left)
				if !strings.Contains(err.Error(), "panic: blown up") {
					t.Errorf("error is %v", err)
				}
				s.wantCalls(map[string]int{"cancel": cancels})
			})
		})
	}
}

func TestNothingIsObservedAfterwards(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		ctx, interrupt := interruptedIn(t)
		over := false
		j := job(newSource(4 * unit))
		j.Observe = func(Event) {
			if over {
				t.Error("observed after the end")
			}
		}
		s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
			if part.Number == 2 {
				interrupt()
			}
			return s.addPart(slowly(ctx, part, unit/8, time.Second))
		}
		_, err := uploader(s, 5).Upload(ctx, j)
		over = true
		wantLeft(t, err, LeftNothing)
		time.Sleep(time.Minute)
	})
}
