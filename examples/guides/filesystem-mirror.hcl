provider_installation {
  filesystem_mirror {
    path    = "/opt/terraform/providers"
    include = ["upload-backed/openai"]
  }
  direct {
    exclude = ["upload-backed/openai"]
  }
}
