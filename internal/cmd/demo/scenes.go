// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// scene shows one promise.
type scene struct {
	title string
	act   func(context.Context) ([]check, error)
}

// check is a line of the demo, which is true if got is want.
type check struct {
	text      string
	got, want any
}

// exactly is a check whose line says what there is.
func exactly(got, want string) check { return check{got, got, want} }

// scenes are those of the demo. Each one goes on from the one before it.
func (d *demo) scenes() []scene {
	return []scene{
		{"A bad line is refused in the plan, before anything is sent", d.refuseLine},
		{"A large file goes up in parallel parts", d.uploadParts},
		{"A file that was only touched changes nothing", d.planQuietly},
		{"Changed content replaces the File, without a gap", d.replace},
		{"An interrupted upload is cancelled", d.interrupt},
		{"Nothing is left", d.destroy},
	}
}

// play plays a scene, and ends at the first thing that isn't as expected.
func (d *demo) play(ctx context.Context, s scene) error {
	d.mock.ResetJournal()
	checks, err := s.act(ctx)
	if err != nil {
		return err
	}
	for _, c := range checks {
		if c.got != c.want {
			return fmt.Errorf("this isn't so: %s\n   expected: %v\n   there is: %v", c.text, c.want, c.got)
		}
		d.screen.ok(c.text)
	}
	return nil
}

// note prints what happens beside the CLI.
func (d *demo) note(text string) { d.screen.say("   # %s", text) }

func (d *demo) refuseLine(ctx context.Context) ([]check, error) {
	d.note("line 2 of requests.jsonl has no method")
	const want = `line 2, column 1: missing_required_parameter: found nothing, wanted method: "POST"`
	o, err := d.run(ctx, 1, "plan")
	said := o.find("line 2, column 1: missing_required_parameter")
	return []check{
		exactly("the plan says: "+said, "the plan says: "+want),
		{"0 requests; there isn't even a connection to the API", d.mock.Connections(), 0},
	}, err
}

func (d *demo) uploadParts(ctx context.Context) ([]check, error) {
	d.note("line 2 is fixed; handbook.pdf has 3 MiB, and part_size is 1 MiB")
	if err := d.write(requests, lines(goodLine)); err != nil {
		return nil, err
	}
	if _, err := d.run(ctx, 0, "apply", "-auto-approve"); err != nil {
		return nil, err
	}
	ids, err := d.fileIDs()
	if err != nil {
		return nil, err
	}
	file, _ := d.mock.File(ids["handbook"])
	parts := d.parts(file.UploadID)
	for i, line := range timeline(parts) {
		d.screen.say("   part %d %s", i+1, line)
	}
	return []check{
		exactly(fmt.Sprintf("%d parts, %d of them in flight at once", len(parts), peak(parts)), "3 parts, 3 of them in flight at once"),
		{fmt.Sprintf("handbook.pdf is the File %s, byte for byte", file.ID), sum(file.Content), sum(content(1))},
		exactly(fmt.Sprintf("%d Files at the API, %d in the state", len(d.mock.Files()), len(ids)), "2 Files at the API, 2 in the state"),
	}, nil
}

func (d *demo) planQuietly(ctx context.Context) ([]check, error) {
	d.note("handbook.pdf gets a new modification time")
	now := time.Now()
	if err := os.Chtimes(filepath.Join(d.Dir, handbook), now, now); err != nil {
		return nil, err
	}
	o, err := d.run(ctx, 0, "plan", "-detailed-exitcode")
	reads := len(d.mock.Requests(openaitest.OpGetFile))
	return []check{
		{"no changes: only content counts", len(o.actions), 0},
		exactly(fmt.Sprintf("%d requests for 2 Files, %d of them reads", len(d.mock.Journal()), reads), "2 requests for 2 Files, 2 of them reads"),
	}, err
}

