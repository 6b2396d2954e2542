locals {
  # The input of a batch, one request per line.
  requests = [for i, prompt in var.prompts : jsonencode({
    custom_id = "request-${i}"
    method    = "POST"
    url       = "/v1/responses"
    body      = { model = "gpt-5-mini", input = prompt }
  })]
}

resource "openai_upload" "requests" {
  content  = "${join("\n", local.requests)}\n"
  filename = "requests.jsonl"
  purpose  = "batch"
}

variable "prompts" {
  type = list(string)
}
