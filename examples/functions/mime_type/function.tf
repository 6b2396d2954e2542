# Of everything below docs/, only what is text by its name.
resource "openai_upload" "texts" {
  for_each = toset([
    for name in fileset(path.module, "docs/**") : name
    if startswith(coalesce(provider::openai::mime_type(name), "unknown"), "text/")
  ])

  path    = "${path.module}/${each.value}"
  purpose = "user_data"
}
