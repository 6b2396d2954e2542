mock_provider "openai" {
  mock_resource "openai_upload" {
    defaults = { file_id = "file-abc123abc123abc123abc1" }
  }
}

variables {
  reviews = { first = "Great." }
}

run "output" {
  assert {
    condition     = output.batch_input_file_id == "file-abc123abc123abc123abc1"
    error_message = "The output has to be the File's ID."
  }
}
