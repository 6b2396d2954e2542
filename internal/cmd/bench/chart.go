// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

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
	chartTop    = 64
	chartRow    = 30
	chartBar    = 16
	labelRight  = 420 // Where labels end and bars begin.
	boundAt     = 680 // Where a bar ends that is just at its bound.
	mostOfBound = 1.2 // Longer bars are cut here.
)

// chart draws how much of its bound each figure uses up, as SVG. The colours
// follow the reader's light or dark mode. Rows without a bound are left out.
func chart(title string, rows []row) []byte {
	var bounded []row
	for _, r := range rows {
		if r.relation != free {
			bounded = append(bounded, r)
		}
	}
	height := chartTop + len(bounded)*chartRow + 16

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		chartWidth, height, chartWidth, height, escape("Figures of make bench against their bounds: "+title))
	b.WriteString(`
<style>
text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: #1f2328; }
.small { font-size: 11px; fill: #59636e; }
.end { text-anchor: end; }
.mid { text-anchor: middle; }
.ok { fill: #2da44e; }
.missed { fill: #cf222e; }
line { stroke: #59636e; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc; }
.small { fill: #9198a1; }
.ok { fill: #3fb950; }
.missed { fill: #f85149; }
line { stroke: #9198a1; }
}
</style>
`)
	fmt.Fprintf(&b, `<text x="16" y="22">How much of its bound each figure uses (shorter is better)</text>`+"\n")
	fmt.Fprintf(&b, `<text x="16" y="40" class="small">%s</text>`+"\n", escape(title))
	fmt.Fprintf(&b, `<text x="%d" y="%d" class="small mid">bound</text>`+"\n", boundAt, chartTop-10)
	fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d"/>`+"\n", boundAt, chartTop-6, boundAt, height-10)
	for i, r := range bounded {
		top := chartTop + i*chartRow
		base := top + chartBar - 3
		fmt.Fprintf(&b, `<text x="%d" y="%d" class="end">%s</text>`+"\n", labelRight-10, base, escape(r.figure))
		if !r.measured() {
			fmt.Fprintf(&b, `<text x="%d" y="%d" class="small">%s</text>`+"\n", labelRight, base, escape(r.verdict()))
			continue
		}
		class := "missed"
		if r.ok() {
			class = "ok"
		}
		width := math.Round((boundAt - labelRight) * min(r.used(), mostOfBound))
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.0f" height="%d" rx="2" class="%s"/>`+"\n", labelRight, top, width, chartBar, class)
		fmt.Fprintf(&b, `<text x="%d" y="%d" class="small end">%s</text>`+"\n",
			chartWidth-12, base, escape(r.valueText()+" ("+r.boundText()+")"))
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
