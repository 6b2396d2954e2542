moved {
  from = openai_file.training
  to   = openai_upload.test
}
