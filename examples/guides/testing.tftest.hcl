# The key of the mock. OpenAI refuses it, should OPENAI_BASE_URL not be set.
provider "openai" {
  api_key = "sk-mock"
}

variables {
  reviews = { first = "Great.", second = "Broken." }
}

run "one_line_for_each_review" {
  command = plan

  assert {
    condition     = length(split("\n", trimspace(openai_upload.reviews.content))) == 2
    error_message = "Two reviews have to make two lines."
  }
}

run "upload" {
  assert {
    condition     = openai_upload.reviews.status == "processed"
    error_message = "The File has to be processed."
  }
}

run "new_review" {
  variables {
    reviews = { first = "Great.", second = "Broken.", third = "Late." }
  }

  assert {
    condition     = openai_upload.reviews.bytes == length(openai_upload.reviews.content)
    error_message = "OpenAI has to have the new review."
  }
}
