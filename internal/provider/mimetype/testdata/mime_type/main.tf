output "known" {
  value = provider::openai::mime_type("data/training.jsonl")
}

output "unknown" {
  # An output that is null is none.
  value = jsonencode(provider::openai::mime_type("data/training"))
}
