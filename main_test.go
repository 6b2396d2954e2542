// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"testing"
)

func TestLimitLog(t *testing.T) {
	names := []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_OPENAI", "TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"}
	for _, tt := range []struct {
		name        string
		environment map[string]string
		// What the provider logs, then the library's three parts.
		want [4]string
	}{
		{"nothing is shown", nil, [4]string{"OFF", "OFF", "OFF", "OFF"}},
		{"all is shown", map[string]string{"TF_LOG": "TRACE"}, [4]string{"TRACE", "TRACE", "OFF", "TRACE"}},
		{"providers", map[string]string{"TF_LOG_PROVIDER": "INFO", "TF_LOG": "TRACE"}, [4]string{"INFO", "INFO", "OFF", "INFO"}},
		{"this provider", map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER_OPENAI": "WARN"}, [4]string{"WARN", "TRACE", "OFF", "TRACE"}},
		{"the libraries", map[string]string{"TF_LOG": "TRACE", "TF_LOG_SDK": "ERROR"}, [4]string{"TRACE", "ERROR", "ERROR", "ERROR"}},
		{"one library", map[string]string{"TF_LOG": "WARN", "TF_LOG_SDK_PROTO": "TRACE"}, [4]string{"WARN", "WARN", "TRACE", "WARN"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, name := range names {
				t.Setenv(name, tt.environment[name])
			}
			limitLog()
			var got [4]string
			for i, name := range names[2:] {
				got[i] = os.Getenv(name)
			}
			if got != tt.want {
				t.Errorf("%v: got %q, want %q", names[2:], got, tt.want)
			}
		})
	}
}
