resource "openai_upload" "test" {
  path    = "data.txt"
  purpose = "user_data"
}
