resource "openai_upload" "all" {
  for_each = fileset(path.module, "docs/*.md")

  path    = "${path.module}/${each.value}"
  purpose = "user_data"
}

# terraform apply -invoke=action.openai_files_prune.orphans
action "openai_files_prune" "orphans" {
  config {
    purpose    = "user_data"
    older_than = "168h" # A week.
    keep       = [for u in openai_upload.all : u.id]
    dry_run    = true # Set it to false once the messages name the right Files.
  }
}
