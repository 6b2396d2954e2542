list "openai_upload" "jsonl" {
  provider = openai

  config {
    purpose        = "user_data"
    filename_regex = "\\.jsonl$"
  }
}
