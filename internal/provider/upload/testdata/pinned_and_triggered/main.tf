variable "path" {
  type = string
}

variable "content_sha256" {
  type = string
}

variable "trigger" {
  type = string
}

resource "terraform_data" "trigger" {
  input = var.trigger
}

resource "openai_upload" "test" {
  path           = var.path
  purpose        = "user_data"
  content_sha256 = var.content_sha256

  lifecycle {
    replace_triggered_by = [terraform_data.trigger]
  }
}
