resource "openai_upload" "test" {
  lifecycle {
    create_before_destroy = true
  }
}
