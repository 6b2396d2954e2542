import {
  to = openai_upload.handbook
  identity = {
    id = "file-abc123abc123abc123abc1"
  }
}
