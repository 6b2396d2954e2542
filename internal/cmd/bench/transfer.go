// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"os/exec"
	"strconv"
)

// engineBound is what the whole engine may take of the slower of its rivals'
// time, and bareBound what it may take of curl's without hashing.
const (
	engineBound = 1.15
	bareBound   = 0.85
)

// measureLoopback compares the engine with md5sum and curl on one file and one
// server that throws the content away.
func measureLoopback(ctx context.Context, l *lab) ([]row, error) {
	path, err := l.written("loopback", l.full(1<<30, 256<<20))
	if err != nil {
		return nil, err
	}
	defer l.remove(path)
	url, stop, err := l.startSink(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()

	md5sum, noMD5sum := exec.LookPath("md5sum")
	curl, noCurl := exec.LookPath("curl")
	tool := func(name string, args ...string) func() (float64, error) {
		return func() (float64, error) {
			_, took, err := l.run(ctx, l.dir, nil, name, args...)
			if err == nil {
				l.say(name, took)
			}
			return took.wall, err
		}
	}
	engine := func(what string, flags ...string) func() (float64, error) {
		return func() (float64, error) {
			took, _, err := l.upload(ctx, what, url, path, flags...)
			return took.wall, err
		}
	}

	whole := row{figure: "1 GiB with hashes / slower of md5sum, curl -T", unit: "×", relation: atMost, bound: engineBound}
	bare := row{figure: "1 GiB without hashes / curl -T", unit: "×", relation: atMost, bound: bareBound}
	if noCurl != nil {
		whole.why, bare.why = "there is no curl on PATH", "there is no curl on PATH"
		return []row{whole, bare}, nil
	}
	runs := []func() (float64, error){
		engine("engine, no hashes", "-no-hash"),
		tool(curl, "-sS", "-o", "/dev/null", "-T", path, url+"/"),
	}
	if noMD5sum == nil {
		runs = append(runs, engine("engine"), tool(md5sum, path))
	}
	medians, err := alternate(l.n, runs...)
	if err != nil {
		return nil, err
	}
	putting := medians[1]
	bare.ours, bare.against, bare.value = seconds(medians[0]), "curl "+seconds(putting), medians[0]/putting
	if noMD5sum != nil {
		whole.why = "there is no md5sum on PATH"
		return []row{whole, bare}, nil
	}
	hashing := medians[3]
	whole.ours, whole.against = seconds(medians[2]), "md5sum "+seconds(hashing)
	if putting > hashing {
		whole.against = "curl " + seconds(putting)
	}
	whole.value = medians[2] / max(hashing, putting)
	return []row{whole, bare}, nil
}

// slotsBound is how many times faster eight slots must be than one.
const slotsBound = 7.5

// measureSlots compares eight connections with one, where the line gives each
// the same.
func measureSlots(ctx context.Context, l *lab) ([]row, error) {
	path, err := l.sparse("slots", 512_000_000)
	if err != nil {
		return nil, err
	}
	defer l.remove(path)
	url, stop, err := l.startSink(ctx, "-rate", "20000000", "-latency", "50ms")
	if err != nil {
		return nil, err
	}
	defer stop()
	with := func(slots int) func() (float64, error) {
		return func() (float64, error) {
			took, _, err := l.upload(ctx, strconv.Itoa(slots)+" slots", url, path, "-slots", strconv.Itoa(slots))
			return took.wall, err
		}
	}
	medians, err := alternate(l.n, with(8), with(1))
	if err != nil {
		return nil, err
	}
	return []row{{
		figure: "8 slots / 1 slot, at 20 MB/s and 50 ms each",
		ours:   seconds(medians[0]), against: seconds(medians[1]),
		value: medians[1] / medians[0], unit: "× faster", relation: atLeast, bound: slotsBound,
	}}, nil
}

// slowBound is what all other parts may take beside a part on a slow
// connection, of the time without it.
const slowBound = 1.15

// measureSlowConnection looks at how long eight fast connections take for 32
// parts while a ninth one is slow with one more.
func measureSlowConnection(ctx context.Context, l *lab) ([]row, error) {
	const part, fast = 8_000_000, 8
	alone, err := l.sparse("fast", 4*fast*part)
	if err != nil {
		return nil, err
	}
	defer l.remove(alone)
	beside, err := l.sparse("slow", (4*fast+1)*part)
	if err != nil {
		return nil, err
	}
	defer l.remove(beside)

	const rate = "20000000"
	upload := func(what, path string, slots int, all bool, flags ...string) func() (float64, error) {
		return func() (float64, error) {
			// Anew each time, as only a server's first connection is slow.
			url, stop, err := l.startSink(ctx, append([]string{"-rate", rate}, flags...)...)
			if err != nil {
				return 0, err
			}
			defer stop()
			took, told, err := l.upload(ctx, what, url, path,
				"-slots", strconv.Itoa(slots), "-part-size", strconv.Itoa(part))
			if all {
				return took.wall, err
			}
			return told.AllButOne, err
		}
	}
	medians, err := alternate(l.n,
		upload("8 fast connections and a slow one", beside, fast+1, false, "-slow", "1000000"),
		upload("8 fast connections", alone, fast, true),
	)
	if err != nil {
		return nil, err
	}
	return []row{{
		figure: "other parts beside one at 1 MB/s / without it",
		ours:   seconds(medians[0]), against: seconds(medians[1]),
		value: medians[0] / medians[1], unit: "×", relation: atMost, bound: slowBound,
	}}, nil
}
