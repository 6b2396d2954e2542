# What `make demo` applies. OPENAI_BASE_URL and OPENAI_API_KEY point it at a mock server.
terraform {
  required_providers {
    openai = {
      source = "registry.terraform.io/upload-backed/openai"
    }
  }
}

provider "openai" {
  part_size = 1024 * 1024 # So that a small file has several parts. By default parts are larger.
}

# A change of its content replaces the File.
resource "openai_upload" "handbook" {
  path    = "handbook.pdf"
  purpose = "user_data"

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}

# The plan checks each line of a batch input.
resource "openai_upload" "requests" {
  path    = "requests.jsonl"
  purpose = "batch"
}

output "handbook_file_id" {
  description = "What other resources refer to."
  value       = openai_upload.handbook.file_id
}
