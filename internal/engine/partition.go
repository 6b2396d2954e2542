// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

const (
	// A failed part of this size costs little, and a medium-sized file fills all slots.
	targetPart = 16_000_000

	// The API's "64 MB" can mean MB or MiB: this is the smaller reading.
	maxPart = 64_000_000

	// Below this, a part costs more in round trips than it gains in parallel.
	minPart = 1 << 20

	// A file is cut into about this many parts before they exceed targetPart.
	manyParts = 128
)

// Plan says how content is cut into parts: exactly, in order, and none is empty.
type Plan struct {
	size  int64
	count int64
	part  int64 // Size of all parts but the last; 0 if they are about equal.
}

// NewPlan cuts size bytes into parts. With configured above zero all parts but the last
// have that size. Otherwise the parts are about equal (they differ by at most a byte) and
// at most 64,000,000 bytes: as many as there are slots while that leaves them between 1 MiB
// and 16,000,000 bytes, then a multiple of the slots, so that all slots end at about the
// same time. The error is [ErrEmpty].
func NewPlan(size int64, slots int, configured int64) (Plan, error) {
	if size <= 0 {
		return Plan{}, ErrEmpty
	}
	if configured > 0 {
		return Plan{size: size, count: ceilDiv(size, configured), part: configured}, nil
	}
	n := int64(max(slots, 1))
	target := min(max(targetPart, size/manyParts), maxPart)
	if ceilDiv(size, target) <= n {
		return Plan{size: size, count: min(n, max(size/minPart, 1))}, nil
	}
	return Plan{size: size, count: ceilDiv(ceilDiv(size, target), n) * n}, nil
}

// Len is the number of parts.
func (p Plan) Len() int { return int(p.count) }

// Part returns where part i, from 0, begins and how many bytes it has.
func (p Plan) Part(i int) (offset, size int64) {
	n := int64(i)
	if p.part > 0 {
		offset = n * p.part
		return offset, min(p.part, p.size-offset)
	}
	size, longer := p.size/p.count, p.size%p.count // The first ones are a byte longer.
	offset = n*size + min(n, longer)
	if n < longer {
		size++
	}
	return offset, size
}

func ceilDiv(a, b int64) int64 { return (a-1)/b + 1 }
