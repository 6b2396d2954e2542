// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest wait that is taken from an answer.
const maxRetryAfter = 2 * time.Minute

// retryAfter is how long an answer asks to wait, from 0 to [maxRetryAfter]; 0
// if it doesn't say. Retry-After-Ms goes before Retry-After. A date is taken
// relative to the answer's own, so that this machine's clock, now, is of no
// account where there is one.
func retryAfter(header http.Header, now time.Time) time.Duration {
	if wait, ok := parseWait(header.Get("Retry-After-Ms"), time.Millisecond); ok {
		return wait
	}
	value := header.Get("Retry-After")
	if wait, ok := parseWait(value, time.Second); ok {
		return wait
	}
	at, err := http.ParseTime(strings.TrimSpace(value))
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}

// parseWait reports whether value is a number, however far out of range.
func parseWait(value string, unit time.Duration) (time.Duration, bool) {
	number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, false
	}
	switch wait := number * float64(unit); {
	case math.IsNaN(wait) || wait <= 0:
		return 0, true
	case wait >= float64(maxRetryAfter):
		return maxRetryAfter, true
	default:
		return time.Duration(wait), true
	}
}
