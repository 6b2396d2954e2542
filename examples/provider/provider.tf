terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

# The key comes from OPENAI_API_KEY, so that it stands in no file.
provider "openai" {}
