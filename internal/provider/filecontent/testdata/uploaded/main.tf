resource "openai_upload" "test" {
  path    = "data.txt"
  purpose = "user_data"
}

ephemeral "openai_file_content" "test" {
  id = openai_upload.test.file_id
}

# The headers of this provider's requests show what was read.
provider "openai" {
  alias   = "reader"
  project = ephemeral.openai_file_content.test.content
}

data "openai_file" "test" {
  provider = openai.reader
  id       = openai_upload.test.file_id
}
