// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// protocol is what the framework serves. Of [tfprotov6.ProviderServer] lists and
// actions aren't part yet.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// server is the framework's server. That keeps the context of every call until Terraform stops
// the provider, to cancel it then, and with it the call's loggers and stream: 12 KB each, 50 KB
// for a resource in a plan. So what is called for each of many instances gets a context that
// lets go of all that when the call ends.
type server struct{ protocol }

// New returns a factory of what Terraform is served. version is part of the User-Agent.
func New(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		framework, ok := providerserver.NewProtocol6(&openaiProvider{version: version})().(protocol)
		if !ok {
			panic("the framework serves no lists or no actions")
		}
		return server{framework}
	}
}

// ValidateResourceConfig implements [tfprotov6.ResourceServer].
func (s server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return call(ctx, req, s.protocol.ValidateResourceConfig)
}

// UpgradeResourceState implements [tfprotov6.ResourceServer].
func (s server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return call(ctx, req, s.protocol.UpgradeResourceState)
}

// UpgradeResourceIdentity implements [tfprotov6.ResourceServer].
func (s server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return call(ctx, req, s.protocol.UpgradeResourceIdentity)
}

// ReadResource implements [tfprotov6.ResourceServer].
func (s server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return call(ctx, req, s.protocol.ReadResource)
}

// PlanResourceChange implements [tfprotov6.ResourceServer].
func (s server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return call(ctx, req, s.protocol.PlanResourceChange)
}

// ApplyResourceChange implements [tfprotov6.ResourceServer].
func (s server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return call(ctx, req, s.protocol.ApplyResourceChange)
}

// ValidateDataResourceConfig implements [tfprotov6.DataSourceServer].
func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return call(ctx, req, s.protocol.ValidateDataResourceConfig)
}

// ReadDataSource implements [tfprotov6.DataSourceServer].
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return call(ctx, req, s.protocol.ReadDataSource)
}

// CallFunction implements [tfprotov6.FunctionServer].
func (s server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return call(ctx, req, s.protocol.CallFunction)
}

// call calls method with a context that holds nothing afterwards.
func call[Request, Response any](ctx context.Context, req Request, method func(context.Context, Request) (Response, error)) (Response, error) {
	passing := &passingContext{}
	passing.now.Store(&ctx)
	defer passing.now.Store(&ended) //nolint:contextcheck // It is there to let go of the call's.
	return method(passing, req)     //nolint:contextcheck // It passes the call's on.
}

// ended is what is left of the contexts of calls that have ended.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// passingContext is a call's context, then [ended].
type passingContext struct {
	now atomic.Pointer[context.Context]
}

// Deadline implements [context.Context].
func (p *passingContext) Deadline() (time.Time, bool) { return (*p.now.Load()).Deadline() }

// Done implements [context.Context].
func (p *passingContext) Done() <-chan struct{} { return (*p.now.Load()).Done() }

// Err implements [context.Context].
func (p *passingContext) Err() error { return (*p.now.Load()).Err() }

// Value implements [context.Context].
func (p *passingContext) Value(key any) any { return (*p.now.Load()).Value(key) }
