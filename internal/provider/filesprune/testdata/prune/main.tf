variable "purpose" {
  type    = string
  default = null
}

variable "dry_run" {
  type    = bool
  default = null
}

resource "openai_upload" "all" {
  for_each = toset(["a.txt", "b.txt"])

  path    = each.value
  purpose = "user_data"
}

action "openai_files_prune" "orphans" {
  config {
    purpose = var.purpose
    keep    = [for u in openai_upload.all : u.id]
    dry_run = var.dry_run
  }
}
