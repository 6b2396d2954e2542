# The local file has another name than the File.
resource "openai_upload" "handbook" {
  path     = "${path.module}/data/handbook-2026.pdf"
  filename = "handbook.pdf"
  purpose  = "user_data"
}
