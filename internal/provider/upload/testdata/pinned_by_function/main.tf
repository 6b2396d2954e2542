variable "path" {
  type = string
}

resource "openai_upload" "test" {
  path           = var.path
  purpose        = "user_data"
  content_sha256 = filesha256(var.path)
}
