variable "base_url" {
  type    = string
  default = null
}

variable "api_key" {
  type      = string
  default   = null
  sensitive = true
}

variable "path" {
  type = string
}

provider "openai" {
  base_url = var.base_url
  api_key  = var.api_key
}

resource "openai_upload" "test" {
  path    = var.path
  purpose = "user_data"
}

data "openai_file" "test" {
  id = openai_upload.test.file_id
}
