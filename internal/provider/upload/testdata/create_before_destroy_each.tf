resource "openai_upload" "each" {
  lifecycle {
    create_before_destroy = true
  }
}
