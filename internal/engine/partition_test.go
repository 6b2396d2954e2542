// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// checkPlan verifies what holds for every plan.
func checkPlan(t *testing.T, size int64, slots int, configured int64) {
	t.Helper()
	plan, err := NewPlan(size, slots, configured)
	if size <= 0 {
		if !errors.Is(err, ErrEmpty) {
			t.Fatalf("NewPlan(%d): error %v, want ErrEmpty", size, err)
		}
		return
	}
	if err != nil {
		t.Fatalf("NewPlan(%d, %d, %d): %v", size, slots, configured, err)
	}
	count := plan.Len()
	smallest, largest, at := size, int64(0), int64(0)
	for i := range count {
		offset, n := plan.Part(i)
		if offset != at || n <= 0 {
			t.Fatalf("NewPlan(%d, %d, %d): part %d of %d is %d bytes at %d, want some at %d",
				size, slots, configured, i, count, n, offset, at)
		}
		if configured > 0 && i < count-1 && n != configured {
			t.Fatalf("NewPlan(%d, %d, %d): part %d has %d bytes", size, slots, configured, i, n)
		}
		smallest, largest, at = min(smallest, n), max(largest, n), at+n
	}
	if at != size {
		t.Fatalf("NewPlan(%d, %d, %d): parts cover %d bytes", size, slots, configured, at)
	}
	if configured > 0 {
		if largest > configured {
			t.Fatalf("NewPlan(%d, %d, %d): a part of %d bytes", size, slots, configured, largest)
		}
		return
	}
	slots = max(slots, 1)
	switch {
	case largest-smallest > 1:
		t.Fatalf("NewPlan(%d, %d): parts of %d to %d bytes", size, slots, smallest, largest)
	case largest > maxPart:
		t.Fatalf("NewPlan(%d, %d): a part of %d bytes", size, slots, largest)
	case count > 1 && smallest < minPart:
		t.Fatalf("NewPlan(%d, %d): %d parts of %d bytes", size, slots, count, smallest)
	case count > slots && count%slots != 0:
		t.Fatalf("NewPlan(%d, %d): %d parts", size, slots, count)
	case count < slots && size/minPart > int64(count):
		t.Fatalf("NewPlan(%d, %d): %d parts leave slots unused", size, slots, count)
	}
}

func TestPlanHoldsForAnySize(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // Cases, no secrets.
	for range 20_000 {
		size := rng.Int64N(1 << rng.IntN(36))
		slots := rng.IntN(65)
		configured := rng.Int64N(2) * (minPart + rng.Int64N(64*minPart))
		checkPlan(t, size, slots, configured)
	}
}

func TestPlanAtEdges(t *testing.T) {
	t.Parallel()
	for _, edge := range []int64{
		0, 1, 2, minPart, 8 * minPart, targetPart, 8 * targetPart, 64 * targetPart,
		maxPart, 8_000_000_000, 8 << 30, manyParts * targetPart, manyParts * maxPart,
	} {
		for _, slots := range []int{0, 1, 2, 7, 8, 64} {
			for d := int64(-1); d <= 1; d++ {
				checkPlan(t, edge+d, slots, 0)
				checkPlan(t, edge+d, slots, minPart)
				checkPlan(t, edge+d, slots, 64*minPart)
			}
		}
	}
}

func TestPlanCounts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		size       int64
		slots      int
		configured int64
		want       int
	}{
		{4 << 10, 8, 0, 1},
		{mib, 8, 0, 1},
		{2*mib - 1, 8, 0, 1},
		{3 * mib, 8, 0, 3},
		{100_000_000, 8, 0, 8},
		{8 * targetPart, 8, 0, 8},
		{8*targetPart + 1, 8, 0, 16},
		{1 << 30, 8, 0, 72},
		{8_000_000_000, 8, 0, 128},
		{8_000_000_000, 5, 0, 130},
		{3 * mib, 8, mib, 3},
		{3*mib + 1, 8, mib, 4},
		{3*mib - 1, 8, mib, 3},
	} {
		plan, err := NewPlan(tt.size, tt.slots, tt.configured)
		if err != nil || plan.Len() != tt.want {
			t.Errorf("NewPlan(%d, %d, %d): %d parts and %v, want %d", tt.size, tt.slots, tt.configured, plan.Len(), err, tt.want)
		}
	}
}

func FuzzPlan(f *testing.F) {
	f.Add(int64(1), 8, int64(0))
	f.Add(int64(8_000_000_000), 8, int64(64*minPart))
	f.Add(int64(128_000_001), 8, int64(0))
	f.Fuzz(func(t *testing.T, size int64, slots int, configured int64) {
		const largest = 1 << 40
		if size > largest || slots > 1000 || configured != 0 && configured < minPart {
			return // Out of what the provider lets through, and slow to check.
		}
		checkPlan(t, size, slots, configured)
	})
}
