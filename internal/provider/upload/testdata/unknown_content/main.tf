variable "content" {
  type = string
}

variable "content_sha256" {
  type    = string
  default = null
}

variable "filename" {
  type    = string
  default = "a.jsonl"
}

resource "terraform_data" "content" {
  input = var.content
}

resource "openai_upload" "test" {
  content        = terraform_data.content.output
  content_sha256 = var.content_sha256
  filename       = var.filename
  purpose        = "user_data"
}
