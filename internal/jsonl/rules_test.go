// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package jsonl_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/jsonl"
)

const (
	wantObject       = "a JSON object on each line"
	wantCustomID     = "custom_id: a string that no other line has"
	wantMethod       = `method: "POST"`
	wantURL          = `url: the path of an endpoint that takes batches, such as "/v1/responses"`
	wantBody         = "body: an object with the parameters of the request"
	wantMessages     = "messages: a list that is not empty (or prompt and completion, or input, preferred_output and non_preferred_output)"
	wantMessage      = "a message: an object with role and content"
	wantContent      = "content: a string or a list that is not empty"
	wantRole         = "role: system, developer, user, assistant, function or tool"
	wantKnown        = "no other members than those that messages have, such as role, content and tool_calls"
	wantAssistant    = "a message with the role assistant"
	wantNonPreferred = "non_preferred_output: a list"
)

func problem(line int64, column int, code, found, wanted string) jsonl.Problem {
	return jsonl.Problem{Line: line, Column: column, Code: code, Found: found, Wanted: wanted}
}

func warning(line int64, column int, code, found, wanted string) jsonl.Problem {
	p := problem(line, column, code, found, wanted)
	p.Warning = true
	return p
}

func check(format jsonl.Format, input string) jsonl.Report {
	c := jsonl.New(format, 100)
	_, _ = c.Write([]byte(input))
	return c.Report()
}

// request is a good line of a batch, without its end.
func request(id string) string {
	return `{"custom_id":"` + id + `","method":"POST","url":"/v1/responses","body":{"model":"gpt","input":"Hi"}}`
}

const example = `{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}`

type rule struct {
	name  string
	input string
	want  []jsonl.Problem
}

func testRules(t *testing.T, format jsonl.Format, rules []rule) {
	t.Helper()
	for _, tt := range rules {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			report := check(format, tt.input)
			got := slices.DeleteFunc(report.Problems, func(p jsonl.Problem) bool { return p.Code == "too_few_examples" })
			if !slices.Equal(got, tt.want) {
				t.Errorf("problems of %s are\n%+v\nnot\n%+v", tt.input, got, tt.want)
			}
		})
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	good := request("a")
	testRules(t, jsonl.Batch, []rule{
		{"good", good + "\n" + request("b") + "\n", nil},
		{"last line without an end", good + "\n" + request("b"), nil},
		{"CRLF", good + "\r\n" + request("b") + "\r\n", nil},
		{"byte order mark", "\ufeff" + good + "\n", nil},
		{"space around", " \t" + good + " \t\n", nil},
		{"blank lines at the end", good + "\n\n \t\r\n\r\n  ", nil},
		{"blank lines elsewhere", "\n" + good + "\n \t\n\r\n" + request("b"), []jsonl.Problem{
			warning(1, 1, "blank_line", "nothing", wantObject),
			warning(3, 1, "blank_line", "nothing", wantObject),
			warning(4, 1, "blank_line", "nothing", wantObject),
		}},
		{"nothing", "", []jsonl.Problem{problem(0, 1, "empty_file", "nothing", wantObject)}},
		{"nothing but blank lines", "\n \n", []jsonl.Problem{problem(0, 1, "empty_file", "nothing", wantObject)}},
		{"nothing but a byte order mark", "\ufeff", []jsonl.Problem{problem(0, 1, "empty_file", "nothing", wantObject)}},
		{"byte order mark and a blank line", "\ufeff\n" + good, []jsonl.Problem{warning(1, 1, "blank_line", "nothing", wantObject)}},
		{"byte order mark elsewhere", good + "\n\ufeff" + request("b"), []jsonl.Problem{
			problem(2, 1, "invalid_json_line", `\ufeff{"custom_id":"b","method":"POST",…`, wantObject),
		}},
		{"column after a byte order mark", "\ufeff{x", []jsonl.Problem{problem(1, 2, "invalid_json_line", "{x", wantObject)}},
		{"no JSON", "custom_id,method\n" + good, []jsonl.Problem{
			problem(1, 1, "invalid_json_line", "custom_id,method", wantObject),
		}},
		{"a list", "[" + good + "]", []jsonl.Problem{problem(1, 1, "invalid_json_line", "a list", wantObject)}},
		{"a string", ` "x"`, []jsonl.Problem{problem(1, 2, "invalid_json_line", `"x"`, wantObject)}},
		{"a number", "1", []jsonl.Problem{problem(1, 1, "invalid_json_line", "a number", wantObject)}},
		{"null", "null", []jsonl.Problem{problem(1, 1, "invalid_json_line", "null", wantObject)}},
		{"two objects", "{}{}", []jsonl.Problem{problem(1, 3, "invalid_json_line", "{}{}", wantObject)}},
		{"text after the object", good + " and more", []jsonl.Problem{
			problem(1, len(good)+2, "invalid_json_line", `"input":"Hi"}} and more`, wantObject),
		}},
		{"not a number", `{"a":NaN}`, []jsonl.Problem{problem(1, 6, "invalid_json_line", `{"a":NaN}`, wantObject)}},
		{"infinite", `{"a":-Infinity}`, []jsonl.Problem{problem(1, 7, "invalid_json_line", `{"a":-Infinity}`, wantObject)}},
		{"comma at the end", `{"a":1,}`, []jsonl.Problem{problem(1, 8, "invalid_json_line", `{"a":1,}`, wantObject)}},
		{"cut", `{"a":"b`, []jsonl.Problem{problem(1, 8, "invalid_json_line", "the end of the line", wantObject)}},
		{"tab in a string", "{\"a\":\"b\tc\"}", []jsonl.Problem{problem(1, 8, "invalid_json_line", `{"a":"b\tc"}`, wantObject)}},
		{"unknown escape", `{"a":"b\'c"}`, []jsonl.Problem{problem(1, 8, "invalid_json_line", `{"a":"b\'c"}`, wantObject)}},
		{"not UTF-8", "{\"a\":\"\xe4\"}", []jsonl.Problem{problem(1, 7, "invalid_json_line", `{"a":"\xe4"}`, "text in UTF-8")}},
		{"only around the mistake", `{"a":"` + strings.Repeat("ä", 50) + `"` + strings.Repeat("ö", 50), []jsonl.Problem{
			problem(1, 108, "invalid_json_line", "äääääää\""+strings.Repeat("ö", 31)+"…", wantObject),
		}},
		{"nested too deeply", strings.Repeat("[", 5_000_000), []jsonl.Problem{
			problem(1, 10_001, "invalid_json_line", strings.Repeat("[", 39)+"…", wantObject),
		}},
	})
}

