terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

# Terraform evaluates a set anew for each resource, and a map in a local value once.
locals {
  documents = { for name in fileset("${path.module}/corpus", "**/*.{md,pdf,txt}") : name => "${path.module}/corpus/${name}" }
}

resource "openai_upload" "corpus" {
  for_each = local.documents

  path    = each.value
  purpose = "user_data"

  # Answers cite this name. Without it, a/intro.md and b/intro.md are both intro.md.
  filename = replace(each.key, "/", "_")
}

output "corpus_file_ids" {
  value = [for upload in openai_upload.corpus : upload.file_id]
}
