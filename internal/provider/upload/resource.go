// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package upload is the resource openai_upload: a local file that is kept as a
// File at OpenAI.
//
// Its methods keep these rules:
//
//   - State is set exactly when something may still exist at OpenAI. An error
//     without state is forgotten by Terraform; an error with state taints.
//   - A known value in a plan is a promise that apply must keep, however late
//     it runs. What the file's content decides is therefore planned as unknown.
//   - A good File is never given up for a replacement whose input is known to
//     be unusable.
package upload

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Default time limits of the operations that ask the API.
const (
	defaultCreateTimeout = 60 * time.Minute
	defaultReadTimeout   = 5 * time.Minute
	defaultDeleteTimeout = 10 * time.Minute
)

var (
	_ resource.ResourceWithConfigure      = (*uploadResource)(nil)
	_ resource.ResourceWithIdentity       = (*uploadResource)(nil)
	_ resource.ResourceWithImportState    = (*uploadResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*uploadResource)(nil)
	_ resource.ResourceWithMoveState      = (*uploadResource)(nil)
	_ resource.ResourceWithValidateConfig = (*uploadResource)(nil)

	_ list.ListResourceWithConfigure      = (*uploadResource)(nil)
	_ list.ListResourceWithValidateConfig = (*uploadResource)(nil)
)

type uploadResource struct {
	service *shared.Service
}

// NewResource returns the resource openai_upload.
func NewResource() resource.Resource { return &uploadResource{} }

// NewListResource returns the list resource openai_upload, which is the resource itself:
// it shares type name, identity and configuration.
func NewListResource() list.ListResource { return &uploadResource{} }

// Metadata implements resource.Resource and list.ListResource.
func (r *uploadResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_upload"
}

// Configure implements resource.ResourceWithConfigure and list.ListResourceWithConfigure.
func (r *uploadResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.service = shared.Configured(req.ProviderData, &resp.Diagnostics)
}
