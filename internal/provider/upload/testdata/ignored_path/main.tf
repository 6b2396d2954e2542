variable "path" {
  type = string
}

variable "purpose" {
  type    = string
  default = "user_data"
}

variable "expires_seconds" {
  type    = number
  default = null
}

resource "openai_upload" "test" {
  path          = var.path
  purpose       = var.purpose
  expires_after = var.expires_seconds == null ? null : { seconds = var.expires_seconds }

  lifecycle {
    ignore_changes = [path]
  }
}
