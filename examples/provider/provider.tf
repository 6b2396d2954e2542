terraform {
  required_providers {
    openai = {
      source  = "upload-backed/openai"
      version = "~> 0.1"
    }
  }
}

# The key comes from OPENAI_API_KEY, so that it isn't in any file.
provider "openai" {}
