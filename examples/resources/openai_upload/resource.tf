resource "openai_upload" "training" {
  path    = "${path.module}/data/training.jsonl"
  purpose = "fine-tune"

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}

output "training_file_id" {
  value = openai_upload.training.file_id
}
