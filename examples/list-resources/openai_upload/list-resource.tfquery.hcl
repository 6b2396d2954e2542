# terraform query
list "openai_upload" "documents" {
  provider = openai

  config {
    purpose        = "user_data"
    filename_regex = "\\.pdf$"
  }

  limit = 1000
}
