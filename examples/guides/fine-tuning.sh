curl --fail --silent --show-error https://api.openai.com/v1/fine_tuning/jobs \
  --header "Authorization: Bearer $OPENAI_API_KEY" \
  --header "Content-Type: application/json" \
  --data '{
    "training_file": "'"$(terraform output -raw training_file_id)"'",
    "validation_file": "'"$(terraform output -raw validation_file_id)"'",
    "model": "'"$BASE_MODEL"'"
  }'
