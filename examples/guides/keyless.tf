terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

# Where the platform puts its token for this job.
variable "token_file" {
  type    = string
  default = "/var/run/secrets/openai/token"
}

provider "openai" {
  workload_identity = {
    identity_provider_id = "idp_123"
    service_account_id   = "sa_456"
    token_file           = var.token_file
  }
}

resource "openai_upload" "requests" {
  path    = "${path.module}/requests.jsonl"
  purpose = "batch"

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}
