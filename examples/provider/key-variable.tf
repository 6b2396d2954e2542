terraform {
  required_providers {
    openai = {
      source  = "upload-backed/openai"
      version = "~> 0.1"
    }
  }
}

variable "openai_api_key" {
  type = string

  # Terraform prints it nowhere, and writes it into no saved plan.
  sensitive = true
  ephemeral = true
}

provider "openai" {
  api_key = var.openai_api_key
}
