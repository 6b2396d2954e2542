// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
)

const (
	mib = 1 << 20 // The least part size that can be configured.

	maxResources = 6
)

// scenario is all that a run does, drawn before it begins: nothing in it depends on timing.
type scenario struct {
	seed    uint64
	secrets secrets
	service openaitest.Options

	// What is configured of the provider.
	partSize, slots, retries int

	resources []design
	twins     int // Foreign Files that look like the first resource's.

	// A round is an apply under pressure, and another one without. The third is the same
	// for destroy.
	rounds [2]round
	end    pressure
}

// design is what doesn't change about a resource.
type design struct {
	name, filename string
	source         string // The attribute: path, content or content_base64.
	batch          bool   // The content is the input of a batch.
	size           int    // Of the first content in bytes, or the number of lines of a batch.
	purpose        string
	pinned         bool // content_sha256 is configured.
	createFirst    bool // create_before_destroy.
}

// round is what is different before an apply, and what happens during it.
type round struct {
	alterations []alteration // One for each resource.
	sizes       []int        // Of new contents.
	saved       bool         // Plan and apply are separate runs of the CLI,
	between     []edit       // between which files change.
	pressure    pressure
	hour        bool // An hour passes before the apply without pressure.
}

// pressure is what happens while the CLI runs.
type pressure struct {
	faults    []fault
	edits     []edit
	at        moment // When the edits happen.
	interrupt *interrupt
}

// moment is a request.
type moment struct {
	op   openaitest.Op
	skip int // How many requests for op come before it.
}

// interrupt is a Ctrl-C, at a request or after a time.
type interrupt struct {
	at     moment
	after  time.Duration // Counts if at names no operation.
	hold   time.Duration // How long the request's answer takes.
	second time.Duration // After the first one, zero for none.
}

// alteration is a change of a resource before an apply.
type alteration string

const (
	unaltered    alteration = ""
	newContent   alteration = "new content"
	stalePin     alteration = "new content, old pin"
	wrongPin     alteration = "wrong pin"
	badLines     alteration = "bad lines"
	emptyFile    alteration = "empty file"
	noFile       alteration = "no file"
	touched      alteration = "new modification time"
	otherPurpose alteration = "other purpose"
	goneRemotely alteration = "deleted at the service"
)

// draw draws from the seed.
type draw struct{ *rand.Rand }

// newDraw returns the source of everything that belongs to a use of a seed. Numbers that are
// close to each other would make generators whose first draws are alike, so they are hashed.
func newDraw(seed, use uint64) draw {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d", seed, use))
	return draw{rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])))}
}

func (d draw) chance(percent int) bool { return d.IntN(100) < percent }

// between draws from low to high, both included.
func (d draw) between(low, high int) int { return low + d.IntN(high-low+1) }

// millis draws a duration of low to high milliseconds.
func (d draw) millis(low, high int) time.Duration {
	return time.Duration(d.between(low, high)) * time.Millisecond
}

// pick draws one of list.
func pick[T any](d draw, list ...T) T { return list[d.IntN(len(list))] }

// drawScenario draws the run of a seed.
func drawScenario(seed uint64) scenario {
	d := newDraw(seed, 0)
	s := scenario{
		seed: seed, secrets: drawSecrets(d),
		partSize: pick(d, mib, mib, mib, mib+1, 2*mib), slots: pick(d, 1, 2, 3, 8), retries: d.between(0, 3),
		twins: d.between(0, 2),
	}
	s.service = openaitest.Options{
		APIKey: s.secrets.key, Processing: pick(d, 0, 0, 1, 2), Latency: pick(d, 0, 0, d.millis(1, 30)),
		BytesPerSecond: pick[int64](d, 0, 0, 0, 4*mib), ReadBuffer: pick(d, 0, 16<<10),
	}
	// A change of a file matters most while several parts of it are sent slowly.
	unsteady := d.chance(30)
	if unsteady {
		s.slots, s.service.ReadBuffer, s.service.BytesPerSecond = pick(d, 1, 2), 16<<10, 8*mib
	}
	alike := d.chance(25)
	for i := range pick(d, 1, 2, 3, d.between(1, maxResources)) {
		r := d.design(i, s.partSize, alike)
		if unsteady && r.source == "path" && !r.batch {
			r.size = d.between(s.partSize+1, 3*s.partSize)
		}
		s.resources = append(s.resources, r)
	}
	for i := range s.rounds {
		s.rounds[i] = d.round(s, i == 0)
		if alike && d.chance(40) {
			s.rounds[i].pressure.faults = d.lostCompletion()
		}
		if unsteady {
			s.rounds[i].pressure.edits = d.edits(s)
			s.rounds[i].pressure.at = moment{openaitest.OpAddPart, d.between(0, 2)}
			if d.chance(50) {
				s.rounds[i].pressure.faults = nil
			}
		}
	}
	if d.chance(30) {
		s.end = d.pressure(s)
	}
	return s
}

