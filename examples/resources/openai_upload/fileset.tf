# One File for each file in a folder; adding or removing one doesn't affect the others.
resource "openai_upload" "docs" {
  for_each = fileset("${path.module}/docs", "**/*.md")

  path    = "${path.module}/docs/${each.value}"
  purpose = "user_data"
}

output "docs_file_ids" {
  value = { for name, upload in openai_upload.docs : name => upload.file_id }
}
