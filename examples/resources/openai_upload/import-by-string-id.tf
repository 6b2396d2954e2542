import {
  to = openai_upload.training
  id = "file-abc123abc123abc123abc1"
}
