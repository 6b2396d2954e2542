terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

resource "openai_upload" "handbook" {
  path    = "${path.module}/handbook.pdf"
  purpose = "user_data"
}

output "handbook_file_id" {
  value = openai_upload.handbook.file_id
}
