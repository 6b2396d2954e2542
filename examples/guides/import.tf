terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

import {
  to = openai_upload.handbook
  id = "file-abc123abc123abc123abc1"
}

resource "openai_upload" "handbook" {
  path    = "${path.module}/data/handbook.pdf"
  purpose = "user_data"
}

output "handbook_file_id" {
  value = openai_upload.handbook.file_id
}
