// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-openai serves the provider to Terraform and
// OpenTofu. With -debug it waits for a debugger instead.
package main

import (
	"context"
	"flag"
	"log"
	"os/signal"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/upload-backed/terraform-provider-openai/internal/provider"
)

// version is set by the linker.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger, and print how to attach Terraform")
	flag.Parse()
	if !*debug {
		// Sent to a whole process group, it would end the provider before Terraform,
		// which asks for a cancellation and then ends the provider itself.
		signal.Ignore(syscall.SIGTERM)
	}
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err.Error())
	}
}
