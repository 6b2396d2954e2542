// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestUploadSendsExactlyTheContent(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 4 << 10, unit - 1, unit, unit + 1, 3 * unit, hashBuffer - 1, hashBuffer + 1, 3*mib + 7} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(t)
				src := newSource(size)
				result, err := uploader(s, 0).Upload(t.Context(), job(src))
				if err != nil {
					t.Fatal(err)
				}
				sha := sha256.Sum256(src.data)
				want := Result{
					UploadID: "upload_1", File: s.file("file-1"),
					Digests: Digests{MD5: md5Hex(src.data), SHA256: hex.EncodeToString(sha[:])},
				}
				if result.Elapsed <= 0 {
					t.Errorf("took %s", result.Elapsed)
				}
				want.Elapsed = result.Elapsed
				if result != want {
					t.Errorf("result is %+v, want %+v", result, want)
				}
				if !bytes.Equal(s.content, src.data) {
					t.Error("other content has arrived")
				}
				s.wantCalls(map[string]int{"create": 1, "part 0": 1, "complete": 1, "cancel": 0, "find": 0})
			})
		})
	}
}

func TestUploadJoinsPartsInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
			// Later parts are faster.
			if err := sleep(ctx, time.Duration(20-part.Number)*time.Second); err != nil {
				return "", err
			}
			return s.addPart(part)
		}
		u := uploader(s, 0)
		u.Slots = NewSlots(6)
		if _, err := u.Upload(t.Context(), job(newSource(6*unit))); err != nil {
			t.Fatal(err)
		}
		for i, id := range s.ids {
			if !strings.HasPrefix(id, fmt.Sprintf("part_%d_", i)) {
				t.Errorf("part IDs are %v", s.ids)
			}
		}
		if s.most != 6 {
			t.Errorf("%d parts were in flight, want 6", s.most)
		}
	})
}

func TestUploadTellsItsProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(ctx context.Context, call int, part Part) (string, error) {
			if part.Number == 1 && call == 1 {
				_, err := part.Open().Read(make([]byte, unit/2))
				return "", errors.Join(err, unavailable())
			}
			return s.addPart(slowly(ctx, part, unit/8, time.Second))
		}
		var events []Event
		j := job(newSource(3 * unit))
		j.Observe = func(e Event) { events = append(events, e) }
		if _, err := uploader(s, 1).Upload(t.Context(), j); err != nil {
			t.Fatal(err)
		}
		done, retries, ticks := 0, 0, 0
		for _, e := range events {
			if e.UploadID != "upload_1" || e.Parts != 3 || e.Bytes != 3*unit || e.BytesDone > e.Bytes || e.BytesDone < 0 {
				t.Errorf("event %+v", e)
			}
			switch {
			case e.Err != nil:
				retries++
			case e.PartsDone > done:
				done = e.PartsDone
			default:
				ticks++
			}
		}
		last := events[len(events)-1]
		if done != 3 || retries != 1 || ticks < 5 || last.PartsDone != 3 || last.BytesDone != 3*unit {
			t.Errorf("%d done, %d retries, %d ticks; at last %+v", done, retries, ticks, last)
		}
		if limit := int(last.Elapsed/time.Second) + 1; ticks > limit {
			t.Errorf("%d ticks in %s", ticks, last.Elapsed)
		}
	})
}

func TestUploadVerifiesBeforeItCompletes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		wrong := errors.New("other content than pinned")
		j := job(newSource(3 * unit))
		j.Verify = func(d Digests) error {
			s.wantCalls(map[string]int{"part 0": 1, "part 1": 1, "part 2": 1, "complete": 0})
			if len(d.MD5) != 32 || len(d.SHA256) != 64 {
				t.Errorf("digests are %+v", d)
			}
			return wrong
		}
		_, err := uploader(s, 0).Upload(t.Context(), j)
		if failure := wantError(t, err, LeftNothing); !errors.Is(err, wrong) || failure.Op != "checking the content" {
			t.Errorf("error is %v", err)
		}
		s.wantCalls(map[string]int{"complete": 0, "cancel": 1})
	})
}

func TestUploadRefusesEmptyContent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		_, err := uploader(s, 0).Upload(t.Context(), job(newSource(0)))
		wantLeft(t, err, LeftNothing)
		if !errors.Is(err, ErrEmpty) || len(s.journal) > 0 {
			t.Errorf("error is %v after %v", err, s.journal)
		}
	})
}

// TestSlotsAreFilled has parts whose size was chosen for the slots.
func TestSlotsAreFilled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		u := &Uploader{Backend: s, Slots: NewSlots(DefaultSlots), Claims: NewClaims()}
		if _, err := u.Upload(t.Context(), job(newSource(9*mib))); err != nil {
			t.Fatal(err)
		}
		if s.most != DefaultSlots {
			t.Errorf("%d parts in flight, want %d", s.most, DefaultSlots)
		}
	})
}

// TestUploadsShareSlots has a large upload and a small one that comes later: the
// small one doesn't wait for all of the large one, nothing of it is read before
// it has a slot, and no more parts are in flight than there are slots.
func TestUploadsShareSlots(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := NewSlots(2)
		slow := func(s *service) {
			s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
				slots.mu.Lock()
				busy := slots.busy
				slots.mu.Unlock()
				if busy > 2 {
					t.Errorf("%d slots are busy", busy)
				}
				if err := sleep(ctx, time.Second); err != nil {
					return "", err
				}
				return s.addPart(part)
			}
		}
		begun := time.Now()
		large, small := newService(t), newService(t)
		slow(large)
		slow(small)
		ended := make(chan string, 2)
		start := func(name string, s *service, src Source) {
			u := uploader(s, 0)
			u.Slots = slots
			go func() {
				if _, err := u.Upload(t.Context(), job(src)); err != nil {
					t.Error(err)
				}
				ended <- name
			}()
		}
		start("large", large, newSource(12*unit))
		time.Sleep(500 * time.Millisecond)
		src := newSource(2 * unit)
		data := src.data
		src.read = func(p []byte, offset int64) (int, error) {
			if at := time.Since(begun); at < time.Second {
				t.Errorf("content is read after %s, while the others have all slots", at)
			}
			return bytes.NewReader(data).ReadAt(p, offset)
		}
		start("small", small, src)
		if got := []string{<-ended, <-ended}; !slices.Equal(got, []string{"small", "large"}) {
			t.Errorf("ended in order %v", got)
		}
	})
}

// TestSlowPartHoldsUpNoOther has one connection that is slow: all other parts
// are sent meanwhile.
func TestSlowPartHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(t)
		s.onPart = func(ctx context.Context, _ int, part Part) (string, error) {
			id, err := s.addPart(part)
			if part.Number == 0 {
				if err := sleep(ctx, 20*time.Second); err != nil {
					return "", err
				}
				s.wantCalls(map[string]int{"part 1": 1, "part 9": 1})
			}
			return id, err
		}
		if _, err := uploader(s, 0).Upload(t.Context(), job(newSource(10*unit))); err != nil {
			t.Fatal(err)
		}
	})
}
