ephemeral "openai_file_content" "id" {
  id = ""
}

ephemeral "openai_file_content" "none" {
  id        = "file-1"
  max_bytes = 0
}

ephemeral "openai_file_content" "too_much" {
  id        = "file-1"
  max_bytes = 16777217
}

ephemeral "openai_file_content" "timeout" {
  id       = "file-1"
  timeouts = { open = "0s" }
}
