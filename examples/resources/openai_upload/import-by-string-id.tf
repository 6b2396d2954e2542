import {
  to = openai_upload.handbook
  id = "file-abc123abc123abc123abc1"
}
