variable "timeouts" {
  type = object({
    create = optional(string)
    read   = optional(string)
    delete = optional(string)
  })
}

resource "openai_upload" "test" {
  path     = "a.jsonl"
  purpose  = "user_data"
  timeouts = var.timeouts
}
