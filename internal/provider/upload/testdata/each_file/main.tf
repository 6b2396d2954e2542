variable "dir" {
  type = string
}

resource "openai_upload" "each" {
  for_each = fileset(var.dir, "*")

  path    = "${var.dir}/${each.value}"
  purpose = "user_data"
}
