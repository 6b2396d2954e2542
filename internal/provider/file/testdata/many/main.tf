variable "ids" {
  type = set(string)
}

data "openai_file" "each" {
  for_each = var.ids
  id       = each.value
}

output "bytes" {
  value = { for id, file in data.openai_file.each : id => file.bytes }
}
