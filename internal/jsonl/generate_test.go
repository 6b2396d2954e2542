// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generator makes inputs that are mostly good and have every mistake now and then.
type generator struct{ *rand.Rand }

func (g generator) oneIn(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g generator, from ...T) T { return from[g.IntN(len(from))] }

// input makes a whole input.
func (g generator) input(format Format) []byte {
	var b strings.Builder
	if g.oneIn(8) {
		b.WriteString("\ufeff")
	}
	end := pick(g, "\n", "\n", "\r\n")
	shapes := []func() string{pick(g, g.chat, g.chat, g.completion, g.preference)}
	if g.oneIn(4) {
		shapes = append(shapes, g.chat, g.completion, g.preference)
	}
	for range g.IntN(30) {
		if g.oneIn(20) {
			b.WriteString(pick(g, "", " ", "\t\r", "   \t  ") + end)
		}
		line := g.request()
		if format == FineTune {
			line = pick(g, shapes...)()
		}
		b.WriteString(g.spoil(line))
		if !g.oneIn(50) {
			b.WriteString(end)
		}
	}
	if g.oneIn(4) {
		b.WriteString(pick(g, end, "\n\n", "  ", "\r", "\n \n\t\n"))
	}
	return []byte(b.String())
}

// spoil makes a line invalid in one of twelve cases.
func (g generator) spoil(line string) string {
	if !g.oneIn(12) || line == "" {
		return line
	}
	at := g.IntN(len(line))
	switch g.IntN(7) {
	case 0:
		return line[:at]
	case 1:
		return line[:at] + line[at+1:]
	case 2:
		return line[:at] + pick(g, "\x00", "\t", "\xff", "\"", "\\", "{", "]", ",", "0", "é", "\xc3", " ") + line[at:]
	case 3:
		return line + line
	case 4:
		return line + pick(g, " x", "}", ",", " null", "\x00")
	case 5:
		return g.junk()
	}
	return line[:at] + strings.Repeat(pick(g, " ", "a", "é"), 300) + line[at:]
}

// junk makes a value of any type.
func (g generator) junk() string {
	return pick(g,
		"null", "true", "false", "0", "-1.5e+3", "1E400", `""`, `"x"`, `"\u00e9\n\""`, `"\ud800"`, "[]", "[ ]", "{}", "{ }",
		`[1,[2,{"a":[]}]]`, `{"a":{"b":"c"}}`, "NaN", "01", "1.", "+1", ".5", "-", "1e", "tru", `"\x"`, `"\u12"`, "[1,]", `{"a":1,}`,
		`{"a"}`, `{1:2}`, "'x'", "[1 2]", `{"a":1 "b":2}`,
	)
}

// object makes an object of members, of which some get lost, come twice or change.
func (g generator) object(members ...string) string {
	var kept []string
	for _, member := range members {
		name, _, _ := strings.Cut(member, ":")
		junk := name + ":" + g.junk()
		kept = append(kept, pick(g, slices.Concat(
			slices.Repeat([][]string{{member}}, 200),
			[][]string{
				nil, nil,
				{junk},
				{junk},
				{junk, member},
				{junk, member},
				{member, junk},
				{member, junk},
				{member, `"extra":` + g.junk()},
				{strings.Replace(member, "o", `\u006f`, 1)},
			},
		)...)...)
	}
	g.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
	space := pick(g, "", "", " ", "\t ")
	return "{" + space + strings.Join(kept, space+","+space) + space + "}"
}

func (g generator) request() string {
	url := `"/v1/responses"`
	if g.oneIn(20) {
		url = pick(g, `"\/v1\/responses"`, `"/v1/embeddings"`, `"/chat/completions"`, `""`)
	}
	model := `"gpt"`
	if g.oneIn(20) {
		model = pick(g, `"g\u0070t"`, `"other"`, `""`, `"é"`)
	}
	body := g.object(`"model":`+model, `"input":`+pick(g, `"text"`, `[1, 2.5, -3e-7]`, `"\\\"\u20ac"`, `[{"role":"user"}]`))
	return g.object(
		fmt.Sprintf(`"custom_id":"r%d"`, g.IntN(300)), `"method":"POST"`, `"url":`+url, `"body":`+body,
	)
}

func (g generator) message(role string) string {
	members := []string{`"role":` + role, `"content":` + pick(g, `"text"`, `"é\n"`, `[{"type":"text","text":"a"}]`)}
	if g.oneIn(10) {
		members = append(members, pick(g, `"tool_calls":[]`, `"refusal":"no"`, `"name":"n"`, `"weight":0`, `"audio":{}`))
	}
	return g.object(members...)
}

func (g generator) chat() string {
	messages := []string{g.message(`"user"`), g.message(`"assistant"`)}
	if g.oneIn(5) {
		messages = append(messages, g.message(pick(g, `"system"`, `"tool"`, `"robot"`, `"\u0075ser"`, "5")))
	}
	if g.oneIn(30) {
		messages[1] = g.junk()
	}
	members := []string{`"messages":[` + strings.Join(messages, ",") + "]"}
	if g.oneIn(10) {
		members = append(members, pick(g, `"tools":[]`, `"answer":42`, `"metadata":{}`))
	}
	return g.object(members...)
}

func (g generator) completion() string {
	return g.object(`"prompt":"p"`, `"completion":"c"`)
}

func (g generator) preference() string {
	return g.object(`"input":{"messages":[]}`, `"preferred_output":[]`, `"non_preferred_output":[{}]`)
}
