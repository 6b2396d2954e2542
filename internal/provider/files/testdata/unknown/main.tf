resource "openai_upload" "test" {
  path    = "a.txt"
  purpose = "user_data"
}

# Nothing of it is known before the upload.
data "openai_files" "test" {
  purpose        = openai_upload.test.status == "processed" ? "user_data" : "batch"
  filename_regex = openai_upload.test.status == "processed" ? "[.]txt$" : "("
  created_before = timeadd(openai_upload.test.created_at, "1s")
  limit          = openai_upload.test.status == "processed" ? 1 : 0
}

output "ids" {
  value = { found = data.openai_files.test.ids }
}
