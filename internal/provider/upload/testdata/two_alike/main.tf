variable "path" {
  type = string
}

variable "second" {
  type = string
}

resource "terraform_data" "path" {
  input = var.path
}

resource "openai_upload" "first" {
  path     = terraform_data.path.output
  filename = "same.jsonl"
  purpose  = "user_data"
}

resource "openai_upload" "second" {
  count = var.second == "" ? 0 : 1

  path       = var.second
  filename   = "same.jsonl"
  purpose    = "user_data"
  depends_on = [openai_upload.first]
}
