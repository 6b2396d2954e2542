variable "timeouts" {
  type = object({
    create = optional(string)
    read   = optional(string)
    delete = optional(string)
  })
}

resource "openai_upload" "test" {
  path     = "a.jsonl"
  purpose  = "fine-tune"
  timeouts = var.timeouts
}
