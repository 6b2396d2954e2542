curl --fail --silent --show-error https://api.openai.com/v1/vector_stores \
  --header "Authorization: Bearer $OPENAI_API_KEY" \
  --header "Content-Type: application/json" \
  --data '{
    "name": "corpus",
    "file_ids": '"$(terraform output -json corpus_file_ids)"'
  }'
