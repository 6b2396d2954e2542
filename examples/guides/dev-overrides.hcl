provider_installation {
  dev_overrides {
    "registry.terraform.io/upload-backed/openai" = "/home/you/go/bin"
    "registry.opentofu.org/upload-backed/openai" = "/home/you/go/bin"
  }
  direct {}
}
