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

# The key comes from OPENAI_API_KEY. The module uses this, because the source is
# the same.
provider "openai-files" {
  project = "proj_abc123"
}

resource "openai_project" "support" {
  name = "support"
}

module "files" {
  source = "./files"
}

output "handbook_file_id" {
  value = module.files.handbook_file_id
}
