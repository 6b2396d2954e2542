// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/openaitest"
	"github.com/upload-backed/terraform-provider-openai/internal/terraformcli"
)

// run is one run: a project, a mock, and what became of both.
type run struct {
	*campaign
	scenario
	tally

	dir     string
	firedMu sync.Mutex // Guards fired.

	project   *terraformcli.Project
	mock      *openaitest.Server
	resources []*resource
	checker   *checker
	steps     int
	seen      int // The number of the journal's last request that was looked at.
}

// limits are the arguments for timeouts: short while there are faults, so that a request
// that isn't answered doesn't take a run's time, and longer while there are none. Those for
// reading and deleting count from the next run of the CLI on, so they are never long.
func limits(calm bool) map[string]string {
	if calm {
		return map[string]string{"create": "60s", "read": "12s", "delete": "15s"}
	}
	return map[string]string{"create": "6s", "read": "5s", "delete": "6s"}
}

// play makes the run. The error is why it couldn't go on; violations are counted.
func (r *run) play(ctx context.Context) error {
	mock, err := openaitest.Listen(ctx, "127.0.0.1:0", r.service)
	if err != nil {
		return err
	}
	defer mock.Close()
	r.mock = mock
	r.runs, r.fired = 1, map[string]int{}
	if err := r.prepare(ctx); err != nil {
		return err
	}
	for i, round := range r.rounds {
		if err := r.round(ctx, fmt.Sprintf("round %d", i+1), uint64(i+1), round); err != nil {
			return err
		}
	}
	if err := r.destroy(ctx); err != nil {
		return err
	}
	for _, u := range r.mock.Uploads() {
		if u.Status == uploadCompleted {
			r.uploads++
		}
	}
	return nil
}

// prepare makes the project, and what others have at the service.
func (r *run) prepare(ctx context.Context) (err error) {
	r.project, err = terraformcli.NewProject(r.dir, r.cli, r.provider,
		"HOME="+r.dir, "OPENAI_BASE_URL="+r.mock.URL(), "OPENAI_API_KEY="+r.secrets.key,
		// Many short-lived processes: no certificates, and little garbage collection.
		"TF_DISABLE_PLUGIN_TLS=1", "GOGC=400", "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(r.dir, traceFile))
	if err != nil {
		return err
	}
	for i, d := range r.scenario.resources {
		added := newResource(d, r.dir, r.secrets)
		if err := added.put(d.content(newDraw(r.seed, uint64(1000+i)), d.size, r.secrets, true)); err != nil {
			return err
		}
		added.setPin(added.now)
		r.resources = append(r.resources, added)
	}
	first := r.resources[0]
	// One that was made in the same second as ours could be told from it by its content only,
	// which the service doesn't always let one read.
	earlier := r.mock.Now().Add(-2 * time.Second)
	for i := range r.twins {
		content := bytes.Repeat([]byte{byte('A' + i)}, len(first.now))
		r.mock.AddFile(openaitest.File{Filename: first.filename, Purpose: first.purpose, Content: content, CreatedAt: earlier})
	}
	r.mock.AddFile(openaitest.File{Filename: "foreign.txt", Content: []byte("foreign"), CreatedAt: r.mock.Now().Add(-24 * time.Hour)})
	if err := r.foreignUpload(ctx, first); err != nil {
		return err
	}
	r.checker = newChecker(r.secrets, r.mock.Files(), r.mock.Uploads())
	return nil
}

// foreignUpload creates an Upload that isn't ours, and looks like the first resource's.
func (r *run) foreignUpload(ctx context.Context, like *resource) error {
	body, err := json.Marshal(map[string]any{
		"filename": like.filename, "purpose": like.purpose, "bytes": len(like.now), "mime_type": "application/octet-stream",
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.mock.URL()+"/uploads", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.secrets.key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("creating an Upload: %s", res.Status)
	}
	r.mock.ResetJournal()
	return nil
}

// configure writes the configuration, for runs with or without faults.
func (r *run) configure(calm bool) error {
	uploads := map[string]any{}
	for _, res := range r.resources {
		uploads[res.name] = res.attributes(limits(calm))
	}
	content, err := json.MarshalIndent(map[string]any{
		"terraform": map[string]any{"required_providers": map[string]any{"openai": map[string]any{"source": "upload-backed/openai"}}},
		"provider": map[string]any{"openai": map[string]any{
			"part_size": r.partSize, "max_concurrent_parts": r.slots, "max_retries": r.retries,
		}},
		"resource": map[string]any{"openai_upload": uploads},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.dir, "main.tf.json"), content, 0o600)
}

// round changes something, applies under pressure, and then without.
func (r *run) round(ctx context.Context, name string, number uint64, round round) error {
	for i, res := range r.resources {
		if err := res.alter(round.alterations[i], newDraw(r.seed, 2000*number+uint64(i)), round.sizes[i]); err != nil {
			return err
		}
		if round.alterations[i] == goneRemotely {
			for _, known := range r.state().instances {
				if known.name == res.name {
					r.mock.RemoveFile(known.fileID())
				}
			}
		}
	}
	if err := r.configure(false); err != nil {
		return err
	}
	if err := r.pressed(ctx, name, round); err != nil {
		return err
	}
	r.mock.ClearFaults()
	if round.hour {
		r.mock.Advance(openaitest.UploadLifetime)
	}
	for i, res := range r.resources {
		if err := res.repair(newDraw(r.seed, 3000*number+uint64(i))); err != nil {
			return err
		}
	}
	err := errors.Join(
		r.configure(true),
		r.do(ctx, step{name: name + ", apply again", args: apply(), calm: true, converges: true}),
		r.do(ctx, step{name: name + ", plan", args: plan("-detailed-exitcode"), calm: true, converges: true}),
	)
	return err
}

// pressed applies under pressure.
func (r *run) pressed(ctx context.Context, name string, round round) error {
	if !round.saved {
		return r.do(ctx, step{name: name + ", apply under faults", args: apply(), pressure: round.pressure})
	}
	// The faults that are left after the plan meet the apply.
	planned := step{name: name + ", plan under faults", args: plan("-out=" + planFile), pressure: pressure{faults: round.pressure.faults}}
	if err := r.do(ctx, planned); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(r.dir, planFile)); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, e := range round.between {
		if err := r.resources[e.resource].edit(e, r.seed); err != nil {
			return err
		}
	}
	rest := round.pressure
	rest.faults = nil
	err := r.do(ctx, step{name: name + ", apply the plan under faults", args: apply(planFile), pressure: rest, stale: len(round.between) > 0})
	return errors.Join(err, os.Remove(filepath.Join(r.dir, planFile)))
}

// destroy destroys everything.
func (r *run) destroy(ctx context.Context) error {
	if len(r.end.faults) > 0 {
		if err := r.do(ctx, step{name: "destroy under faults", args: destroy(), pressure: r.end}); err != nil {
			return err
		}
		r.mock.ClearFaults()
	}
	return r.do(ctx, step{name: "destroy", args: destroy(), calm: true, destroys: true})
}

func apply(args ...string) []string {
	return append([]string{"apply", "-auto-approve", "-input=false"}, args...)
}

func plan(args ...string) []string {
	return append([]string{"plan", "-input=false"}, args...)
}

func destroy() []string { return []string{"destroy", "-auto-approve", "-input=false"} }
