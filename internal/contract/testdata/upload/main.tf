variable "base_url" {
  type = string
}

variable "api_key" {
  type = string
}

variable "ca_cert_file" {
  type    = string
  default = null
}

variable "path" {
  type = string
}

provider "openai" {
  base_url     = var.base_url
  api_key      = var.api_key
  ca_cert_file = var.ca_cert_file
  part_size    = 1048576
}

resource "openai_upload" "test" {
  path      = var.path
  purpose   = "vision"
  mime_type = "text/plain"
}
