# The old provider needs no entry here: the state names it until the move is applied.
terraform {
  required_providers {
    openai = {
      source = "upload-backed/openai"
    }
  }
}

provider "openai" {}

moved {
  from = openai_file.training
  to   = openai_upload.training
}

resource "openai_upload" "training" {
  path    = "${path.module}/data/training.jsonl"
  purpose = "fine-tune"
}
