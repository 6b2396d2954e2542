// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestSimilarUploadsDontTakeEachOthersFile has two uploads of one run that only
// their IDs distinguish, with one list of Files.
func TestSimilarUploadsDontTakeEachOthersFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
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
		{"both lost, one with effect", [2]bool{true, true}, [2]bool{true, false}, [2]Left{LeftNothing, LeftNothing}, [2]bool{false, true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var files []File
				claims := NewClaims()
				var uploads sync.WaitGroup
				for i, id := range []string{"file-a", "file-b"} {
					s := newService(t)
					s.onComplete = func(ctx context.Context, _ int) (Upload, error) {
						file := s.file(id)
						if tt.works[i] {
							s.state = statusCompleted
							mu.Lock()
							files = append(files, file)
							mu.Unlock()
						}
						// The second one's answer takes its time.
						if err := sleep(ctx, time.Duration(i)*5*time.Second); err != nil {
							return Upload{}, err
						}
						if tt.loses[i] {
							return Upload{}, cut()
						}
						return Upload{Status: statusCompleted, File: &file}, nil
					}
					s.onFind = func(context.Context, int) ([]File, error) {
						mu.Lock()
						defer mu.Unlock()
						return slices.Clone(files), nil
					}
					u := uploader(s, 0)
					u.Claims = claims
					uploads.Go(func() {
						result, err := u.Upload(t.Context(), job(newSource(unit)))
						switch {
						case tt.fails[i]:
							wantLeft(t, err, tt.left[i])
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

// TestClaimsHas follows an upload from its completion to the File that it became, or to
// none.
func TestClaimsHas(t *testing.T) {
	t.Parallel()
	spec := Spec{Filename: "a.txt", Purpose: "batch", Bytes: 3}
	file := File{ID: "file-a", Filename: "a.txt", Purpose: "batch", Bytes: 3}
	other := File{ID: "file-b", Filename: "b.txt", Purpose: "batch", Bytes: 3}
	for _, tt := range []struct {
		name string
		end  func(*claim)
		want bool
	}{
		{"being completed", func(*claim) {}, true},
		{"answer lost", (*claim).lose, true},
		{"completed", func(c *claim) { c.take("file-a") }, true},
		{"completed as another", func(c *claim) { c.take("file-c") }, false},
		{"not completed", (*claim).leave, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			claims := NewClaims()
			tt.end(claims.enter(spec))
			if got := claims.Has(file); got != tt.want || claims.Has(other) {
				t.Errorf("has the File: %t, another: %t", got, claims.Has(other))
			}
		})
	}
}
