resource "openai_upload" "test" {
  lifecycle {
    ignore_changes = [content_sha256]
  }
}
