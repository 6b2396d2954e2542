// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"bytes"
	"runtime"
	"sync"
)

const (
	// chunkSize is how much is checked at once.
	chunkSize = 128 << 10

	// maxLine is how long a line may be to be checked.
	maxLine = 16 << 20

	// maxWorkers is how many goroutines check. One about keeps up with SHA-256, for which
	// a CPU is left.
	maxWorkers = 3

	// waiting is how many chunks there are besides those that are checked: one is filled,
	// and others wait, so that no worker has to.
	waiting = 4
)

// Checker checks what is written to it. One goroutine may use it at a time. It has
// to be ended with Report or with Close.
type Checker struct {
	format      Format
	maxProblems int
	workers     int

	bytes  int64
	totals totals
	report Report

	// chunkSize and maxLine are smaller in tests.
	chunkSize, maxLine int

	chunk  *chunk // is being filled
	long   []byte // is a line that is longer than a chunk, up to maxLine and a byte
	inLong bool

	// Chunks are checked by any worker at any time, and added to the totals in the
	// order of the input: each waits until last, the chunk before it, is merged.
	last   <-chan struct{}
	chunks int         // how many there are; as many as workers can use
	free   chan *chunk // are to be filled again
	work   chan *chunk // are to be checked
	group  sync.WaitGroup
	ended  bool
}

// New returns a checker that keeps the first problems that it finds, maxProblems
// of them.
func New(format Format, maxProblems int) *Checker {
	return &Checker{
		format:      format,
		maxProblems: max(0, maxProblems),
		workers:     min(max(runtime.GOMAXPROCS(0)-1, 1), maxWorkers),
		totals:      newTotals(max(0, maxProblems)),
		chunkSize:   chunkSize,
		maxLine:     maxLine,
	}
}

// Write checks p as the next part of the input. It never fails. After the end of
// the input it does nothing.
func (c *Checker) Write(p []byte) (int, error) {
	size := len(p)
	if c.ended {
		return size, nil
	}
	c.bytes += int64(size)
	for len(p) > 0 {
		if c.inLong {
			p = p[c.lengthen(p):]
			continue
		}
		if c.chunk == nil {
			c.chunk = c.take()
		}
		k := c.chunk
		n := min(len(p), c.chunkSize-len(k.buf))
		k.buf = append(k.buf, p[:n]...)
		p = p[n:]
		if len(k.buf) == c.chunkSize {
			c.cut()
		}
	}
	return size, nil
}

// cut hands the whole lines of the full chunk to a worker.
func (c *Checker) cut() {
	k := c.chunk
	end := bytes.LastIndexByte(k.buf, '\n') + 1
	if end == 0 {
		c.inLong = true
		c.long = append(c.long, k.buf[:min(len(k.buf), c.maxLine+1)]...)
		k.buf = k.buf[:0]
		return
	}
	if c.work == nil {
		c.start()
	}
	// What follows the last line stays where it is: only this goroutine fills chunks.
	begun := k.buf[end:]
	k.buf = k.buf[:end]
	c.work <- c.enqueue(k)
	c.chunk = c.take()
	c.chunk.buf = append(c.chunk.buf, begun...)
}

// lengthen adds the beginning of p to a long line, checks the line if it ends
// there, and returns the size of what it took. No worker checks long lines, so
// only one is in memory.
func (c *Checker) lengthen(p []byte) int {
	end := bytes.IndexByte(p, '\n')
	if end >= 0 {
		p = p[:end]
	}
	if room := c.maxLine + 1 - len(c.long); room > 0 {
		c.long = append(c.long, p[:min(len(p), room)]...)
	}
	if end < 0 {
		return len(p)
	}
	c.checkLong()
	return end + 1
}

func (c *Checker) checkLong() {
	k := newChunk(c.format, c.maxLine, c.maxProblems)
	k.buf = c.long
	c.check(c.enqueue(k))
	c.long, c.inLong = c.long[:0], false
}

// enqueue gives k its place in the order of the input.
func (c *Checker) enqueue(k *chunk) *chunk {
	k.first = c.last == nil
	k.before, k.merged = c.last, make(chan struct{})
	c.last = k.merged
	return k
}

// take returns an empty chunk, and waits for one if there are enough.
func (c *Checker) take() *chunk {
	select {
	case k := <-c.free:
		return k
	default:
	}
	if c.chunks < c.workers+waiting {
		c.chunks++
		return newChunk(c.format, c.maxLine, c.maxProblems)
	}
	return <-c.free
}

// start starts the workers. An input of less than a chunk needs none.
func (c *Checker) start() {
	c.work = make(chan *chunk, c.workers+waiting)
	c.free = make(chan *chunk, c.workers+waiting)
	for range c.workers {
		c.group.Go(func() {
			for k := range c.work {
				c.check(k)
				k.reset()
				c.free <- k
			}
		})
	}
}

// check checks k and adds it to the totals when it is its turn.
func (c *Checker) check(k *chunk) {
	k.check()
	if k.before != nil {
		<-k.before
	}
	c.totals.merge(k)
	close(k.merged)
}

// Report ends the input and returns what is known of it.
func (c *Checker) Report() Report {
	if c.ended {
		return c.report
	}
	if c.inLong {
		c.checkLong()
	} else if c.chunk != nil {
		c.check(c.enqueue(c.chunk))
	}
	c.Close()
	c.report = c.totals.report(c.format, c.bytes)
	return c.report
}

// Close ends the checking, and waits for its goroutines. After it, Report returns
// nothing that wasn't known before.
func (c *Checker) Close() {
	if !c.ended && c.work != nil {
		close(c.work)
		c.group.Wait()
	}
	c.ended = true
	c.chunk, c.long, c.free, c.work = nil, nil, nil, nil
}
