variable "path" {
  type = string
}

variable "content" {
  type = string
}

resource "terraform_data" "generator" {
  triggers_replace = var.content

  provisioner "local-exec" {
    command     = "printf '%s' \"$CONTENT\" > \"$TARGET\""
    environment = { CONTENT = var.content, TARGET = var.path }
  }
}

resource "openai_upload" "test" {
  path       = var.path
  purpose    = "user_data"
  depends_on = [terraform_data.generator]

  lifecycle {
    replace_triggered_by = [terraform_data.generator]
  }
}
