resource "local_file" "requests" {
  filename = "${path.module}/build/requests.jsonl"
  content  = join("", [for prompt in var.prompts : "${jsonencode({ prompt = prompt })}\n"])
}

resource "openai_upload" "requests" {
  path           = local_file.requests.filename
  purpose        = "batch"
  content_sha256 = sha256(local_file.requests.content)
}

variable "prompts" {
  type = list(string)
}
