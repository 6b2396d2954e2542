variable "path" {
  type = string
}

variable "purpose" {
  type    = string
  default = "user_data"
}

resource "openai_upload" "test" {
  path    = var.path
  purpose = var.purpose

  lifecycle {
    ignore_changes = [content_sha256]
  }
}
