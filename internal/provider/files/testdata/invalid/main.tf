data "openai_files" "two_names" {
  filename       = "a.jsonl"
  filename_regex = "^a"
}

data "openai_files" "pattern" {
  filename_regex = "a(?=b)"
}

data "openai_files" "after" {
  created_after = "yesterday"
}

data "openai_files" "before" {
  created_before = "2026-01-31"
}

data "openai_files" "empty_range" {
  created_after  = "2026-01-31T00:00:00Z"
  created_before = "2026-01-31T01:00:00+01:00"
}

data "openai_files" "order" {
  order = "name"
}

data "openai_files" "limit" {
  limit = 0
}

data "openai_files" "purpose" {
  purpose = ""
}

data "openai_files" "timeout" {
  timeouts = { read = "-1s" }
}
