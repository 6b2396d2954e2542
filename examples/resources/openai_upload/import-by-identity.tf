import {
  to = openai_upload.training
  identity = {
    id = "file-abc123abc123abc123abc1"
  }
}
