terraform {
  required_providers {
    local = {
      source = "hashicorp/local"
    }
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

locals {
  # The input of a batch, one request per line.
  requests = join("", [for i, prompt in var.prompts : "${jsonencode({
    custom_id = "request-${i}"
    method    = "POST"
    url       = "/v1/responses"
    body      = { model = "gpt-5-mini", input = prompt }
  })}\n"])
}

# With the hash in the path, new content is a new local file, and one that an
# earlier apply left behind does no harm.
resource "local_file" "requests" {
  filename = "${path.module}/build/requests-${sha256(local.requests)}.jsonl"
  content  = local.requests
}

resource "openai_upload" "requests" {
  path           = local_file.requests.filename
  filename       = "requests.jsonl"
  purpose        = "batch"
  content_sha256 = sha256(local_file.requests.content)

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}

variable "prompts" {
  type = list(string)
}
