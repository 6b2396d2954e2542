// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultBatchLifetime is how long Files of purpose batch live when nothing
// else was asked for (OpenAPI document, expires_after).
const defaultBatchLifetime = 30 * 24 * time.Hour

// remoteLifetime is how long the File lives; zero means forever.
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

// deriveExpiry returns the expires_after that gives a File the life it has, to
// the minute; null if there is none.
func deriveExpiry(m model) types.Object {
	life := remoteLifetime(m).Round(lifetimeTolerance)
	seconds := int64(life / time.Second)
	isDefault := m.Purpose.ValueString() == purposeBatch && life == defaultBatchLifetime
	if seconds < minExpirySeconds || seconds > maxExpirySeconds || isDefault {
		return types.ObjectNull(expiry{}.attributeTypes())
	}
	return types.ObjectValueMust(expiry{}.attributeTypes(), map[string]attr.Value{
		"seconds": types.Int64Value(seconds),
		"anchor":  types.StringValue(anchorCreatedAt),
	})
}

// lifetimeTolerance allows for the seconds that may pass between the creation
// of a File and the moment from which the service counts its life.
const lifetimeTolerance = time.Minute

// lifetimeDiffers says how the life of an imported File differs from the
// configured one, or nothing if it doesn't.
func lifetimeDiffers(want arguments, have file) string {
	byDefault := have.lives == 0 || have.purpose.value == purposeBatch && almostEqual(have.lives, defaultBatchLifetime)
	switch {
	case want.lifetime.isNull() && byDefault:
		return ""
	case want.lifetime.known && have.lives != 0 && almostEqual(have.lives, want.lifetime.value):
		return ""
	}
	return "it " + livesText(have.lives) + ", and the configuration asks for " + lifetimeText(want)
}

func almostEqual(a, b time.Duration) bool { return (a - b).Abs() <= lifetimeTolerance }
