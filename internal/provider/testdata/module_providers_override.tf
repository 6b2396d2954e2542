module "files" {
  providers = {
    openai = openai-files
  }
}
