variable "path" {
  type    = string
  default = null
}

variable "content" {
  type    = string
  default = null
}

variable "content_base64" {
  type    = string
  default = null
}

variable "content_wo" {
  type      = string
  default   = null
  ephemeral = true
}

variable "content_sha256" {
  type    = string
  default = null
}

variable "filename" {
  type    = string
  default = "a.jsonl"
}

variable "purpose" {
  type    = string
  default = "user_data"
}

variable "preflight" {
  type    = bool
  default = null
}

resource "openai_upload" "test" {
  path           = var.path
  content        = var.content
  content_base64 = var.content_base64
  content_wo     = var.content_wo
  content_sha256 = var.content_sha256
  filename       = var.filename
  purpose        = var.purpose
  preflight      = var.preflight
}
