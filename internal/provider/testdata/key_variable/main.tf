provider "openai" {
  api_key = var.api_key
}

variable "api_key" {
  type      = string
  sensitive = true
}

resource "openai_upload" "test" {
  path    = "data.txt"
  purpose = "user_data"
}
