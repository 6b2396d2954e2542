resource "openai_upload" "handbook" {
  path    = "handbook.pdf"
  purpose = "user_data"
}
