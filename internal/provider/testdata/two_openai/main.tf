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

# Without an argument provider, it belongs to the local name openai.
resource "openai_upload" "handbook" {
  path    = "data/handbook.pdf"
  purpose = "user_data"
}
