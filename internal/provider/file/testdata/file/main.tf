variable "base_url" {
  type    = string
  default = null
}

variable "api_key" {
  type      = string
  default   = null
  sensitive = true
}

variable "id" {
  type = string
}

variable "read_timeout" {
  type    = string
  default = null
}

provider "openai" {
  base_url    = var.base_url
  api_key     = var.api_key
  max_retries = 0
}

data "openai_file" "test" {
  id       = var.id
  timeouts = var.read_timeout == null ? null : { read = var.read_timeout }
}
