variable "path" {
  type = string
}

resource "openai_upload" "test" {
  path           = var.path
  purpose        = "fine-tune"
  content_sha256 = filesha256(var.path)
}