func TestRequests(t *testing.T) {
	t.Parallel()
	testRules(t, jsonl.Batch, []rule{
		{"no members", "{}", []jsonl.Problem{
			problem(1, 1, "missing_required_parameter", "nothing", wantCustomID),
			problem(1, 1, "missing_required_parameter", "nothing", wantMethod),
			problem(1, 1, "missing_required_parameter", "nothing", wantURL),
			problem(1, 1, "missing_required_parameter", "nothing", wantBody),
		}},
		{"null", `{"custom_id":null,"method":null,"url":null,"body":null}`, []jsonl.Problem{
			problem(1, 14, "missing_required_parameter", "null", wantCustomID),
			problem(1, 28, "missing_required_parameter", "null", wantMethod),
			problem(1, 39, "missing_required_parameter", "null", wantURL),
			problem(1, 51, "missing_required_parameter", "null", wantBody),
		}},
		{"other types", `{"custom_id":7,"method":[],"url":{},"body":"text"}`, []jsonl.Problem{
			problem(1, 14, "invalid_request", "a number", wantCustomID),
			problem(1, 25, "invalid_request", "a list", wantMethod),
			problem(1, 34, "invalid_request", "an object", wantURL),
			problem(1, 44, "invalid_request", `"text"`, wantBody),
		}},
		{"empty custom_id", request(""), []jsonl.Problem{problem(1, 14, "invalid_request", `""`, wantCustomID)}},
		{"GET", `{"custom_id":"a","method":"GET","url":"/v1/responses","body":{}}`, []jsonl.Problem{
			problem(1, 27, "invalid_request", `"GET"`, wantMethod),
		}},
		{"repeated members", `{"method":"GET","custom_id":"a","method":"POST","url":7,"url":"/v1/responses","body":7,"body":{}}`, nil},
		{"escaped names", `{"\u0063ustom_id":"a","method":"\u0050OST","url":"\/v1\/responses","body":{}}` + "\n" + request("b"), nil},
		{"no model", `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{}}` + "\n" + request("b"), nil},
		{"unknown URL", strings.ReplaceAll(request("a")+"\n"+request("b"), "/v1/responses", "/v2/x"), []jsonl.Problem{
			warning(1, 40, "unknown_url", `"/v2/x"`, wantURL),
		}},
		{"another URL", request("a") + "\n\n" + strings.ReplaceAll(request("b"), "responses", "embeddings"), []jsonl.Problem{
			warning(2, 1, "blank_line", "nothing", wantObject),
			problem(3, 40, "url_mismatch", `"/v1/embeddings"`, "url: the one of line 1"),
		}},
		{"another model", "{}\n" + request("a") + "\n" + strings.ReplaceAll(request("b"), "gpt", "g\u202ept\\n"), []jsonl.Problem{
			problem(1, 1, "missing_required_parameter", "nothing", wantCustomID),
			problem(1, 1, "missing_required_parameter", "nothing", wantMethod),
			problem(1, 1, "missing_required_parameter", "nothing", wantURL),
			problem(1, 1, "missing_required_parameter", "nothing", wantBody),
			problem(3, 72, "model_mismatch", `"g\u202ept\n"`, "body.model: the one of line 2"),
		}},
		{"models of other members", `{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"gpt","x":{"model":"other"}},"model":"other"}`, nil},
		{"the same custom_id", request("a") + "\n" + request("b") + "\n" + request(`\u0061`) + "\n" + request("b"), []jsonl.Problem{
			problem(3, 14, "duplicate_custom_id", `"\u0061"`, "custom_id: a string that no other line has; line 1 has this one"),
			problem(4, 14, "duplicate_custom_id", `"b"`, "custom_id: a string that no other line has; line 2 has this one"),
		}},
		{"the same custom_id on an invalid line", request("a") + "\n" + request("a") + "}", []jsonl.Problem{
			problem(2, 92, "invalid_json_line", `,"input":"Hi"}}}`, wantObject),
		}},
		{"several problems of a line", request("a") + "\n" +
			`{"custom_id":"a","method":"post","url":"x","body":{"model":"other"}}`, []jsonl.Problem{
			problem(2, 27, "invalid_request", `"post"`, wantMethod),
			problem(2, 40, "url_mismatch", `"x"`, "url: the one of line 1"),
			problem(2, 60, "model_mismatch", `"other"`, "body.model: the one of line 1"),
			problem(2, 14, "duplicate_custom_id", `"a"`, "custom_id: a string that no other line has; line 1 has this one"),
		}},
	})
}

