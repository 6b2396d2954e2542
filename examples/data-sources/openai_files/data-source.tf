# The newest training file, whatever uploaded it.
data "openai_files" "training" {
  purpose        = "fine-tune"
  filename_regex = "^training.*[.]jsonl$"
  limit          = 1
}

output "newest_training_file" {
  value = one(data.openai_files.training.ids)
}
