# What `make demo` runs. The provider is configured by OPENAI_BASE_URL and OPENAI_API_KEY.
terraform {
  required_providers {
    openai = {
      source = "registry.terraform.io/upload-backed/openai"
    }
  }
}

provider "openai" {}

variable "path" {
  type        = string
  description = "The file to upload."
}

resource "openai_upload" "demo" {
  path    = var.path
  purpose = "user_data"
}

output "file_id" {
  description = "What other resources refer to."
  value       = openai_upload.demo.file_id
}
