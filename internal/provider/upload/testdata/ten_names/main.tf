variable "slots" {
  type = number
}

provider "openai" {
  part_size            = 1048576
  max_concurrent_parts = var.slots
}

resource "openai_upload" "test" {
  count = 10

  path     = "data.bin"
  filename = "data-${count.index}.bin"
  purpose  = "user_data"
}