// design draws a resource. Those that are alike have the same name, size and purpose.
func (d draw) design(i, partSize int, alike bool) design {
	r := design{
		name: fmt.Sprintf("r%d", i), filename: fmt.Sprintf("r%d.bin", i), source: "path",
		size: d.size(partSize), purpose: pick(d, "user_data", "user_data", "vision", "assistants", "evals"),
		pinned: d.chance(35), createFirst: d.chance(50),
	}
	if alike {
		r.filename, r.size, r.purpose = "alike.bin", partSize+1, "user_data"
		return r
	}
	if d.chance(25) {
		r.batch, r.purpose, r.filename, r.size = true, "batch", fmt.Sprintf("r%d.jsonl", i), d.between(1, 200)
	}
	if d.chance(20) {
		r.source, r.pinned = "content_base64", false
		if r.batch || d.chance(50) {
			r.source = "content"
		}
		r.size = min(r.size, 20_000)
	}
	return r
}

// size draws the size of a file, often near the limits of parts.
func (d draw) size(partSize int) int {
	if d.chance(30) {
		return d.between(1, 3*mib)
	}
	return pick(d, 1, 2, 4097, partSize-1, partSize, partSize+1, 2*partSize-1, 2*partSize, 2*partSize+1)
}

// round draws what happens in a round.
func (d draw) round(s scenario, first bool) round {
	r := round{saved: d.chance(30), hour: d.chance(10), pressure: d.pressure(s)}
	// What is refused in the plan keeps everything else from happening.
	refused := -1
	if d.chance(30) {
		refused = d.IntN(len(s.resources))
	}
	for i, design := range s.resources {
		if i == refused {
			r.alterations = append(r.alterations, d.refusal(design))
		} else {
			r.alterations = append(r.alterations, d.alteration(design, first))
		}
		size := d.size(s.partSize)
		if design.batch || design.source != "path" {
			size = d.between(1, 200)
		}
		r.sizes = append(r.sizes, size)
	}
	if r.saved && d.chance(30) {
		r.between = d.edits(s)
	}
	return r
}

// alteration draws a change that is possible for the resource.
func (d draw) alteration(r design, first bool) alteration {
	if first {
		return unaltered
	}
	list := []alteration{unaltered, newContent, newContent, newContent, newContent, otherPurpose, goneRemotely}
	if r.source == "path" {
		list = append(list, touched)
	}
	if r.pinned {
		list = append(list, stalePin)
	}
	return pick(d, list...)
}

// refusal draws a change that is refused, in the plan or when the file is to be uploaded.
func (d draw) refusal(r design) alteration {
	var list []alteration
	if r.source == "path" {
		list = append(list, emptyFile, noFile)
	}
	if r.pinned {
		list = append(list, wrongPin, wrongPin)
	}
	if r.batch {
		list = append(list, badLines, badLines)
	}
	if len(list) == 0 {
		return unaltered
	}
	return pick(d, list...)
}

// pressure draws what happens during a run of the CLI.
func (d draw) pressure(s scenario) pressure {
	p := pressure{faults: d.faults()}
	if d.chance(30) {
		p.edits = d.edits(s)
		p.at = moment{pick(d, openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpAddPart, openaitest.OpCompleteUpload), pick(d, 0, 0, 1, 2)}
	}
	if d.chance(45) {
		p.interrupt = d.interrupt()
	}
	return p
}

// interrupt draws when to interrupt.
func (d draw) interrupt() *interrupt {
	i := &interrupt{hold: d.millis(0, 800)}
	ops := []openaitest.Op{
		openaitest.OpCreateUpload, openaitest.OpAddPart, openaitest.OpAddPart, openaitest.OpCompleteUpload, openaitest.OpCompleteUpload,
		openaitest.OpCancelUpload, openaitest.OpDeleteFile, openaitest.OpGetFile,
	}
	if d.chance(80) {
		i.at = moment{pick(d, ops...), pick(d, 0, 0, 0, 1)}
	} else {
		i.after = d.millis(300, 3000)
	}
	if d.chance(25) {
		i.second = d.millis(50, 1500)
	}
	return i
}

// edits draws changes of one file or of all.
func (d draw) edits(s scenario) []edit {
	all := d.chance(50)
	one := d.IntN(len(s.resources))
	var list []edit
	for i, r := range s.resources {
		e := edit{resource: i, kind: pick(d, editKinds()...), use: d.Uint64()}
		if r.source == "path" && (all || i == one) {
			list = append(list, e)
		}
	}
	return slices.Clip(list)
}
