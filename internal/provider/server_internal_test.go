// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type valueKey struct{}

// TestServerKeepsNoContexts calls what is called for each resource, and then looks for the
// contexts of the calls.
func TestServerKeepsNoContexts(t *testing.T) {
	t.Parallel()
	s := New("test")()
	for _, tt := range []struct {
		name string
		call func(context.Context) error
	}{
		{"ValidateResourceConfig", func(ctx context.Context) error {
			_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{})
			return err
		}},
		{"UpgradeResourceState", func(ctx context.Context) error {
			_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{})
			return err
		}},
		{"UpgradeResourceIdentity", func(ctx context.Context) error {
			_, err := s.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{})
			return err
		}},
		{"ReadResource", func(ctx context.Context) error {
			_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{})
			return err
		}},
		{"PlanResourceChange", func(ctx context.Context) error {
			_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{})
			return err
		}},
		{"ApplyResourceChange", func(ctx context.Context) error {
			_, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{})
			return err
		}},
		{"ValidateDataResourceConfig", func(ctx context.Context) error {
			_, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{})
			return err
		}},
		{"ReadDataSource", func(ctx context.Context) error {
			_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{})
			return err
		}},
		{"CallFunction", func(ctx context.Context) error {
			_, err := s.CallFunction(ctx, &tfprotov6.CallFunctionRequest{})
			return err
		}},
	} {
		value := new([1 << 10]byte)
		held := weak.Make(value)
		// As the protocol's server does, this ends the context only after the call.
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), valueKey{}, value))
		if err := tt.call(ctx); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		cancel()
		ctx, value = nil, nil //nolint:ineffassign // So that nothing here holds them.
		runtime.GC()
		if held.Value() != nil {
			t.Errorf("%s: the call's context is still held", tt.name)
		}
	}
	runtime.KeepAlive(s)
}

func TestCallPassesItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), valueKey{}, "value"))
	defer cancel(nil)
	stopped := errors.New("stopped")
	var kept context.Context
	_, err := call(ctx, 1, func(ctx context.Context, _ int) (int, error) {
		if ctx.Err() != nil || ctx.Value(valueKey{}) != "value" {
			t.Errorf("error %v, value %v", ctx.Err(), ctx.Value(valueKey{}))
		}
		kept = ctx //nolint:fatcontext // To see what is left of it.
		derived, release := context.WithCancel(ctx)
		defer release()
		cancel(stopped)
		<-derived.Done()
		return 0, context.Cause(derived)
	})
	if !errors.Is(err, stopped) {
		t.Errorf("the cause is %v", err)
	}
	<-kept.Done()
	if !errors.Is(kept.Err(), context.Canceled) || kept.Value(valueKey{}) != nil {
		t.Errorf("after the call: error %v, value %v", kept.Err(), kept.Value(valueKey{}))
	}
}
