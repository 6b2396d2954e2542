resource "openai_upload" "handbook" {
  path    = "${path.module}/handbook.pdf"
  purpose = "user_data"

  # The old File stays until the new one exists.
  lifecycle {
    create_before_destroy = true
  }
}

output "handbook_file_id" {
  value = openai_upload.handbook.file_id
}
