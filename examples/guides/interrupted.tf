terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

resource "openai_upload" "recordings" {
  path    = "${path.module}/recordings.pdf"
  purpose = "user_data"

  # An upload that isn't done by then is cancelled.
  timeouts = {
    create = "30m"
  }

  # A File that no state knows, after a loss of power, doesn't stay for ever.
  expires_after = {
    seconds = 30 * 24 * 3600
  }

  # Whatever ends an upload, the old File stays.
  lifecycle {
    create_before_destroy = true
  }
}
