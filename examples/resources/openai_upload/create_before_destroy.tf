# The new File exists before the old one goes: whatever holds the old ID can
# be moved to the new one in between, and a failed upload leaves the old File.
resource "openai_upload" "handbook" {
  path    = "${path.module}/handbook.pdf"
  purpose = "assistants"

  lifecycle {
    create_before_destroy = true
  }
}
