# Only this content is ever uploaded: anything else at the path is an error.
resource "openai_upload" "contract" {
  path           = "${path.module}/contract.pdf"
  purpose        = "user_data"
  content_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}
