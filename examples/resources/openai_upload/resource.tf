resource "openai_upload" "training" {
  path    = "${path.module}/data/training.jsonl"
  purpose = "fine-tune"
}

output "training_file_id" {
  value = openai_upload.training.file_id
}
