terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }

  # Configure a backend that both jobs reach: a local state stays on the machine
  # of the job that wrote it.
}

# The key comes from OPENAI_API_KEY, so that it isn't in the saved plan.
provider "openai" {
  max_concurrent_parts = 16
}

variable "catalogue_sha256" {
  type        = string
  description = "The hash of the file that is planned. The saved plan keeps it."
}

resource "openai_upload" "catalogue" {
  path           = "${path.module}/build/catalogue.pdf"
  purpose        = "user_data"
  content_sha256 = var.catalogue_sha256

  timeouts = {
    create = "45m"
  }

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}

output "catalogue_file_id" {
  value = openai_upload.catalogue.file_id
}
