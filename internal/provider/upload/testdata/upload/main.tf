variable "base_url" {
  type    = string
  default = null
}

variable "api_key" {
  type      = string
  default   = null
  sensitive = true
}

variable "part_size" {
  type    = number
  default = null
}

variable "max_concurrent_parts" {
  type    = number
  default = null
}

variable "ca_cert_file" {
  type    = string
  default = null
}

variable "max_retries" {
  type    = number
  default = 1
}

variable "path" {
  type = string
}

variable "purpose" {
  type    = string
  default = "user_data"
}

variable "filename" {
  type    = string
  default = null
}

variable "mime_type" {
  type    = string
  default = null
}

variable "content_sha256" {
  type    = string
  default = null
}

variable "expires_seconds" {
  type    = number
  default = null
}

variable "skip_destroy" {
  type    = bool
  default = null
}

variable "wait_for_processing" {
  type    = bool
  default = null
}

variable "create_timeout" {
  type    = string
  default = null
}

variable "read_timeout" {
  type    = string
  default = null
}

variable "delete_timeout" {
  type    = string
  default = null
}

locals {
  timeouts = { create = var.create_timeout, read = var.read_timeout, delete = var.delete_timeout }
}

provider "openai" {
  base_url             = var.base_url
  api_key              = var.api_key
  part_size            = var.part_size
  max_retries          = var.max_retries
  max_concurrent_parts = var.max_concurrent_parts
  ca_cert_file         = var.ca_cert_file
}

variable "preflight" {
  type    = bool
  default = null
}

resource "openai_upload" "test" {
  path           = var.path
  purpose        = var.purpose
  preflight      = var.preflight
  filename       = var.filename
  mime_type      = var.mime_type
  content_sha256 = var.content_sha256
  skip_destroy   = var.skip_destroy
  expires_after  = var.expires_seconds == null ? null : { seconds = var.expires_seconds }
  timeouts       = alltrue([for t in values(local.timeouts) : t == null]) ? null : local.timeouts

  wait_for_processing = var.wait_for_processing
}
