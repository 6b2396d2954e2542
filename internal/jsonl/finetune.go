// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

// A shape is the format of an example. All examples of a file have the same one.
type shape int

const (
	noShape shape = iota
	chat
	completion
	preference
)

// String returns the members that make the shape.
func (s shape) String() string {
	switch s {
	case chat:
		return "messages"
	case completion:
		return "prompt and completion"
	case preference:
		return "input and two outputs"
	case noShape:
	}
	return "nothing"
}

// What is wanted of an example. The cookbook's classes are older than some of the
// members: tools, refusals and audio came later.
const (
	wantMessages = "messages: a list that is not empty" +
		" (or prompt and completion, or input, preferred_output and non_preferred_output)"
	wantMessage   = "a message: an object with role and content"
	wantContent   = "content: a string or a list that is not empty"
	wantRole      = "role: system, developer, user, assistant, function or tool"
	wantKnown     = "no other members than those that messages have, such as role, content and tool_calls"
	wantAssistant = "a message with the role assistant"

	wantPrompt       = "prompt: a string"
	wantCompletion   = "completion: a string"
	wantInput        = "input: an object"
	wantPreferred    = "preferred_output: a list"
	wantNonPreferred = "non_preferred_output: a list"
)

// checkExample checks a line of a fine-tuning set, which begins with a brace, and
// returns where the object ends.
func (k *chunk) checkExample(line []byte, i int) int {
	var messages, prompt, answer, input, preferred, nonPreferred value
	var assistant, tools, more bool
	end := members(line, i, 0, func(name value, i int) int {
		switch string(name.text()) {
		case "messages":
			assistant = false
			return k.checkMessages(line, i, &messages, &assistant)
		case "tools":
			tools = true
			return skip(line, i, 1)
		case "functions", "parallel_tool_calls", "response_format", "store", "metadata":
			return skip(line, i, 1)
		}
		more = true
		switch string(name.text()) {
		case "prompt":
			return read(line, i, 1, &prompt)
		case "completion":
			return read(line, i, 1, &answer)
		case "input":
			return read(line, i, 1, &input)
		case "preferred_output":
			return read(line, i, 1, &preferred)
		case "non_preferred_output":
			return read(line, i, 1, &nonPreferred)
		}
		return skip(line, i, 1)
	})
	if end = finish(line, end); end < 0 {
		return end
	}
	r := record{line: k.lines}
	switch {
	case !messages.missing():
		r.shape = chat
		if messages.kind() != '[' || messages.empty() {
			k.error(codeMissingMessagesList, messages, wantMessages)
		} else if !assistant && !more {
			k.missAssistant(messages, tools)
		}
	case !preferred.missing() || !nonPreferred.missing():
		r.shape = preference
		k.prefer(input, '{', wantInput)
		k.prefer(preferred, '[', wantPreferred)
		k.prefer(nonPreferred, '[', wantNonPreferred)
	case !prompt.missing() || !answer.missing():
		r.shape = completion
		k.require(prompt, '"', codeDataType, wantPrompt)
		k.require(answer, '"', codeDataType, wantCompletion)
	default:
		k.error(codeMissingMessagesList, messages, wantMessages)
		return end
	}
	k.records = append(k.records, r)
	return end
}

// missAssistant reports messages without one of the assistant. Examples for reinforcement
// end with the user's message: those with what a grader needs are recognized by that, and
// those with tools (the OpenAPI document's FineTuneReinforcementRequestInput) aren't.
func (k *chunk) missAssistant(messages value, tools bool) {
	report := k.error
	if tools {
		report = k.warn
	}
	report(codeMissingAssistantMessage, value{pos: messages.pos}, wantAssistant)
}

// prefer is require for what no document describes: another kind is a warning.
func (k *chunk) prefer(v value, kind byte, wanted string) {
	switch {
	case v.missing():
		k.error(codeMissingParameter, v, wanted)
	case v.kind() != kind:
		k.warn(codeDataType, v, wanted)
	}
}

// checkMessages reads the messages of an example, and sets assistant if one of them is
// the assistant's.
func (k *chunk) checkMessages(line []byte, i int, messages *value, assistant *bool) int {
	k.line.clear() // of what was found in a member of the same name, which this replaces
	if at(line, i) != '[' {
		return read(line, i, 1, messages)
	}
	end := elements(line, i, 1, func(i int) int {
		return k.checkMessage(line, i, assistant)
	})
	if end >= 0 {
		*messages = value{pos: i, raw: line[i:end]}
	}
	return end
}

// checkMessage checks a message, and sets assistant if it is the assistant's.
func (k *chunk) checkMessage(line []byte, i int, assistant *bool) int {
	if at(line, i) != '{' {
		var v value
		end := read(line, i, 2, &v)
		k.error(codeMessageMissingKey, v, wantMessage)
		return end
	}
	var role, content, unknown value
	var other bool // has something in the place of content
	end := members(line, i, 2, func(name value, i int) int {
		switch string(name.text()) {
		case "role":
			return read(line, i, 3, &role)
		case "content":
			return read(line, i, 3, &content)
		case "tool_calls", "function_call", "refusal", "audio":
			other = true
		case "name", "tool_call_id", "weight":
		default:
			if unknown.kind() == 0 {
				unknown = name
			}
		}
		return skip(line, i, 3)
	})
	switch {
	case role.kind() == 0:
		k.error(codeMessageMissingKey, value{pos: i}, wantRole)
	case content.kind() == 0 && !other:
		k.error(codeMessageMissingKey, value{pos: i}, wantContent)
	}
	if unknown.kind() != 0 {
		k.warn(codeMessageUnrecognizedKey, unknown, wantKnown)
	}
	switch string(role.text()) {
	case "assistant":
		*assistant = true
	case "system", "developer", "user", "function", "tool":
	default:
		if role.kind() != 0 {
			k.warn(codeUnrecognizedRole, role, wantRole)
		}
	}
	switch {
	case content.kind() == 0:
	case content.empty():
		if !other {
			k.error(codeMissingContent, content, wantContent)
		}
	case content.kind() != '"' && content.kind() != '[':
		k.error(codeMissingContent, content, wantContent)
	}
	return end
}
