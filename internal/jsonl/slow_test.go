// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// slowChecker checks the same as Checker in the most obvious way: all in memory, one
// line after the other, with encoding/json. It reports neither columns nor texts.
type slowChecker struct {
	format   Format
	maxLine  int
	maxTasks int

	lines    int64
	models   []string
	problems []Problem

	line       int64
	ids        map[string]bool
	url, model *string
	shape      string
}

func slowCheck(format Format, input []byte, maxLine, maxTasks int) *slowChecker {
	c := &slowChecker{format: format, maxLine: maxLine, maxTasks: maxTasks, ids: map[string]bool{}}
	lines := strings.Split(string(input), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	var blank []int64
	for i, line := range lines {
		c.line = int64(i + 1)
		tooLong := len(line) > maxLine
		if i == 0 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if !tooLong && strings.Trim(line, " \t\r") == "" {
			blank = append(blank, c.line)
			continue
		}
		for _, number := range blank {
			c.problems = append(c.problems, Problem{Line: number, Code: "blank_line", Warning: true})
		}
		blank = nil
		c.lines++
		if format == Batch && c.lines == int64(maxTasks)+1 {
			c.error("too_many_tasks")
		}
		if tooLong {
			c.warn("line_too_long")
			continue
		}
		c.checkLine(line)
	}
	c.line = 0
	if c.lines == 0 {
		c.error("empty_file")
	}
	if format == FineTune && c.lines > 0 && c.lines < 10 {
		c.warn("too_few_examples")
	}
	return c
}

func (c *slowChecker) error(code string) {
	c.problems = append(c.problems, Problem{Line: c.line, Code: code})
}

func (c *slowChecker) warn(code string) {
	c.problems = append(c.problems, Problem{Line: c.line, Code: code, Warning: true})
}

func (c *slowChecker) checkLine(line string) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(line)))
	decoder.UseNumber()
	var v, more any
	if err := decoder.Decode(&v); err != nil || decoder.Decode(&more) != io.EOF || !utf8.ValidString(line) {
		c.error("invalid_json_line")
		return
	}
	object, ok := v.(map[string]any)
	switch {
	case !ok && c.format == FineTune:
		c.error("data_type")
	case !ok:
		c.error("invalid_json_line")
	case c.format == FineTune:
		c.checkExample(object)
	default:
		c.checkRequest(object)
	}
}

func (c *slowChecker) checkRequest(request map[string]any) {
	for _, name := range []string{"custom_id", "method", "url", "body"} {
		_, isString := request[name].(string)
		_, isObject := request[name].(map[string]any)
		switch {
		case request[name] == nil:
			c.error("missing_required_parameter")
		case name == "body" && !isObject, name != "body" && !isString:
			c.error("invalid_request")
		case name == "custom_id" && request[name] == "", name == "method" && request[name] != "POST":
			c.error("invalid_request")
		}
	}
	if url, ok := request["url"].(string); ok {
		known := []string{
			"/v1/responses", "/v1/chat/completions", "/v1/embeddings", "/v1/completions",
			"/v1/moderations", "/v1/images/generations", "/v1/images/edits", "/v1/videos",
		}
		if c.url == nil {
			c.url = &url
			if !slices.Contains(known, url) {
				c.warn("unknown_url")
			}
		}
		if url != *c.url {
			c.error("url_mismatch")
		}
	}
	body, _ := request["body"].(map[string]any)
	if model, _ := body["model"].(string); model != "" {
		if c.model == nil {
			c.model = &model
		}
		if model != *c.model {
			c.error("model_mismatch")
		}
		for len(model) > 200 || !utf8.ValidString(model) {
			model = model[:len(model)-1]
		}
		if !slices.Contains(c.models, model) && len(c.models) < 100 {
			c.models = append(c.models, model)
		}
	}
	if id, _ := request["custom_id"].(string); id != "" && len(c.ids) < c.maxTasks {
		if c.ids[id] {
			c.error("duplicate_custom_id")
		}
		c.ids[id] = true
	}
}

func (c *slowChecker) checkExample(example map[string]any) {
	var shape string
	switch {
	case example["messages"] != nil:
		shape = "chat"
		c.checkMessages(example)
	case example["preferred_output"] != nil || example["non_preferred_output"] != nil:
		shape = "preference"
		for _, name := range []string{"input", "preferred_output", "non_preferred_output"} {
			_, isList := example[name].([]any)
			_, isObject := example[name].(map[string]any)
			switch {
			case example[name] == nil:
				c.error("missing_required_parameter")
			case name == "input" && !isObject, name != "input" && !isList:
				c.warn("data_type")
			}
		}
	case example["prompt"] != nil || example["completion"] != nil:
		shape = "completion"
		for _, name := range []string{"prompt", "completion"} {
			if _, isString := example[name].(string); example[name] == nil {
				c.error("missing_required_parameter")
			} else if !isString {
				c.error("data_type")
			}
		}
	default:
		c.error("missing_messages_list")
		return
	}
	if c.shape == "" {
		c.shape = shape
	}
	if shape != c.shape {
		c.error("mixed_formats")
	}
}

func (c *slowChecker) checkMessages(example map[string]any) {
	messages, _ := example["messages"].([]any)
	if len(messages) == 0 {
		c.error("missing_messages_list")
	}
	assistant := false
	for _, v := range messages {
		message, ok := v.(map[string]any)
		if !ok {
			c.error("message_missing_key")
			continue
		}
		c.checkMessage(message)
		assistant = assistant || message["role"] == "assistant"
	}
	plain := true
	for name := range example {
		plain = plain && slices.Contains([]string{
			"messages", "tools", "functions", "parallel_tool_calls", "response_format", "store", "metadata",
		}, name)
	}
	if len(messages) > 0 && !assistant && plain {
		if _, tools := example["tools"]; tools {
			c.warn("example_missing_assistant_message")
		} else {
			c.error("example_missing_assistant_message")
		}
	}
}

func (c *slowChecker) checkMessage(message map[string]any) {
	other, unknown := false, false
	for name := range message {
		switch {
		case slices.Contains([]string{"tool_calls", "function_call", "refusal", "audio"}, name):
			other = true
		case !slices.Contains([]string{"role", "content", "name", "tool_call_id", "weight"}, name):
			unknown = true
		}
	}
	if unknown {
		c.warn("message_unrecognized_key")
	}
	role, hasRole := message["role"]
	content, hasContent := message["content"]
	if !hasRole || (!hasContent && !other) {
		c.error("message_missing_key")
	}
	if name, _ := role.(string); hasRole && !slices.Contains(
		[]string{"system", "developer", "user", "assistant", "function", "tool"}, name) {
		c.warn("unrecognized_role")
	}
	if !hasContent {
		return
	}
	empty := content == nil
	switch v := content.(type) {
	case string:
		empty = v == ""
	case []any:
		empty = len(v) == 0
	case nil:
	default:
		c.error("missing_content")
	}
	if empty && !other {
		c.error("missing_content")
	}
}