func (d *demo) replace(ctx context.Context) ([]check, error) {
	d.note("the content of handbook.pdf changes; create_before_destroy is set")
	old, err := d.fileIDs()
	if err == nil {
		err = d.write(handbook, content(2))
	}
	if err != nil {
		return nil, err
	}
	o, err := d.run(ctx, 0, "apply", "-auto-approve")
	if err != nil {
		return nil, err
	}
	ids, err := d.fileIDs()
	completed, deleted := d.first(openaitest.OpCompleteUpload), d.first(openaitest.OpDeleteFile)
	file, _ := d.mock.File(ids["handbook"])
	lead := deleted.Started.Sub(completed.Finished)
	return []check{
		{"the plan replaces openai_upload.handbook, and nothing else", fmt.Sprint(o.actions), "map[openai_upload.handbook:replace]"},
		{"the new content is the File " + file.ID, sum(file.Content), sum(content(2))},
		{"the old File " + old["handbook"] + " is deleted", deleted.FileID, old["handbook"]},
		{fmt.Sprintf("there was always one: the new File was complete %d ms before that", lead.Milliseconds()), lead > 0, true},
	}, err
}

func (d *demo) interrupt(ctx context.Context) ([]check, error) {
	if runtime.GOOS == "windows" {
		d.note("not shown: on Windows no program can send Ctrl-C to another one; press it in an apply of your own")
		return nil, nil
	}
	d.note("the content changes again, and the mock doesn't answer parts any more")
	old, err := d.fileIDs()
	if err == nil {
		err = d.write(handbook, content(3))
	}
	if err != nil {
		return nil, err
	}
	d.mock.Inject(openaitest.Fault{Op: openaitest.OpAddPart, Times: -1, Hang: true})
	defer d.mock.ClearFaults()
	p, err := d.start(ctx, "apply", "-auto-approve")
	if err != nil {
		return nil, err
	}
	parts := d.awaitParts(ctx, 3)
	at := time.Now()
	// The demo's own interrupt has reached the CLI already; a second one would end it at once.
	if ctx.Err() == nil {
		d.note("Ctrl-C")
		err = terraformcli.SignalGroup(p.cmd, os.Interrupt)
	}
	o, ended := p.wait(ctx, 1)
	if err := errors.Join(err, ended); err != nil {
		return nil, err
	}
	ids, err := d.fileIDs()
	cancelled := d.first(openaitest.OpCancelUpload)
	upload, _ := d.mock.Upload(cancelled.UploadID)
	want := "The Upload " + upload.ID + " was cancelled; nothing is left"
	said := o.find(want)
	file, _ := d.mock.File(ids["handbook"])
	return []check{
		{fmt.Sprintf("%d parts were in flight then", parts), parts, 3},
		{fmt.Sprintf("the Upload was cancelled %d ms later", cancelled.Started.Sub(at).Milliseconds()), upload.Status, "cancelled"},
		{"the error says: " + want, strings.HasPrefix(said, want), true},
		{"the File " + old["handbook"] + " is still there, and in the state", file.ID, old["handbook"]},
	}, err
}

func (d *demo) destroy(ctx context.Context) ([]check, error) {
	if _, err := d.run(ctx, 0, "destroy", "-auto-approve"); err != nil {
		return nil, err
	}
	ids, err := d.fileIDs()
	if err != nil {
		return nil, err
	}
	open := 0
	for _, u := range d.mock.Uploads() {
		if u.Status != "completed" && u.Status != "cancelled" {
			open++
		}
	}
	err = os.RemoveAll(d.Dir)
	_, gone := os.Stat(d.Dir)
	return []check{
		{"0 Files at the API", len(d.mock.Files()), 0},
		{fmt.Sprintf("0 open Uploads, of %d", len(d.mock.Uploads())), open, 0},
		{"an empty state", len(ids), 0},
		{"no folder of the demo", errors.Is(gone, fs.ErrNotExist), true},
	}, err
}

// awaitParts waits until so many parts are in flight, at most half a minute, and returns
// how many are.
func (d *demo) awaitParts(ctx context.Context, want int) int {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		n := inFlight(d.mock.Journal())
		if n >= want {
			return n
		}
		select {
		case <-ctx.Done():
			return n
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// first is the scene's first request for op.
func (d *demo) first(op openaitest.Op) openaitest.Request {
	return append(d.mock.Requests(op), openaitest.Request{})[0]
}

// sum tells contents apart.
func sum(content []byte) string { return fmt.Sprintf("the SHA-256 %x", sha256.Sum256(content)) }
