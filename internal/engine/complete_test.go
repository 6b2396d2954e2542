// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestCompleteRetries(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		first error
	}{
		{"5xx", unavailable()}, {"throttled", throttled(time.Second)}, {"cut before it took effect", cut()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(_ context.Context, call int) (Upload, error) {
					if call == 1 {
						return Upload{}, tt.first
					}
					return s.complete()
				}
				if _, err := uploader(s, 1).Upload(t.Context(), job(newSource(unit))); err != nil {
					t.Fatal(err)
				}
				s.wantCalls(map[string]int{"complete": 2, "find": 0, "cancel": 0})
			})
		})
	}
}

func TestRefusedCompletionIsCancelled(t *testing.T) {
	t.Parallel()
	for _, errs := range [][]error{{refused("md5")}, {throttled(0), refused("md5")}} {
		t.Run(errs[0].Error(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(_ context.Context, call int) (Upload, error) { return Upload{}, errs[call-1] }
				_, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
				failure := wantError(t, err, LeftNothing)
				if failure.Op != "completing the upload" || failure.Err.Error() != "md5" {
					t.Errorf("error is %v", err)
				}
				s.wantCalls(map[string]int{"complete": len(errs), "find": 0, "cancel": 1})
			})
		})
	}
}

// loseAnswers makes completions take effect and their answers get lost.
func loseAnswers(s *service) {
	s.onComplete = func(context.Context, int) (Upload, error) {
		_, err := s.complete()
		if err == nil {
			err = cut()
		}
		return Upload{}, err
	}
}

func TestLostCompletionIsReconciled(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		retries int
		script  func(s *service)
		calls   int
	}{
		{"by a refused second try", 5, loseAnswers, 2},
		{"by retries used up", 0, loseAnswers, 1},
		{"by garbage", 5, func(s *service) {
			s.onComplete = func(_ context.Context, call int) (Upload, error) {
				if call == 1 {
					_, err := s.complete()
					return Upload{}, errors.Join(err, &faulty{text: "no JSON", fault: Fault{Class: Final}})
				}
				return s.complete()
			}
		}, 1},
		{"by a 5xx that came after the work", 5, func(s *service) {
			s.onComplete = func(context.Context, int) (Upload, error) {
				_, err := s.complete()
				if err == nil {
					err = unavailable()
				}
				return Upload{}, err
			}
		}, 2},
		{"by silence", 0, func(s *service) {
			s.onComplete = func(ctx context.Context, _ int) (Upload, error) {
				_, err := s.complete()
				<-ctx.Done()
				return Upload{}, errors.Join(ctx.Err(), err)
			}
		}, 1},
		{"by a File that is listed late", 0, func(s *service) {
			loseAnswers(s)
			s.onFind = func(_ context.Context, call int) ([]File, error) {
				switch call {
				case 1:
					return nil, nil
				case 2:
					return nil, unavailable()
				default:
					return s.files, nil
				}
			}
		}, 1},
		{"by a File that is listed twice", 0, func(s *service) {
			loseAnswers(s)
			s.onFind = func(context.Context, int) ([]File, error) { return append(s.files, s.files...), nil }
		}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				tt.script(s)
				result, err := uploader(s, tt.retries).Upload(t.Context(), job(newSource(unit)))
				if err != nil || result.File.ID != "file-1" {
					t.Fatalf("File %q, %v", result.File.ID, err)
				}
				s.wantCalls(map[string]int{"complete": tt.calls, "cancel": 1})
			})
		})
	}
}

func TestLostCompletionWithEqualCandidates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		loseAnswers(s)
		s.onFind = func(context.Context, int) ([]File, error) {
			return []File{s.file("file-1"), s.file("file-2")}, nil
		}
		_, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
		failure := wantError(t, err, LeftUpload)
		if !errors.Is(err, ErrAmbiguous) || !slices.Equal(ids(failure.Candidates), []string{"file-1", "file-2"}) {
			t.Errorf("error is %v with %v", err, ids(failure.Candidates))
		}
		s.wantCalls(map[string]int{"cancel": 1})
	})
}

func ids(files []File) []string {
	names := []string{}
	for _, f := range files {
		names = append(names, f.ID)
	}
	slices.Sort(names)
	return names
}

