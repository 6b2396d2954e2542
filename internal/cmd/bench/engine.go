// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"sync/atomic"
	"time"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/tune"
	"github.com/upload-backed/terraform-provider-openai/internal/upload"
)

const (
	// uploadCommand makes this program the client and the engine.
	uploadCommand = "upload"

	// benchKey is no key of any service.
	benchKey = "sk-bench"
)

// uploaded is what the upload process prints, as a line of JSON.
type uploaded struct {
	// AllButOne is how many seconds after the begin all parts but one were done.
	AllButOne float64 `json:"all_but_one"`
}

// runUpload uploads one file as the provider does, without Terraform.
func runUpload(ctx context.Context, args []string, stdout io.Writer) error {
	var (
		url      string
		slots    int
		uploader upload.Uploader
	)
	fs := flag.NewFlagSet(uploadCommand, flag.ContinueOnError)
	fs.StringVar(&url, "url", "", "")
	fs.IntVar(&slots, "slots", upload.DefaultSlots, "")
	fs.Int64Var(&uploader.PartSize, "part-size", 0, "")
	fs.BoolVar(&uploader.NoHash, "no-hash", false, "")
	if err := fs.Parse(args); err != nil || fs.NArg() != 1 {
		return errUsage
	}
	tune.Process() // As the provider does.
	client, err := openai.New(openai.Config{APIKey: benchKey, BaseURL: url, Slots: slots})
	if err != nil {
		return err
	}
	file, err := localfile.Open(fs.Arg(0))
	if err != nil {
		return err
	}
	defer file.Close()

	uploader.Backend, uploader.Finder, uploader.Slots = client, client, upload.NewSlots(slots)
	begin := time.Now()
	var allButOne atomic.Int64
	_, err = uploader.Upload(ctx, upload.Job{
		Source: file,
		Spec:   upload.Spec{Filename: "bench.bin", Purpose: "user_data", MIMEType: "application/octet-stream"},
		Observe: func(e upload.Event) {
			if e.PartsDone >= e.Parts-1 {
				allButOne.CompareAndSwap(0, int64(time.Since(begin)))
			}
		},
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(uploaded{AllButOne: time.Duration(allButOne.Load()).Seconds()})
}
