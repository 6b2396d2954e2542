resource "openai_upload" "all" {
  for_each = fileset(path.module, "docs/*.md")

  path    = "${path.module}/${each.value}"
  purpose = "user_data"
}

# Changes whenever a File does, and after all of them.
resource "terraform_data" "uploaded" {
  input = [for u in openai_upload.all : u.id]

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.openai_files_prune.replaced]
    }
  }
}

action "openai_files_prune" "replaced" {
  config {
    purpose        = "user_data"
    filename_regex = "\\.md$"
    keep           = [for u in openai_upload.all : u.id]
    dry_run        = false
  }
}
