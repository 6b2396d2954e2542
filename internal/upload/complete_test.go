// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestCompleteRetries(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]error{
		"5xx": unavailable(), "throttled": throttled(time.Second), "cut before it took effect": cut(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(_ context.Context, call int) (Completion, error) {
					if call == 1 {
						return Completion{}, first
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
				s.onComplete = func(_ context.Context, call int) (Completion, error) { return Completion{}, errs[call-1] }
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
	s.onComplete = func(context.Context, int) (Completion, error) {
		_, err := s.complete()
		if err == nil {
			err = cut()
		}
		return Completion{}, err
	}
}

func TestLostCompletionIsReconciled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		retries int
		script  func(s *service)
		calls   int
	}{
		{"by a refused second try", 5, loseAnswers, 2},
		{"by retries used up", 0, loseAnswers, 1},
		{"by garbage", 5, func(s *service) {
			s.onComplete = func(_ context.Context, call int) (Completion, error) {
				if call == 1 {
					_, err := s.complete()
					return Completion{}, errors.Join(err, &fault{text: "no JSON", class: Final})
				}
				return s.complete()
			}
		}, 1},
		{"by a 5xx that came after the work", 5, func(s *service) {
			s.onComplete = func(context.Context, int) (Completion, error) {
				_, err := s.complete()
				if err == nil {
					err = unavailable()
				}
				return Completion{}, err
			}
		}, 2},
		{"by silence", 0, func(s *service) {
			s.onComplete = func(ctx context.Context, _ int) (Completion, error) {
				_, err := s.complete()
				<-ctx.Done()
				return Completion{}, errors.Join(ctx.Err(), err)
			}
		}, 1},
		{"by a File that is listed late", 0, func(s *service) {
			loseAnswers(s)
			s.onFind = func(_ context.Context, call int, _ Query) ([]File, error) {
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
			s.onFind = func(context.Context, int, Query) ([]File, error) { return append(s.files, s.files...), nil }
		}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				c.script(s)
				result, err := uploader(s, c.retries).Upload(t.Context(), job(newSource(unit)))
				if err != nil || result.File.ID != "file-1" {
					t.Fatalf("File %q, %v", result.File.ID, err)
				}
				s.wantCalls(map[string]int{"complete": c.calls, "cancel": 0})
				want := Query{
					Filename: "a.jsonl", Purpose: "batch", Bytes: unit,
					CreatedFrom: serverTime, CreatedTo: serverTime.Add(time.Hour),
				}
				if s.queries[0] != want {
					t.Errorf("query is %+v, want %+v", s.queries[0], want)
				}
			})
		})
	}
}

func TestLostCompletionWithEqualCandidates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		loseAnswers(s)
		s.onFind = func(context.Context, int, Query) ([]File, error) {
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
	for name, find := range map[string]func(s *service) ([]File, error){
		"nothing found":     func(*service) ([]File, error) { return nil, nil },
		"candidates":        func(s *service) ([]File, error) { return []File{s.file("file-8"), s.file("file-9")}, nil },
		"no list":           func(*service) ([]File, error) { return nil, refused("not allowed to list") },
		"list that panics":  func(*service) ([]File, error) { panic("list") },
		"list without IDs":  func(s *service) ([]File, error) { return []File{s.file("")}, nil },
		"unavailable lists": func(*service) ([]File, error) { return nil, unavailable() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(context.Context, int) (Completion, error) { return Completion{}, cut() }
				s.onFind = func(context.Context, int, Query) ([]File, error) { return find(s) }
				_, err := uploader(s, 1).Upload(t.Context(), job(newSource(unit)))
				failure := wantError(t, err, LeftNothing)
				if !strings.Contains(err.Error(), "connection reset") || len(failure.Candidates) > 0 || errors.Is(err, ErrAmbiguous) {
					t.Errorf("error is %v with %v", err, failure.Candidates)
				}
				s.wantCalls(map[string]int{"complete": 2, "cancel": 1})
				s.wantState("cancelled")
			})
		})
	}
}

func TestLostCompletionWithoutFinder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		loseAnswers(s)
		u := uploader(s, 1)
		u.Finder = nil
		_, err := u.Upload(t.Context(), job(newSource(unit)))
		wantLeft(t, err, LeftUpload)
		s.wantCalls(map[string]int{"complete": 2, "cancel": 1, "find": 0})
	})
}

