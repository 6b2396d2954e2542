variable "path" {
  type = string
}

variable "preflight" {
  type = bool
}

resource "terraform_data" "preflight" {
  input = var.preflight
}

# It isn't known while it is about to change.
resource "openai_upload" "test" {
  path      = var.path
  purpose   = "batch"
  preflight = terraform_data.preflight.output
}
