variable "path" {
  type = string
}

resource "terraform_data" "path" {
  input = var.path
}

resource "openai_upload" "test" {
  path    = terraform_data.path.output
  purpose = "user_data"
}