// TestLostCompletionThatNeverWas has requests that got lost before they took
// effect: the Upload can be cancelled, and no File of another is taken.
func TestLostCompletionThatNeverWas(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		find func(s *service) ([]File, error)
	}{
		{"nothing found", func(*service) ([]File, error) { return nil, nil }},
		{"candidates", func(s *service) ([]File, error) { return []File{s.file("file-8"), s.file("file-9")}, nil }},
		{"no list", func(*service) ([]File, error) { return nil, refused("not allowed to list") }},
		{"list that panics", func(*service) ([]File, error) { panic("list") }},
		{"list without IDs", func(s *service) ([]File, error) { return []File{s.file("")}, nil }},
		{"unavailable lists", func(*service) ([]File, error) { return nil, unavailable() }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(context.Context, int) (Upload, error) { return Upload{}, cut() }
				s.onFind = func(context.Context, int) ([]File, error) { return tt.find(s) }
				_, err := uploader(s, 1).Upload(t.Context(), job(newSource(unit)))
				failure := wantError(t, err, LeftNothing)
				if !strings.Contains(err.Error(), "connection reset") || len(failure.Candidates) > 0 || errors.Is(err, ErrAmbiguous) {
					t.Errorf("error is %v with %v", err, failure.Candidates)
				}
				s.wantCalls(map[string]int{"complete": 2, "cancel": 1})
				s.wantCancelled()
			})
		})
	}
}

// TestLostCompletionAmongOtherFiles has Files listed that can't be the Upload's.
func TestLostCompletionAmongOtherFiles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		loseAnswers(s)
		like := func(id string, change func(f *File)) File {
			file := s.file(id)
			change(&file)
			return file
		}
		s.onFind = func(context.Context, int) ([]File, error) {
			old := like("file-old", func(f *File) { f.CreatedAt = f.CreatedAt.Add(-time.Hour - time.Second) })
			files := []File{
				old, like("file-undated", func(f *File) { f.CreatedAt = time.Time{} }),
				like("file-later", func(f *File) { f.CreatedAt = f.CreatedAt.Add(time.Hour + time.Second) }),
				like("file-named", func(f *File) { f.Filename = "b.jsonl" }),
				like("file-evals", func(f *File) { f.Purpose = "evals" }),
				like("file-short", func(f *File) { f.Bytes-- }),
				like("file-1", func(f *File) { f.Bytes, f.CreatedAt = UnknownBytes, f.CreatedAt.Add(time.Hour) }),
				like("file-before", func(f *File) { f.CreatedAt = f.CreatedAt.Add(-time.Second) }),
			}
			return append(files, slices.Repeat([]File{old}, enoughOld-2)...), refused("the search went on")
		}
		result, err := uploader(s, 0).Upload(t.Context(), job(newSource(unit)))
		if err != nil || result.File.ID != "file-1" {
			t.Errorf("File %q, %v", result.File.ID, err)
		}
		s.wantCalls(map[string]int{"find": 1, "get": 1})
	})
}

// TestCompletionsWithoutFile has answers of success that name no File: a
// cancellation reports what became of the Upload.
func TestCompletionsWithoutFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer func(s *service) Upload
		state  string // Of the Upload, really.
		files  int    // Found afterwards.
		fails  bool
		left   Left
	}{
		{"completed, one is found", func(*service) Upload { return Upload{Status: statusCompleted} }, statusCompleted, 1, false, LeftNothing},
		{"completed, none is found", func(*service) Upload { return Upload{Status: statusCompleted} }, statusCompleted, 0, true, LeftUpload},
		{"completed, two are found", func(*service) Upload { return Upload{Status: statusCompleted} }, statusCompleted, 2, true, LeftUpload},
		{"pending", func(*service) Upload { return Upload{Status: "pending"} }, "pending", 1, true, LeftNothing},
		{"cancelled", func(*service) Upload { return Upload{Status: StatusCancelled} }, StatusCancelled, 0, true, LeftUpload},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(context.Context, int) (Upload, error) {
					s.state = tt.state
					return tt.answer(s), nil
				}
				s.onFind = func(context.Context, int) ([]File, error) {
					return []File{s.file("file-0"), s.file("file-1")}[:tt.files], nil
				}
				result, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
				s.wantCalls(map[string]int{"complete": 1, "cancel": 1})
				if !tt.fails {
					if err != nil || result.File.ID != "file-0" {
						t.Errorf("File %q, %v", result.File.ID, err)
					}
					return
				}
				failure := wantError(t, err, tt.left)
				if !errors.Is(err, ErrBadAnswer) || failure.UploadID != "upload_1" {
					t.Errorf("error is %+v", failure)
				}
				if tt.files == 2 && len(failure.Candidates) != 2 {
					t.Errorf("candidates are %v", failure.Candidates)
				}
			})
		})
	}
}

