variable "content" {
  type = string
}

resource "openai_upload" "test" {
  content  = var.content
  filename = "a.jsonl"
  purpose  = "user_data"

  lifecycle {
    destroy = false
  }
}
