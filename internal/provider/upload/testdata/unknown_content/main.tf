variable "content" {
  type = string
}

resource "terraform_data" "content" {
  input = var.content
}

resource "openai_upload" "test" {
  content  = terraform_data.content.output
  filename = "a.jsonl"
  purpose  = "fine-tune"
}