// TestCompletionsWithAWrongFile was completed: there is nothing to cancel.
func TestCompletionsWithAWrongFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		answer func(file File) Upload
	}{
		{"another status", func(file File) Upload { return Upload{Status: "pending", File: &file} }},
		{"other bytes", func(file File) Upload {
			file.Bytes++
			return Upload{Status: statusCompleted, File: &file}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(context.Context, int) (Upload, error) { return tt.answer(s.file("file-0")), nil }
				_, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
				if failure := wantError(t, err, LeftFile); !errors.Is(err, ErrBadAnswer) || failure.File.ID != "file-0" {
					t.Errorf("error is %+v", failure)
				}
				s.wantCalls(map[string]int{"complete": 1, "cancel": 0, "find": 0})
			})
		})
	}
}

// TestCompletionWithoutSize names a File of unknown size, which is read again.
func TestCompletionWithoutSize(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		again int64 // The size that it has when it is read again.
		left  Left
		fails bool
	}{
		{"right then", unit, LeftNothing, false},
		{"wrong then", unit - 1, LeftFile, true},
		{"unknown for good", UnknownBytes, LeftNothing, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(context.Context, int) (Upload, error) {
					answer, err := s.complete()
					s.files[0].Bytes = tt.again
					answer.File.Bytes = UnknownBytes
					return answer, err
				}
				result, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
				s.wantCalls(map[string]int{"get": 1, "cancel": 0})
				if tt.fails {
					wantLeft(t, err, tt.left)
					return
				}
				if err != nil || result.File.Bytes != unit {
					t.Errorf("%d bytes, %v", result.File.Bytes, err)
				}
			})
		})
	}
}

// TestLostCompletionAndAnotherPipeline has another pipeline make a File of the
// same name, purpose and size in the same hour.
func TestLostCompletionAndAnotherPipeline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		effect bool
	}{{"without effect", false}, {"with effect", true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(context.Context, int) (Upload, error) {
					other := s.file("file-other")
					other.CreatedAt = other.CreatedAt.Add(time.Minute)
					s.files = []File{other}
					if tt.effect {
						_, _ = s.complete()
					}
					return Upload{}, cut()
				}
				result, err := uploader(s, 0).Upload(t.Context(), job(newSource(unit)))
				if tt.effect {
					if err != nil || result.File.ID != "file-1" {
						t.Errorf("File %q, %v", result.File.ID, err)
					}
					return
				}
				wantLeft(t, err, LeftNothing)
				s.wantCancelled()
				s.wantCalls(map[string]int{"find": 0})
			})
		})
	}
}

// TestLostCompletionAnsweredByCancel has the cancellation name the File, or
// nothing of use.
func TestLostCompletionAnsweredByCancel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		cancel func(s *service) (Upload, error)
		finds  bool
	}{
		{"completed", func(s *service) (Upload, error) {
			return Upload{Status: statusCompleted, File: new(s.file("file-1"))}, nil
		}, false},
		{"completed without a File", func(*service) (Upload, error) { return Upload{Status: statusCompleted}, nil }, true},
		{"404", func(*service) (Upload, error) {
			return Upload{}, &faulty{text: "not found", fault: Fault{Class: Final, Delivery: Answered, Gone: true}}
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				loseAnswers(s)
				s.onCancel = func(context.Context, int) (Upload, error) { return tt.cancel(s) }
				result, err := uploader(s, 0).Upload(t.Context(), job(newSource(unit)))
				if err != nil || result.File.ID != "file-1" {
					t.Errorf("File %q, %v", result.File.ID, err)
				}
				if (s.count("find") > 0) != tt.finds {
					t.Errorf("%d searches", s.count("find"))
				}
			})
		})
	}
}

