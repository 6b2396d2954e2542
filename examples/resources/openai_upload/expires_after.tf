# Removed by OpenAI a week after it was created. A plan after that uploads it again.
resource "openai_upload" "batch" {
  path    = "${path.module}/requests.jsonl"
  purpose = "batch"

  expires_after = {
    seconds = 7 * 24 * 3600
  }
}
