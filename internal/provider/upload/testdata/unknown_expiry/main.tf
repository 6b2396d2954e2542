variable "path" {
  type = string
}

variable "expires_seconds" {
  type = number
}

resource "terraform_data" "seconds" {
  input = var.expires_seconds
}

resource "openai_upload" "test" {
  path          = var.path
  purpose       = "user_data"
  expires_after = { seconds = terraform_data.seconds.output }
}
