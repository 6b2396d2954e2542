resource "openai_upload" "all" {
  for_each = toset(["a.txt", "b.txt"])

  path    = each.value
  purpose = "user_data"
}

resource "terraform_data" "uploaded" {
  input = [for u in openai_upload.all : u.id]

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.openai_files_prune.orphans]
    }
  }
}

action "openai_files_prune" "orphans" {
  config {
    purpose = "user_data"
    keep    = [for u in openai_upload.all : u.id]
    dry_run = false
  }
}
