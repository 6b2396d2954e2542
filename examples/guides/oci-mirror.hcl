provider_installation {
  oci_mirror {
    repository_template = "registry.example.com/opentofu-providers/${namespace}/${type}"
    include             = ["registry.opentofu.org/upload-backed/*"]
  }
  direct {
    exclude = ["registry.opentofu.org/upload-backed/*"]
  }
}
