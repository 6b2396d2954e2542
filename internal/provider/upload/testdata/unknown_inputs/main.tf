variable "path" {
  type = string
}

variable "path_from" {
  type    = string
  default = "configuration"
}

variable "pin" {
  type    = string
  default = null
}

resource "terraform_data" "path" {
  input = var.path
}

resource "terraform_data" "pin" {
  input = var.pin
}

# The path and the pin aren't known while what they are made from is about to change.
resource "openai_upload" "test" {
  path           = var.path_from == "resource" ? terraform_data.path.output : var.path
  purpose        = "user_data"
  filename       = "fixed.jsonl"
  content_sha256 = terraform_data.pin.output
}
