// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// Package jsonl checks the JSON Lines of batch inputs and fine-tuning sets while
// they are read, so that bad lines are known before anything is sent. It knows
// neither Terraform nor files.
//
// A [Checker] is an [io.Writer]. The goroutine that writes to it only copies; other
// goroutines check, and a report depends neither on how many they are nor on how
// the input is cut into writes. Memory is bounded, whatever the input: lines are
// dropped once they are checked, a line longer than 16 MiB isn't kept, and custom
// IDs are compared by 64-bit hashes, of which there are at most 50,000.
//
// What the service is known to refuse is an error, and what is only likely to be
// refused is a warning. A byte order mark at the beginning, a carriage return
// before a line's end, a last line without an end and blank lines at the end are
// accepted. Of repeated members of an object the last one counts.
package jsonl

// Format says by which rules lines are checked. The zero value stands for none.
type Format int

const (
	// Batch is the input of a batch: a request on each line.
	Batch Format = iota + 1

	// FineTune is a training or validation set: an example on each line.
	FineTune
)

// FormatOf returns the format that the API wants of Files with a purpose, or zero.
func FormatOf(purpose string) Format {
	switch purpose {
	case "batch":
		return Batch
	case "fine-tune":
		return FineTune
	}
	return 0
}

// Report is what is known of an input.
type Report struct {
	// Bytes is the size of the input.
	Bytes int64

	// Lines is the number of lines that aren't blank.
	Lines int64

	// Models are the different models of a batch in order of appearance: at most
	// 100, each cut to 200 bytes.
	Models []string

	// Problems are the first problems in order of their lines, as many as New was
	// told to keep.
	Problems []Problem

	// Errors and Warnings are how many problems there are in all.
	Errors, Warnings int64
}

// Problem is what is wrong with a line, or with the input as a whole.
type Problem struct {
	// Line counts from 1, blank lines included. It is 0 if the problem is with
	// the input as a whole.
	Line int64

	// Column is the number of a byte in the line, from 1, not counting a byte
	// order mark. It is 1 if the problem is with the whole line.
	Column int

	// Code names the kind of problem.
	Code string

	// Warning is whether the service may take the input nevertheless.
	Warning bool

	// Found is what is there, in at most 40 characters. It may be content of the
	// line.
	Found string

	// Wanted is what should be there. It is never content of the line.
	Wanted string
}

// The codes of problems. Those of batches are the service's own; see
// meta-llama/llama-stack tests/integration/batches/test_batches_errors.py for
// what it was seen to answer, stdapi-ai/stdapi.ai#240, and Azure's table of
// error codes (MicrosoftDocs/azure-ai-docs how-to-batch-content.md). Those of
// fine-tuning are from the OpenAI cookbook's chat_finetuning_data_prep. The codes
// that neither has are marked.
const (
	codeEmptyFile    = "empty_file"
	codeInvalidJSON  = "invalid_json_line"
	codeFileTooLarge = "file_too_large" // ours
	codeBlankLine    = "blank_line"     // ours
	codeLineTooLong  = "line_too_long"  // ours

	codeMissingParameter  = "missing_required_parameter"
	codeInvalidRequest    = "invalid_request"
	codeUnknownURL        = "unknown_url" // ours
	codeURLMismatch       = "url_mismatch"
	codeModelMismatch     = "model_mismatch"
	codeDuplicateCustomID = "duplicate_custom_id"
	codeTooManyTasks      = "too_many_tasks"

	codeDataType                = "data_type"
	codeMissingMessagesList     = "missing_messages_list"
	codeMessageMissingKey       = "message_missing_key"
	codeMessageUnrecognizedKey  = "message_unrecognized_key"
	codeUnrecognizedRole        = "unrecognized_role"
	codeMissingContent          = "missing_content"
	codeMissingAssistantMessage = "example_missing_assistant_message"
	codeMixedFormats            = "mixed_formats"    // ours
	codeTooFewExamples          = "too_few_examples" // ours
)
