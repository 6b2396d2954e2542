variable "base_url" {
  type    = string
  default = null
}

variable "api_key" {
  type      = string
  default   = null
  sensitive = true
}

provider "openai" {
  base_url = var.base_url
  api_key  = var.api_key
}

data "openai_files" "test" {
  order = "asc"
}