func TestExamples(t *testing.T) {
	t.Parallel()
	const prompt = `{"prompt":"p","completion":"c"}`
	const outputs = `{"input":{},"preferred_output":[],"non_preferred_output":[]}`
	// messages is an example with these messages and a good one.
	messages := func(messages string) string {
		return `{"messages":[` + messages + `,{"role":"assistant","content":"Hello"}]}`
	}
	testRules(t, jsonl.FineTune, []rule{
		{"chat", example + "\n" + example, nil},
		{"completion", prompt + "\n" + prompt, nil},
		{"preference", outputs + "\n" + outputs, nil},
		{"invalid", "{", []jsonl.Problem{problem(1, 2, "invalid_json_line", "the end of the line", wantObject)}},
		{"no object", "[]", []jsonl.Problem{problem(1, 1, "data_type", "a list", wantObject)}},
		{"no members", "{}", []jsonl.Problem{problem(1, 1, "missing_messages_list", "nothing", wantMessages)}},
		{"messages are null", `{"messages":null}`, []jsonl.Problem{problem(1, 13, "missing_messages_list", "null", wantMessages)}},
		{"no messages", `{"messages":[ ]}`, []jsonl.Problem{problem(1, 13, "missing_messages_list", "a list", wantMessages)}},
		{"messages are no list", `{"messages":"Hi"}`, []jsonl.Problem{problem(1, 13, "missing_messages_list", `"Hi"`, wantMessages)}},
		{"message is no object", messages(`"Hi"`), []jsonl.Problem{problem(1, 14, "message_missing_key", `"Hi"`, wantMessage)}},
		{"no role", messages(`{"content":"Hi"}`), []jsonl.Problem{problem(1, 14, "message_missing_key", "nothing", wantRole)}},
		{"no content", messages(`{"role":"user"}`), []jsonl.Problem{problem(1, 14, "message_missing_key", "nothing", wantContent)}},
		{"unknown role", messages(`{"role":"robot","content":"Hi"}`), []jsonl.Problem{
			warning(1, 22, "unrecognized_role", `"robot"`, wantRole),
		}},
		{"role is no string", messages(`{"role":7,"content":"Hi"}`), []jsonl.Problem{
			warning(1, 22, "unrecognized_role", "a number", wantRole),
		}},
		{"unknown members", messages(`{"role":"user","date":1,"time":2,"content":"Hi"}`), []jsonl.Problem{
			warning(1, 29, "message_unrecognized_key", `"date"`, wantKnown),
		}},
		{"all members", messages(
			`{"role":"tool","content":[{}],"name":"n","tool_call_id":"t","weight":0,"tool_calls":[],"function_call":{},"refusal":"","audio":{}}`), nil},
		{"other roles", messages(
			`{"role":"system","content":"a"},{"role":"developer","content":"a"},{"role":"function","content":"a"}`), nil},
		{"content is empty", messages(`{"role":"user","content":""}`), []jsonl.Problem{
			problem(1, 39, "missing_content", `""`, wantContent),
		}},
		{"content is an empty list", messages(`{"role":"user","content":[]}`), []jsonl.Problem{
			problem(1, 39, "missing_content", "a list", wantContent),
		}},
		{"content is null", messages(`{"role":"user","content":null}`), []jsonl.Problem{
			problem(1, 39, "missing_content", "null", wantContent),
		}},
		{"content is an object", messages(`{"role":"user","content":{},"refusal":"no"}`), []jsonl.Problem{
			problem(1, 39, "missing_content", "an object", wantContent),
		}},
		{"calls in place of content", messages(
			`{"role":"assistant","tool_calls":[]},{"role":"assistant","content":null,"function_call":{}},{"role":"assistant","content":"","audio":{}}`), nil},
		{"no assistant", `{"messages":[{"role":"user","content":"Hi"}],"parallel_tool_calls":true}`, []jsonl.Problem{
			problem(1, 13, "example_missing_assistant_message", "nothing", wantAssistant),
		}},
		{"no assistant, but tools", `{"messages":[{"role":"user","content":"Hi"}],"tools":[]}`, []jsonl.Problem{
			warning(1, 13, "example_missing_assistant_message", "nothing", wantAssistant),
		}},
		{"reinforcement", `{"messages":[{"role":"user","content":"Hi"}],"answer":42}`, nil},
		{"repeated messages", `{"messages":[7],"messages":[{"role":"assistant","content":"Hi"}]}`, nil},
		{"no completion", `{"prompt":"p"}`, []jsonl.Problem{
			problem(1, 1, "missing_required_parameter", "nothing", "completion: a string"),
		}},
		{"no prompt", `{"prompt":null,"completion":"c"}`, []jsonl.Problem{
			problem(1, 11, "missing_required_parameter", "null", "prompt: a string"),
		}},
		{"no strings", `{"prompt":[],"completion":true}`, []jsonl.Problem{
			problem(1, 11, "data_type", "a list", "prompt: a string"),
			problem(1, 27, "data_type", "true", "completion: a string"),
		}},
		{"one output", `{"input":"Hi","preferred_output":{}}`, []jsonl.Problem{
			warning(1, 10, "data_type", `"Hi"`, "input: an object"),
			warning(1, 34, "data_type", "an object", "preferred_output: a list"),
			problem(1, 1, "missing_required_parameter", "nothing", wantNonPreferred),
		}},
		{"mixed formats", "{}\n" + prompt + "\n" + example + "\n" + outputs + "\n" + prompt, []jsonl.Problem{
			problem(1, 1, "missing_messages_list", "nothing", wantMessages),
			problem(3, 1, "mixed_formats", "messages", "prompt and completion, as on line 2"),
			problem(4, 1, "mixed_formats", "input and two outputs", "prompt and completion, as on line 2"),
		}},
	})
}

