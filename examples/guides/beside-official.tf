terraform {
  required_providers {
    openai = {
      source = "openai/openai"
    }
    openai-files = {
      source = "upload-backed/openai"
    }
  }
}

# The key comes from OPENAI_ADMIN_KEY.
provider "openai" {}

# The key comes from OPENAI_API_KEY.
provider "openai-files" {}

resource "openai_project" "support" {
  name = "support"
}

resource "openai_upload" "handbook" {
  provider = openai-files

  path    = "${path.module}/data/handbook.pdf"
  purpose = "user_data"
}

output "handbook_file_id" {
  value = openai_upload.handbook.file_id
}
