terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

resource "openai_upload" "corpus" {
  for_each = fileset("${path.module}/corpus", "**/*.{md,pdf,txt}")

  path    = "${path.module}/corpus/${each.key}"
  purpose = "user_data"

  # Answers cite this name. Without it, a/intro.md and b/intro.md are both intro.md.
  filename = replace(each.key, "/", "_")
}

output "corpus_file_ids" {
  value = [for upload in openai_upload.corpus : upload.file_id]
}
