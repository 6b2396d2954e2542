// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"context"
	"sync"
	"time"
)

const (
	// A part is a straggler when it takes stragglerFactor times as long as the
	// others did, and at least stragglerLeast.
	stragglerFactor = 3
	stragglerLeast  = time.Second

	// How often to check whether a part is one.
	stragglerLook = 100 * time.Millisecond
)

// pace is how long the parts of an upload take.
type pace struct {
	mu    sync.Mutex
	took  time.Duration
	parts int
}

// note adds a part that is done.
func (p *pace) note(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.took += took
	p.parts++
}

// straggles reports whether a part that has taken so long is a straggler.
func (p *pace) straggles(taken time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.parts > 0 && taken >= stragglerLeast && taken > stragglerFactor*p.took/time.Duration(p.parts)
}

// race sends a part once and, if it straggles while a slot is idle, a second time in
// parallel. The first answer wins; of two failures, a final one or the last one counts.
func (r *run) race(ctx context.Context, number, try int) (string, error) {
	type outcome struct {
		id   string
		took time.Duration
		err  error
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan outcome, 2)
	var runners sync.WaitGroup
	send := func(done func()) {
		runners.Go(func() {
			defer done()
			began := time.Now()
			id, err := r.attempt(ctx, number, try)
			ended <- outcome{id, time.Since(began), err}
		})
	}
	defer func() {
		stop()
		runners.Wait()
		if len(ended) == 1 && (<-ended).err == nil {
			_, size := r.plan.Part(number)
			r.progress.bytesDone.Add(-size) // Both came through.
		}
	}()
	look := time.NewTicker(stragglerLook)
	defer look.Stop()
	started, flying := time.Now(), 1
	send(func() {})
	for sent := 1; ; {
		select {
		case <-look.C:
			if sent == 1 && ctx.Err() == nil && r.pace.straggles(time.Since(started)) && r.Slots.takeIdle() {
				send(r.Slots.release)
				sent, flying = 2, flying+1
			}
		case got := <-ended:
			if got.err == nil {
				r.pace.note(got.took)
			}
			fault := faultOf(got.err)
			if flying--; got.err == nil || flying == 0 || fault.Class == Final {
				return got.id, got.err
			}
			if fault.Class == Throttled { // The other attempt continues, but no new one starts.
				r.Slots.throttle(fault)
			}
		}
	}
}
