// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-openai serves the provider to Terraform and
// OpenTofu. With -debug it waits for a debugger instead, and with -version it
// prints its version.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/upload-backed/terraform-provider-openai/internal/buildinfo"
	"github.com/upload-backed/terraform-provider-openai/internal/provider"
)

// version is set by a release.
var version string

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger, and print how to attach Terraform")
	show := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	built := buildinfo.Version(version)
	if *show {
		fmt.Fprintln(os.Stdout, "terraform-provider-openai", built)
		return
	}
	var opts []tf6server.ServeOpt
	if *debug {
		opts = append(opts, tf6server.WithManagedDebug())
	} else {
		// Sent to a whole process group, it would end the provider before Terraform,
		// which asks for a cancellation and then ends the provider itself.
		signal.Ignore(syscall.SIGTERM)
		limitLog()
	}
	if err := tf6server.Serve(provider.Address, provider.New(built), opts...); err != nil {
		log.Fatal(err.Error())
	}
}

// limitLog makes the log as detailed as what Terraform shows of it. By default the libraries
// log everything, which Terraform parses and drops: https://github.com/hashicorp/terraform-plugin-framework/issues/1269
// The protocol's own log repeats every message to the user, and with it what that quotes of a
// file, so it has to be asked for.
func limitLog() {
	shown := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"), "OFF")
	libraries := cmp.Or(os.Getenv("TF_LOG_SDK"), shown)
	for name, level := range map[string]string{
		"TF_LOG_PROVIDER_OPENAI": shown, "TF_LOG_SDK": shown, "TF_LOG_SDK_PROTO": cmp.Or(os.Getenv("TF_LOG_SDK"), "OFF"), "TF_LOG_SDK_FRAMEWORK": libraries,
	} {
		// Only a name or a value with a null character is refused.
		_ = os.Setenv(name, cmp.Or(os.Getenv(name), level))
	}
}
