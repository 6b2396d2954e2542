moved {
  from = openai_file.training
  to   = openai_upload.training
}

resource "openai_upload" "training" {
  path    = "${path.module}/data/training.jsonl"
  purpose = "fine-tune"
}
