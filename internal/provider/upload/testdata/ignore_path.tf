resource "openai_upload" "test" {
  lifecycle {
    ignore_changes = [path]
  }
}