// TestUselessCompletions has answers of success that can't be accepted. There is
// nothing to cancel then.
func TestUselessCompletions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer func(s *service) Completion
		files  int // Found afterwards.
		left   Left
	}{
		{"no File, one is found", func(*service) Completion { return Completion{Status: statusCompleted} }, 1, LeftFile},
		{"no File, none is found", func(*service) Completion { return Completion{Status: statusCompleted} }, 0, LeftUpload},
		{"no File, two are found", func(*service) Completion { return Completion{Status: statusCompleted} }, 2, LeftUpload},
		{"File without ID", func(s *service) Completion {
			file := s.file("")
			return Completion{Status: statusCompleted, File: &file}
		}, 1, LeftFile},
		{"another status", func(s *service) Completion {
			file := s.file("file-0")
			return Completion{Status: "pending", File: &file}
		}, 0, LeftFile},
		{"other bytes", func(s *service) Completion {
			file := s.file("file-0")
			file.Bytes++
			return Completion{Status: statusCompleted, File: &file}
		}, 0, LeftFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				s.onComplete = func(context.Context, int) (Completion, error) { return c.answer(s), nil }
				s.onFind = func(context.Context, int, Query) ([]File, error) {
					return []File{s.file("file-0"), s.file("file-1")}[:c.files], nil
				}
				_, err := uploader(s, 5).Upload(t.Context(), job(newSource(unit)))
				failure := wantError(t, err, c.left)
				if !errors.Is(err, ErrBadAnswer) || failure.UploadID != "upload_1" {
					t.Errorf("error is %+v", failure)
				}
				if c.left == LeftFile && failure.File.ID != "file-0" {
					t.Errorf("the File left is %q", failure.File.ID)
				}
				if c.files == 2 && len(failure.Candidates) != 2 {
					t.Errorf("candidates are %v", failure.Candidates)
				}
				s.wantCalls(map[string]int{"complete": 1, "cancel": 0})
			})
		})
	}
}

// TestSimilarUploadsDontTakeEachOthersFile has two uploads of one run that only
// their IDs tell apart, with one list of Files.
func TestSimilarUploadsDontTakeEachOthersFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		loses [2]bool // Whether the answer is lost.
		works [2]bool // Whether the completion takes effect.
		left  [2]Left
		fails [2]bool
	}{
		// The first finds the second's File, and waits for it to be claimed.
		{"lost without effect, the other works", [2]bool{true, false}, [2]bool{false, true}, [2]Left{}, [2]bool{true, false}},
		{"lost with effect, the other works", [2]bool{true, false}, [2]bool{true, true}, [2]Left{}, [2]bool{}},
		{"both lost, both with effect", [2]bool{true, true}, [2]bool{true, true}, [2]Left{LeftUpload, LeftUpload}, [2]bool{true, true}},
		{"both lost, one with effect", [2]bool{true, true}, [2]bool{true, false}, [2]Left{LeftUpload, LeftNothing}, [2]bool{true, true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var files []File
				claims := &Claims{}
				var uploads sync.WaitGroup
				for i, id := range []string{"file-a", "file-b"} {
					s := newService(t)
					s.onComplete = func(ctx context.Context, _ int) (Completion, error) {
						file := s.file(id)
						if c.works[i] {
							s.state = statusCompleted
							mu.Lock()
							files = append(files, file)
							mu.Unlock()
						}
						// The second one's answer takes its time.
						if err := sleep(ctx, time.Duration(i)*5*time.Second); err != nil {
							return Completion{}, err
						}
						if c.loses[i] {
							return Completion{}, cut()
						}
						return Completion{Status: statusCompleted, File: &file}, nil
					}
					s.onFind = func(context.Context, int, Query) ([]File, error) {
						mu.Lock()
						defer mu.Unlock()
						return slices.Clone(files), nil
					}
					u := uploader(s, 0)
					u.Claims = claims
					uploads.Go(func() {
						result, err := u.Upload(t.Context(), job(newSource(unit)))
						switch {
						case c.fails[i]:
							wantLeft(t, err, c.left[i])
						case err != nil || result.File.ID != id:
							t.Errorf("upload %d has File %q, %v", i, result.File.ID, err)
						}
					})
				}
				uploads.Wait()
			})
		})
	}
}

func TestFileOfAnotherUploadIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		u := uploader(s, 0)
		if _, err := u.Upload(t.Context(), job(newSource(unit))); err != nil {
			t.Fatal(err)
		}
		_, err := u.Upload(t.Context(), job(newSource(unit))) // It becomes file-1 again.
		if wantLeft(t, err, LeftUpload); !errors.Is(err, ErrBadAnswer) {
			t.Errorf("error is %v", err)
		}
	})
}
