# OpenAI deletes the File a week after its creation. The next apply after that uploads
# it again.
resource "openai_upload" "batch" {
  path    = "${path.module}/requests.jsonl"
  purpose = "batch"

  expires_after = {
    seconds = 7 * 24 * 3600
  }
}
