resource "openai_upload" "test" {
  provider = openai.b
}
