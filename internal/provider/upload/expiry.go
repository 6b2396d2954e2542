// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultBatchLifetime is how long Files of purpose batch live when nothing
// else was asked for (OpenAPI document, expires_after).
const defaultBatchLifetime = 30 * 24 * time.Hour

// expiryDiffers compares the configured life with the one that was asked for,
// or, for a File that this resource didn't upload, with the one that it has.
func (p *planner) expiryDiffers(ctx context.Context) bool {
	if !p.state.isAdoptable() || p.plan.ExpiresAfter.IsUnknown() {
		return !p.plan.ExpiresAfter.Equal(p.state.ExpiresAfter)
	}

	want, have := p.plan.lifetime(ctx), remoteLifetime(p.state)
	if want == have || want == 0 && livesByDefault(p.state, have) {
		return false
	}

	p.differs = append(p.differs, "it lives "+lifeText(have)+", configured is "+lifeText(want))

	return true
}

// livesByDefault reports whether life is what the service gives such a File
// when nothing else was asked for.
func livesByDefault(m model, life time.Duration) bool {
	return m.Purpose.ValueString() == purposeBatch && life == defaultBatchLifetime
}

// remoteLifetime is how long the File lives, zero for ever.
func remoteLifetime(m model) time.Duration {
	created, err := time.Parse(time.RFC3339, m.CreatedAt.ValueString())
	if err != nil {
		return 0
	}

	expires, err := time.Parse(time.RFC3339, m.ExpiresAt.ValueString())
	if err != nil {
		return 0
	}

	return expires.Sub(created)
}

// deriveExpiry returns the expires_after that gives a File the life it has,
// null if there is none.
func deriveExpiry(m model) types.Object {
	none := types.ObjectNull(expiry{}.attributeTypes())

	life := remoteLifetime(m)
	seconds := int64(life / time.Second)

	if seconds < minExpirySeconds || seconds > maxExpirySeconds || livesByDefault(m, life) {
		return none
	}

	return types.ObjectValueMust(expiry{}.attributeTypes(), map[string]attr.Value{
		"seconds": types.Int64Value(seconds),
		"anchor":  types.StringValue(anchorCreatedAt),
	})
}
