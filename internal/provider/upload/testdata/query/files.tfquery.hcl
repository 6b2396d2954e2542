list "openai_upload" "jsonl" {
  provider = openai

  config {
    purpose        = "fine-tune"
    filename_regex = "\\.jsonl$"
  }
}
