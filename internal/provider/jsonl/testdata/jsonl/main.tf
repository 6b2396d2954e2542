variable "path" {
  type    = string
  default = null
}

variable "content" {
  type    = string
  default = null
}

variable "purpose" {
  type    = string
  default = "batch"
}

data "openai_jsonl" "test" {
  path    = var.path
  content = var.content
  purpose = var.purpose
}

output "report" {
  value = data.openai_jsonl.test
}
