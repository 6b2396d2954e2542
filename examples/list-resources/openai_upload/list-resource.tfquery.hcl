# terraform query
list "openai_upload" "training" {
  provider = openai

  config {
    purpose        = "fine-tune"
    filename_regex = "\\.jsonl$"
  }

  limit = 1000
}
