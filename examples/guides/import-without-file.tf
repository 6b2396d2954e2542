terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

import {
  to = openai_upload.archive
  id = "file-abc123abc123abc123abc1"
}

resource "openai_upload" "archive" {
  path    = "archive.pdf"
  purpose = "user_data"

  lifecycle {
    ignore_changes = [path]
  }
}
