// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"context"
	"flag"
	"io"
	"sync"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	client "github.com/upload-backed/terraform-provider-openai/internal/openai"
)

const (
	// uploadCommand makes this program the client and the engine.
	uploadCommand = "upload"

	// benchKey isn't a real key.
	benchKey = "sk-bench"
)

// runUpload uploads one file as the provider does, without Terraform, or with
// -client-only without the engine.
func runUpload(ctx context.Context, args []string) error {
	var (
		config     = client.Config{APIKey: benchKey}
		uploader   engine.Uploader
		clientOnly bool
	)
	fs := flag.NewFlagSet(uploadCommand, flag.ContinueOnError)
	fs.StringVar(&config.BaseURL, "url", "", "")
	fs.StringVar(&config.CACertFile, "ca", "", "")
	fs.IntVar(&config.Slots, "slots", engine.DefaultSlots, "")
	fs.Int64Var(&uploader.PartSize, "part-size", 0, "")
	fs.BoolVar(&clientOnly, "client-only", false, "")
	if err := fs.Parse(args); err != nil || fs.NArg() != 1 {
		return errUsage
	}
	c, err := client.New(config)
	if err != nil {
		return err
	}
	file, err := localfile.Open(fs.Arg(0))
	if err != nil {
		return err
	}
	defer file.Close()
	spec := engine.Spec{Filename: "bench.bin", Purpose: "user_data", MIMEType: "application/octet-stream", Bytes: file.Size()}
	if clientOnly {
		return sendParts(ctx, c, file, spec)
	}
	uploader.Backend, uploader.Slots, uploader.Claims = c, engine.NewSlots(config.Slots), engine.NewClaims()
	_, err = uploader.Upload(ctx, engine.Job{Source: file, Spec: spec})
	return err
}

// sendParts sends a file by the client alone: what the engine adds is left out.
func sendParts(ctx context.Context, c *client.Client, file *localfile.File, spec engine.Spec) error {
	session, err := c.Create(ctx, spec)
	if err != nil {
		return err
	}
	plan, err := engine.NewPlan(spec.Bytes, engine.DefaultSlots, 0)
	if err != nil {
		return err
	}
	ids, failures := make([]string, plan.Len()), make([]error, plan.Len())
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range engine.DefaultSlots {
		workers.Go(func() {
			for i := range numbers {
				offset, size := plan.Part(i)
				ids[i], failures[i] = c.AddPart(ctx, session.ID, engine.Part{
					Number: i, Size: size, Open: func() io.Reader { return io.NewSectionReader(file, offset, size) },
				})
			}
		})
	}
	for i := range plan.Len() {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	_, err = c.Complete(ctx, session.ID, ids, "")
	return err
}
