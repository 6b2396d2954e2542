# With a fixed filename the path may change, say to one that carries a version,
# and while the content stays the same nothing is uploaded.
resource "openai_upload" "prices" {
  path     = "${path.module}/exports/prices-2026-08.json"
  filename = "prices.json"
  purpose  = "user_data"
}
