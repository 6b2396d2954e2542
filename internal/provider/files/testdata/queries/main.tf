variable "base_url" {
  type    = string
  default = null
}

variable "api_key" {
  type      = string
  default   = null
  sensitive = true
}

variable "queries" {
  type = map(object({
    purpose        = optional(string)
    filename       = optional(string)
    filename_regex = optional(string)
    created_after  = optional(string)
    created_before = optional(string)
    order          = optional(string)
    limit          = optional(number)
    timeouts       = optional(object({ read = string }))
  }))
}

provider "openai" {
  base_url    = var.base_url
  api_key     = var.api_key
  max_retries = 0
}

data "openai_files" "test" {
  for_each       = var.queries
  purpose        = each.value.purpose
  filename       = each.value.filename
  filename_regex = each.value.filename_regex
  created_after  = each.value.created_after
  created_before = each.value.created_before
  order          = each.value.order
  limit          = each.value.limit
  timeouts       = each.value.timeouts
}

output "ids" {
  value = { for name, found in data.openai_files.test : name => found.ids }
}
