resource "local_file" "report" {
  filename = "${path.module}/report.md"
  content  = var.report
}

resource "openai_upload" "report" {
  path    = local_file.report.filename
  purpose = "user_data"

  lifecycle {
    replace_triggered_by = [local_file.report]
  }
}

variable "report" {
  type = string
}
