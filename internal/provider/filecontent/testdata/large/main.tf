variable "id" {
  type = string
}

variable "max_bytes" {
  type    = number
  default = null
}

variable "open_timeout" {
  type    = string
  default = null
}

provider "openai" {
  max_retries = 0
}

ephemeral "openai_file_content" "test" {
  id        = var.id
  max_bytes = var.max_bytes
  timeouts  = var.open_timeout == null ? null : { open = var.open_timeout }
}

# The headers of this provider's requests show what was read.
provider "openai" {
  alias        = "reader"
  project      = sha256(ephemeral.openai_file_content.test.content)
  organization = tostring(length(ephemeral.openai_file_content.test.content_base64))
}

data "openai_file" "test" {
  provider = openai.reader
  id       = var.id
}
