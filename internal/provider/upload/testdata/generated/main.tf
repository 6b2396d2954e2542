variable "path" {
  type = string
}

variable "content" {
  type = string
}

variable "purpose" {
  type    = string
  default = "user_data"
}

variable "written" {
  description = "What the generator writes; by default what it should."
  type        = string
  default     = null
}

variable "pinned" {
  type    = bool
  default = true
}

# Like local_file at a fixed path: an argument that is known in the plan, and a
# file that is written during apply.
resource "terraform_data" "generator" {
  input            = var.content
  triggers_replace = var.content

  provisioner "local-exec" {
    command     = "printf '%s' \"$CONTENT\" > \"$TARGET\""
    environment = { CONTENT = var.written == null ? var.content : var.written, TARGET = var.path }
  }
}

resource "openai_upload" "test" {
  path           = var.path
  purpose        = var.purpose
  content_sha256 = var.pinned ? sha256(terraform_data.generator.input) : null
  depends_on     = [terraform_data.generator]
}