// TestCancelNamesAWrongFile has no File of another taken in its place.
func TestCancelNamesAWrongFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status string
		taken  bool // By another upload of this run.
		left   Left
	}{
		{"of an Upload that is pending", "pending", false, LeftFile},
		{"of another upload", statusCompleted, true, LeftUpload},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				loseAnswers(s)
				s.onCancel = func(context.Context, int) (Upload, error) {
					return Upload{Status: tt.status, File: new(s.file("file-x"))}, nil
				}
				u := uploader(s, 0)
				if tt.taken {
					u.Claims.enter(Spec{}).take("file-x")
				}
				_, err := u.Upload(t.Context(), job(newSource(unit)))
				if wantLeft(t, err, tt.left); !errors.Is(err, ErrBadAnswer) {
					t.Errorf("error is %v", err)
				}
				s.wantCalls(map[string]int{"find": 0})
			})
		})
	}
}

// TestInterruptAfterALostCompletion leaves a File of known size, even when a
// similar upload has to claim its own first.
func TestInterruptAfterALostCompletion(t *testing.T) {
	t.Parallel()
	for _, rival := range []bool{false, true} {
		t.Run(fmt.Sprintf("rival %t", rival), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				ctx, interrupt := context.WithCancel(t.Context())
				u := uploader(s, 0)
				s.onComplete = func(context.Context, int) (Upload, error) {
					_, err := s.complete()
					s.files[0].Bytes = UnknownBytes
					if rival {
						s.files = append(s.files, s.file("file-2"))
						other := u.Claims.enter(s.spec)
						time.AfterFunc(2*time.Second, func() { other.take("file-2") })
					}
					interrupt()
					return Upload{}, errors.Join(err, cut())
				}
				err := within(t, 5*time.Second, func() error {
					_, err := u.Upload(ctx, job(newSource(unit)))
					return err
				})
				if failure := wantError(t, err, LeftFile); failure.File.ID != "file-1" || failure.File.Bytes != unit {
					t.Errorf("left is %+v", failure.File)
				}
			})
		})
	}
}

// TestLostCompletionThatTakesTime has a File appear a minute after its
// completion, or an outage of 45 s begin with it.
func TestLostCompletionThatTakesTime(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		outage error // Nil for a service that works.
	}{{"joining", nil}, {"unreachable", unreachable()}, {"cut", cut()}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				var since time.Time
				down := func() bool { return tt.outage != nil && !since.IsZero() && time.Since(since) < 45*time.Second }
				s.onComplete = func(context.Context, int) (Upload, error) {
					if since.IsZero() {
						since = time.Now()
						_, _ = s.complete()
						return Upload{}, cut()
					}
					if down() {
						return Upload{}, tt.outage
					}
					return s.complete()
				}
				s.onCancel = func(context.Context, int) (Upload, error) {
					if down() {
						return Upload{}, tt.outage
					}
					return s.cancel()
				}
				s.onFind = func(context.Context, int) ([]File, error) {
					switch {
					case down():
						return nil, tt.outage
					case tt.outage == nil && time.Since(since) < time.Minute:
						return nil, nil
					}
					return s.files, nil
				}
				result, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
				if err != nil || result.File.ID != "file-1" {
					t.Errorf("File %q, %v", result.File.ID, err)
				}
				s.wantCalls(map[string]int{"create": 1})
			})
		})
	}
}

// TestDeadServiceAtCompletion never answers again.
func TestDeadServiceAtCompletion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onComplete = func(context.Context, int) (Upload, error) { return Upload{}, cut() }
		s.onCancel = func(context.Context, int) (Upload, error) { return Upload{}, unreachable() }
		err := within(t, 2*time.Minute, func() error {
			_, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
			return err
		})
		wantLeft(t, err, LeftUpload)
		s.wantCalls(map[string]int{"find": 0})
	})
}

// TestCompletionOutlivesTheUpload begins in time, and is answered after the
// Upload's life.
func TestCompletionOutlivesTheUpload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.life = time.Minute
		s.onComplete = func(ctx context.Context, _ int) (Upload, error) {
			if err := sleep(ctx, 2*time.Minute); err != nil {
				return Upload{}, err
			}
			return s.complete()
		}
		if _, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit))); err != nil {
			t.Error(err)
		}
		s.wantCalls(map[string]int{"complete": 1, "cancel": 0})
	})
}
