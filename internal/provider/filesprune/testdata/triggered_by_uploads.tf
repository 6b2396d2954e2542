resource "openai_upload" "all" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.openai_files_prune.orphans]
    }
  }
}
