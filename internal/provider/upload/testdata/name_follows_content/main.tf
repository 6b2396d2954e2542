variable "dir" {
  type = string
}

variable "content" {
  type = string
}

locals {
  path = "${var.dir}/${sha256(var.content)}.jsonl"
}

resource "terraform_data" "generator" {
  triggers_replace = var.content

  provisioner "local-exec" {
    command     = "printf '%s' \"$CONTENT\" > \"$TARGET\""
    environment = { CONTENT = var.content, TARGET = local.path }
  }
}

resource "openai_upload" "test" {
  path           = local.path
  purpose        = "user_data"
  filename       = "requests.jsonl"
  content_sha256 = sha256(var.content)
  depends_on     = [terraform_data.generator]
}
