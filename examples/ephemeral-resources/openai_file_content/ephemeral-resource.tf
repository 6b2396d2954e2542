# For an argument that takes ephemeral values: one that is write-only, or of a provider.
ephemeral "openai_file_content" "training" {
  id        = "file-abc123abc123abc123abc1"
  max_bytes = 4194304

  lifecycle {
    postcondition {
      condition     = alltrue([for line in split("\n", trimspace(self.content)) : can(jsondecode(line))])
      error_message = "Each line has to be JSON."
    }
  }
}
