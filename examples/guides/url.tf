terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

# The checksum that the publisher gives. A new one causes a new download and upload.
variable "sha256" {
  type = string
}

locals {
  url  = "https://example.com/datasets/handbook.pdf"
  file = "${path.module}/download/handbook-${var.sha256}.pdf"
}

resource "terraform_data" "download" {
  triggers_replace = var.sha256

  provisioner "local-exec" {
    command = "curl --fail --location --create-dirs --output \"$FILE\" \"$URL\""
    environment = {
      URL  = local.url
      FILE = local.file
    }
  }
}

resource "openai_upload" "handbook" {
  path           = local.file
  filename       = "handbook.pdf"
  purpose        = "user_data"
  content_sha256 = var.sha256
  depends_on     = [terraform_data.download]

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}
