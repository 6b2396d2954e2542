resource "openai_upload" "requests" {
  path    = "${path.module}/requests.jsonl"
  purpose = "batch"

  # Terraform leaves old Files alone, and OpenAI deletes each of them after two days.
  skip_destroy = true
  expires_after = {
    seconds = 2 * 24 * 3600
  }

  lifecycle {
    create_before_destroy = true
  }
}
