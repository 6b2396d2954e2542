data "openai_file" "training" {
  id = "file-abc123abc123abc123abc1"
}

output "training_status" {
  value = data.openai_file.training.status
}
