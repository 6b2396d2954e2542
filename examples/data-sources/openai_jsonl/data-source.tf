data "openai_jsonl" "requests" {
  path    = "requests.jsonl"
  purpose = "batch"
}

check "requests" {
  assert {
    condition     = data.openai_jsonl.requests.valid
    error_message = "Bad lines: ${join(", ", [for p in data.openai_jsonl.requests.problems : "${p.line} (${p.code})"])}"
  }
}

output "models" {
  value = data.openai_jsonl.requests.models
}
