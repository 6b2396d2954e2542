variable "path" {
  type = string
}

variable "other_base_url" {
  type = string
}

provider "openai" {
  organization = "org-first"
  project      = "proj-first"
}

provider "openai" {
  alias    = "b"
  base_url = var.other_base_url
  project  = "proj-second"
}

resource "openai_upload" "test" {
  path    = var.path
  purpose = "user_data"
}
