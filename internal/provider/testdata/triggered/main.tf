variable "rotation" {
  type = string
}

resource "terraform_data" "rotation" {
  input = var.rotation
}

resource "openai_upload" "test" {
  path    = "data.txt"
  purpose = "user_data"

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.rotation]
  }
}
