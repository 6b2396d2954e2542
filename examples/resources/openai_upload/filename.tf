# With a fixed filename, path may change, say to one with a version in it:
# nothing is uploaded as long as the content stays the same.
resource "openai_upload" "prices" {
  path     = "${path.module}/exports/prices-2026-08.json"
  filename = "prices.json"
  purpose  = "user_data"
}