func TestTooFewExamples(t *testing.T) {
	t.Parallel()
	few := warning(0, 1, "too_few_examples", "only 9", "at least 10 examples in a training set")
	if got := check(jsonl.FineTune, strings.Repeat(example+"\n", 9)); !slices.Equal(got.Problems, []jsonl.Problem{few}) {
		t.Errorf("9 examples have the problems %+v", got.Problems)
	}
	if got := check(jsonl.FineTune, strings.Repeat(example+"\n", 10)); len(got.Problems) > 0 {
		t.Errorf("10 examples have the problems %+v", got.Problems)
	}
}

// Content may be secret: no line shows up in what is wanted.
func TestWantedHasNoContent(t *testing.T) {
	t.Parallel()
	const marker = "MARKER"
	lines := []string{
		`{"custom_id":"MARKER","method":"MARKER","url":"MARKER","body":"MARKER","MARKER":"MARKER"}`,
		`{"custom_id":"MARKER","method":"POST","url":"MARKER2","body":{"model":"MARKER"}}`,
		`{"custom_id":"MARKER2","method":"POST","url":"MARKER","body":{"model":"MARKER2"}}`,
		`MARKER`, `"MARKER"`, `["MARKER"]`, `{"MARKER":MARKER}`, "\"MARKER\xff\"", "",
		`{"messages":["MARKER",{"role":"MARKER","content":{"MARKER":1},"MARKER":"MARKER"}],"MARKER":1}`,
		`{"messages":"MARKER"}`, `{"messages":[{"role":"user","content":"MARKER"}]}`,
		`{"prompt":["MARKER"],"completion":{"MARKER":1}}`, `{"prompt":"MARKER"}`,
		`{"input":"MARKER","preferred_output":"MARKER"}`, `{"MARKER":"MARKER"}`,
	}
	for _, format := range []jsonl.Format{jsonl.Batch, jsonl.FineTune} {
		report := check(format, strings.Join(lines, "\n"))
		if report.Errors < 10 {
			t.Errorf("there are only %d errors", report.Errors)
		}
		for _, p := range report.Problems {
			if strings.Contains(p.Wanted+p.Code, marker) {
				t.Errorf("%+v says what the line has", p)
			}
		}
	}
}
