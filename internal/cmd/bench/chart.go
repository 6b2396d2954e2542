// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

//go:build linux

package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
)

// The chart's measures, in pixels.
const (
	chartWidth  = 860
	chartTop    = 54
	chartHead   = 36 // For a panel's title.
	chartEnd    = 8
	chartRow    = 24
	chartBar    = 16
	labelRight  = 360 // Where labels end and bars begin.
	longestBar  = 400
	shortestBar = 2
)

// headline says what all panels measure.
const headline = "Uploading one file of 1 GiB: time and memory (shorter is better)"

// chart draws the rows' panels as SVG, under a title that says how they were
// measured. In each, the longest bar fills the width. The colours follow the
// reader's light or dark mode.
func chart(title string, rows []row) []byte {
	height := chartTop + chartEnd
	for _, r := range rows {
		if len(r.panel.bars) > 0 {
			height += chartHead + chartRow*len(r.panel.bars)
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		chartWidth, height, chartWidth, height, escape(headline))
	b.WriteString(`
<style>
text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1f2328; }
.head { font-size: 16px; font-weight: 600; }
.title { font-weight: 600; }
.small { font-size: 11px; fill: #59636e; }
.end { text-anchor: end; }
.ours { fill: #2da44e; }
.other { fill: #8c959f; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.small { fill: #9198a1; }
.ours { fill: #3fb950; }
.other { fill: #6e7681; }
}
</style>
`)
	fmt.Fprintf(&b, `<text x="16" y="26" class="head">%s</text>`+"\n", headline)
	fmt.Fprintf(&b, `<text x="16" y="46" class="small">%s</text>`+"\n", escape(title))
	top := chartTop
	for _, r := range rows {
		longest := 0.0
		for _, bar := range r.panel.bars {
			longest = max(longest, bar.value)
		}
		if longest == 0 {
			continue
		}
		fmt.Fprintf(&b, `<text x="16" y="%d" class="title">%s</text>`+"\n", top+chartHead-12, escape(r.panel.title))
		top += chartHead
		for i, bar := range r.panel.bars {
			class := "other"
			if i == 0 {
				class = "ours"
			}
			width := max(math.Round(longestBar*bar.value/longest), shortestBar)
			base := top + chartBar - 3
			fmt.Fprintf(&b, `<text x="%d" y="%d" class="end">%s</text>`+"\n", labelRight-10, base, escape(bar.label))
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.0f" height="%d" rx="2" class="%s"/>`+"\n", labelRight, top, width, chartBar, class)
			fmt.Fprintf(&b, `<text x="%.0f" y="%d">%s</text>`+"\n", labelRight+width+8, base, escape(number(bar.value)+r.panel.unit))
			top += chartRow
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// escape makes text fit for an element or an attribute.
func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // A buffer takes everything.
	return b.String()
}
