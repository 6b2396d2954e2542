terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

variable "reviews" {
  type        = map(string)
  description = "What to classify, by an ID of yours."
}

locals {
  # One request a line. The results come in any order and name the custom_id.
  requests = [for id, review in var.reviews : jsonencode({
    custom_id = id
    method    = "POST"
    url       = "/v1/responses"
    body = {
      model        = "gpt-5-mini"
      instructions = "Is this review positive, neutral or negative? Answer with one word."
      input        = review
    }
  })]
}

resource "openai_upload" "reviews" {
  content  = "${join("\n", local.requests)}\n"
  filename = "reviews.jsonl"
  purpose  = "batch"

  # The File of an earlier apply stays, as its batch may still need it.
  skip_destroy = true

  # Each File deletes itself after a week.
  expires_after = {
    seconds = 7 * 24 * 3600
  }
}

output "batch_input_file_id" {
  value = openai_upload.reviews.file_id
}
