// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/openai/openai-go/v3/auth"

	"github.com/upload-backed/terraform-provider-openai/internal/openai"
)

func TestWorkload(t *testing.T) {
	t.Parallel()
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	text := types.StringValue
	for _, tt := range []struct {
		name string
		have *identity
		want *openai.WorkloadIdentity
	}{
		{"none", nil, nil},
		{
			"file", &identity{IdentityProviderID: text("a"), ServiceAccountID: text("b"), TokenFile: text("~/token")},
			&openai.WorkloadIdentity{IdentityProviderID: "a", ServiceAccountID: "b", TokenFile: filepath.Join(home, "token")},
		},
		{
			"Azure", &identity{Azure: &azureIdentity{Resource: text("a"), ClientID: text("b"), ObjectID: text("c"), ResourceID: text("d")}},
			&openai.WorkloadIdentity{Azure: &auth.AzureManagedIdentityTokenProviderConfig{Resource: "a", ClientID: "b", ObjectID: "c", MSIResID: "d"}},
		},
		{"Google", &identity{GCP: &gcpIdentity{Audience: text("a")}}, &openai.WorkloadIdentity{GCP: &auth.GCPIDTokenProviderConfig{Audience: "a"}}},
		{"Google's defaults", &identity{GCP: &gcpIdentity{}}, &openai.WorkloadIdentity{GCP: &auth.GCPIDTokenProviderConfig{}}},
	} {
		got, err := tt.have.workload()
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}
