terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

resource "openai_upload" "handbook" {
  path    = "${path.module}/handbook.pdf"
  purpose = "user_data"

  # OpenAI deletes a File that wasn't rotated in time.
  expires_after = {
    seconds = 30 * 24 * 3600
  }

  # The new File first, then everything that refers to it, and the old File last.
  lifecycle {
    create_before_destroy = true
  }
}

output "handbook_file_id" {
  value = openai_upload.handbook.file_id
}
