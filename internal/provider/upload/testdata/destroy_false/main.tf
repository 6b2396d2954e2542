variable "content" {
  type = string
}

resource "openai_upload" "test" {
  content  = var.content
  filename = "a.jsonl"
  purpose  = "fine-tune"

  lifecycle {
    destroy = false
  }
}
