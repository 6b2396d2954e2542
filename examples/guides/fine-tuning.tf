terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

resource "openai_upload" "examples" {
  for_each = toset(["training", "validation"])

  path    = "${path.module}/data/${each.key}.jsonl"
  purpose = "fine-tune"

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}

output "training_file_id" {
  value = openai_upload.examples["training"].file_id
}

output "validation_file_id" {
  value = openai_upload.examples["validation"].file_id
}
